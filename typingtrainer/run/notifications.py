"""The fakes of `make run PUSH=fake SMS=fake`: a push service with browsers of its own, a provider of text messages."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from typingtrainer.run import configuration
from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.fakes import Fake, kept_port
from typingtrainer.run.supervisor import Program


@dataclass(frozen=True)
class FakePush(Fake):
    """Shows what it was told to browsers."""

    @classmethod
    def of(cls, var_dir: Path) -> "FakePush":
        return cls(var_dir, kept_port(var_dir / "push-port"))

    def settings(self) -> dict[str, str]:
        return {
            "VAPID_PRIVATE_KEY": configuration.secret(self.var_dir / "vapid-key", 32),
            "VAPID_SUBJECT": "mailto:nobody@example.com",
            "PUSH_FAKE": self.url,
        }

    def program(self) -> Program:
        command = [sys.executable, "-m", "tests.fakes.push", f"--port={self.port}"]
        return Program("push", command, SERVICES, answers=self.answers)


@dataclass(frozen=True)
class FakeSms(Fake):
    """Shows the text messages it was given; account and key go to it as settings, too."""

    @classmethod
    def of(cls, var_dir: Path) -> "FakeSms":
        return cls(var_dir, kept_port(var_dir / "sms-port"))

    def settings(self) -> dict[str, str]:
        secret = configuration.secret(self.var_dir / "sms-token", 24)
        return {
            "SMS_API_HOST": self.url,
            "SMS_ACCOUNT": "AC" + hashlib.sha256(f"account {secret}".encode()).hexdigest()[:32],
            "SMS_TOKEN": secret,
            "SMS_FROM": "+15005550006",
        }

    def program(self) -> Program:
        command = [sys.executable, "-m", "tests.fakes.sms", f"--port={self.port}"]
        return Program("sms", command, SERVICES, answers=self.answers)
