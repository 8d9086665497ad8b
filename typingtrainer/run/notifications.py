"""The fakes of `make run PUSH=fake SMS=fake`: a push service with browsers of its own, a provider of text messages."""

import hashlib

from typingtrainer.run import configuration
from typingtrainer.run.fakes import Fake


class FakePush(Fake):
    """Shows what it was told to browsers."""

    name = "push"
    module = "tests.fakes.push"
    called = "push service"

    def settings(self) -> dict[str, str]:
        return {
            "VAPID_PRIVATE_KEY": configuration.secret(self.var_dir / "vapid-key", 32),
            "VAPID_SUBJECT": "mailto:nobody@example.com",
            "PUSH_FAKE": self.url,
        }


class FakeSms(Fake):
    """Shows the text messages it was given."""

    name = "sms"
    module = "tests.fakes.sms"
    called = "provider of text messages"

    def settings(self) -> dict[str, str]:
        secret = configuration.secret(self.var_dir / "sms-token", 24)
        return {
            "SMS_API_HOST": self.url,
            "SMS_ACCOUNT": "AC" + hashlib.sha256(f"account {secret}".encode()).hexdigest()[:32],
            "SMS_TOKEN": secret,
            "SMS_FROM": "+15005550006",
        }
