"""The fake OpenID provider of `make run OPENID=fake`: where it listens, and what the application must know of it."""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from typingtrainer.run import configuration
from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.fakes import Fake, kept_port
from typingtrainer.run.supervisor import Program


@dataclass(frozen=True)
class FakeOpenID(Fake):
    """Lets anybody be anyone, or goes wrong as its page is told."""

    @classmethod
    def of(cls, var_dir: Path) -> "FakeOpenID":
        return cls(var_dir, kept_port(var_dir / "openid-port"))

    def settings(self) -> dict[str, str]:
        """Its secret goes to it the same way."""
        secret = configuration.secret(self.var_dir / "secret-key", 48)
        provider = {
            "id": "school",
            "name": "Example School",
            "server_url": self.url,
            "client_id": "typing-trainer",
            "secret": hashlib.sha256(f"openid {secret}".encode()).hexdigest()[:32],
        }
        return {"OPENID_PROVIDERS": json.dumps([provider])}

    def program(self) -> Program:
        command = [sys.executable, "-m", "tests.fakes.openid", f"--port={self.port}"]
        return Program("openid", command, SERVICES, answers=self.answers)
