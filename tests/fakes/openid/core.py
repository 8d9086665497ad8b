"""The fake itself: who is known to it, what goes wrong next, and what its endpoints answer."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.openid.handler import Handler

CLIENT, SECRET = "typing-trainer", "a-secret-of-the-fake"
NAME = "Example School"
FAULTS = {
    "down": "500 instead of every answer",
    "token": "500 instead of tokens",
    "nonsense": "tokens that are a page of a proxy",
    "list": "a list instead of what it tells of a person",
    "unsigned": "a token signed with a foreign key",
    "nonce": "a token for another visit",
    "expired": "a token of yesterday",
    "issuer": "a token of another provider",
    "audience": "a token for another site",
    "subject": "a token of one person and an answer about another",
    "text": "an unverified email, said as the text false",
    "stale": "a sign-in of an hour ago, whatever was asked",
}
LIFETIME = 300


class Refused(ValueError):
    """What an endpoint answers 400 to: OAuth's code of the error."""


@dataclass(frozen=True)
class Grant:
    """What a code is good for, once."""

    person: dict[str, Any]
    redirect_uri: str
    nonce: str
    challenge: str
    at: float


class FakeProvider:
    """Listens on a port of this machine; 0 takes a free one."""

    def __init__(self, port: int = 0, client: str = CLIENT, secret: str = SECRET) -> None:
        self.client, self.secret = client, secret
        self.faults: deque[str] = deque()
        self.always = ""
        self.asked: list[str] = []
        self.grants: dict[str, Grant] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()
        self.key, self.foreign_key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        handler = type("BoundHandler", (Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="fake-openid", daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def settings(self) -> list[dict[str, str]]:
        """What `OPENID_PROVIDERS` holds as JSON."""
        told = {"id": "school", "name": NAME, "server_url": self.url}
        return [{**told, "client_id": self.client, "secret": self.secret}]

    def fail(self, kind: str, *, always: bool = False) -> None:
        """The next sign-in goes wrong so, or all until `reset`. Raises ValueError for an unknown kind."""
        if kind not in FAULTS:
            raise ValueError(f"kind must be one of {', '.join(FAULTS)}")
        with self.lock:
            if always:
                self.always = kind
            else:
                self.faults.append(kind)

    def reset(self) -> None:
        with self.lock:
            self.faults.clear()
            self.always = ""
            self.asked.clear()

    @property
    def next_fault(self) -> str:
        return self.faults[0] if self.faults else self.always

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email"],
        }

    def jwks(self) -> dict[str, Any]:
        numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**numbers, "kid": "1", "use": "sig", "alg": "RS256"}]}

    def check_asked(self, asked: dict[str, str]) -> None:
        """Raises Refused for a visit that no site of ours may send: nobody is redirected then."""
        if asked.get("client_id") != self.client:
            raise Refused("unknown client_id")
        if not asked.get("redirect_uri", "").startswith("http"):
            raise Refused("redirect_uri is missing")
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            raise Refused("response_type must be code, and scope contain openid")
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise Refused("PKCE with S256 is demanded")

    def allow(self, asked: dict[str, str], person: dict[str, Any]) -> str:
        """The address that the visitor goes back to with a code."""
        self.check_asked(asked)
        code = secrets.token_urlsafe(16)
        nonce, challenge = asked.get("nonce", ""), asked["code_challenge"]
        self.grants[code] = Grant(person, asked["redirect_uri"], nonce, challenge, time.time())
        return back_to(asked, code=code)

    def exchange(self, form: dict[str, str], client: str, secret: str) -> dict[str, Any]:
        """Tokens for a code. Raises Refused."""
        if (client, secret) != (self.client, self.secret):
            raise Refused("invalid_client")
        grant = self.grants.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if grant is None or grant.redirect_uri != form.get("redirect_uri") or grant.challenge != proof:
            raise Refused("invalid_grant")
        fault, token = self.take_fault(), secrets.token_urlsafe(16)
        person = grant.person | ({"email_verified": "false"} if fault == "text" else {})
        self.tokens[token] = person | ({"sub": "somebody-else"} if fault == "subject" else {})
        if fault == "list":
            self.tokens[token] = []  # type: ignore[assignment]
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}
        return {**answer, "id_token": self.signed(grant, person, fault)}

    def signed(self, grant: Grant, person: dict[str, Any], fault: str) -> str:
        now = int(time.time()) - (86_400 if fault == "expired" else 0)
        claims = {
            "iss": "https://elsewhere.example" if fault == "issuer" else self.url,
            "aud": "another-site" if fault == "audience" else self.client,
            "iat": now,
            "exp": now + LIFETIME,
            "auth_time": int(grant.at) - (3600 if fault == "stale" else 0),
            "nonce": "of-another-visit" if fault == "nonce" else grant.nonce,
        }
        key = self.foreign_key if fault == "unsigned" else self.key
        return jwt.encode({**claims, **person}, key, algorithm="RS256", headers={"kid": "1"})

    def take_fault(self) -> str:
        with self.lock:
            return self.faults.popleft() if self.faults else self.always


def back_to(asked: dict[str, str], **told: str) -> str:
    told = {**told, "state": asked.get("state", "")}
    return f"{asked['redirect_uri']}?{urlencode(told)}"
