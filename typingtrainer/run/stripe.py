"""The fake Stripe of `make run STRIPE=fake`: where it listens, and what the application must know of it."""

import hashlib
import socket
import sys
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from typingtrainer.run import configuration
from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.supervisor import Program

WEBHOOK = "/stripe/webhook/"


@dataclass(frozen=True)
class FakeStripe:
    """Keeps what was bought in `var_dir`; posts its events to the site at `site_port`."""

    var_dir: Path
    port: int
    site_port: int

    @classmethod
    def of(cls, var_dir: Path, site_port: int) -> "FakeStripe":
        """On the port it had before, as addresses it gave away hold that; on another when it is taken."""
        kept = var_dir / "stripe-port"
        port = _free_port(int(kept.read_text()) if kept.exists() else 0)
        kept.write_text(str(port))
        return cls(var_dir, port, site_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

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

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/_fake/")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _free_port(wanted: int) -> int:
    """`wanted`, or any other when it is taken or 0."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
