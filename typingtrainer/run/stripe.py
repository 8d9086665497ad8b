"""The fake Stripe of `make run STRIPE=fake`: where it listens, and what the application must know of it."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from typingtrainer.run import configuration
from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.fakes import Fake, kept_port
from typingtrainer.run.supervisor import Program

WEBHOOK = "/stripe/webhook/"


@dataclass(frozen=True)
class FakeStripe(Fake):
    """Keeps what was bought in `var_dir`; posts its events to the site at `site_port`."""

    site_port: int

    @classmethod
    def of(cls, var_dir: Path, site_port: int) -> "FakeStripe":
        return cls(var_dir, kept_port(var_dir / "stripe-port"), site_port)

    def settings(self) -> dict[str, str]:
        """Its secrets go to it the same way, as everyone on the machine can read a command."""
        secret = "whsec_" + configuration.secret(self.var_dir / "stripe-webhook-secret", 24)
        return {
            "STRIPE_API_HOST": self.url,
            "STRIPE_PAGES": self.url,
            "STRIPE_SECRET_KEY": "sk_test_" + hashlib.sha256(secret.encode()).hexdigest()[:32],
            "STRIPE_WEBHOOK_SECRET": secret,
        }

    def program(self) -> Program:
        command = [sys.executable, "-m", "tests.fakes.stripe", f"--port={self.port}"]
        command += [f"--state={self.var_dir / 'stripe.json'}"]
        command += [f"--webhook=http://127.0.0.1:{self.site_port}{WEBHOOK}"]
        return Program("stripe", command, SERVICES, answers=self.answers)
