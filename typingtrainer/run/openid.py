"""The fake OpenID provider of `make run OPENID=fake`: where it listens, and what the application must know of it."""

import hashlib
import json

from typingtrainer.run import configuration
from typingtrainer.run.fakes import Fake


class FakeOpenID(Fake):
    """Lets anybody be anyone, or goes wrong as its page is told."""

    name = "openid"
    module = "tests.fakes.openid"
    called = "OpenID provider"

    def settings(self) -> dict[str, str]:
        secret = configuration.secret(self.var_dir / "secret-key", 48)
        provider = {
            "id": "school",
            "name": "Example School",
            "server_url": self.url,
            "client_id": "typing-trainer",
            "secret": hashlib.sha256(f"openid {secret}".encode()).hexdigest()[:32],
        }
        return {"OPENID_PROVIDERS": json.dumps([provider])}
