"""The fake Stripe of `make run STRIPE=fake`: where it listens, and what the application must know of it."""

import hashlib

from typingtrainer.run import configuration
from typingtrainer.run.fakes import Fake

WEBHOOK = "/stripe/webhook/"


class FakeStripe(Fake):
    """Keeps what was bought in `var_dir`; posts its events to the site at `site_port`."""

    name = "stripe"
    module = "tests.fakes.stripe"
    called = "Stripe"
    hint = "card: 4242 4242 4242 4242"

    def settings(self) -> dict[str, str]:
        secret = "whsec_" + configuration.secret(self.var_dir / "stripe-webhook-secret", 24)
        return {
            "STRIPE_API_HOST": self.url,
            "STRIPE_PAGES": self.url,
            "STRIPE_SECRET_KEY": "sk_test_" + hashlib.sha256(secret.encode()).hexdigest()[:32],
            "STRIPE_WEBHOOK_SECRET": secret,
        }

    def arguments(self) -> list[str]:
        return [
            f"--state={self.var_dir / 'stripe.json'}",
            f"--webhook=http://127.0.0.1:{self.site_port}{WEBHOOK}",
        ]
