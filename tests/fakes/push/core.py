"""The fake itself: its browsers, what they got, what goes wrong next."""

import base64
import html
import json
import os
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.small_server import Answer, Request, SmallServer, page

PATH = "/push/"


@dataclass
class Browser:
    """One that subscribed; `got` is what it could read, the newest last."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    got: list[dict[str, Any]] = field(default_factory=list)

    def subscription(self) -> dict[str, str]:
        """What the form of the settings sends of it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": encoded(point), "auth": encoded(self.secret)}

    def read(self, body: bytes) -> dict[str, Any]:
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(text)


class FakePush(SmallServer):
    """`headers` are those of each message taken; `faults` go wrong next: a status, perhaps with Retry-After, or "took"
    for a message that is taken by a connection that then breaks."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(self._answer, port)
        self.browsers: dict[str, Browser] = {}
        self.headers: list[dict[str, str]] = []
        self.faults: deque[tuple[int | str, str]] = deque()
        self.lock = threading.Lock()

    def subscribe(self) -> Browser:
        """A browser of somebody."""
        path = PATH + encoded(os.urandom(18))
        self.browsers[path] = browser = Browser(self.url + path)
        return browser

    def _answer(self, request: Request) -> Answer:
        with self.lock:
            if request.path == "/_fake/":
                return Answer(200, json.dumps({"browsers": len(self.browsers)}).encode())
            if (request.method, request.path) == ("POST", "/_fake/browsers"):
                return Answer(201, json.dumps(self.subscribe().subscription()).encode())
            if request.method == "GET":
                return self._page()
            return self._take(request)

    def _take(self, request: Request) -> Answer:
        browser = self.browsers.get(request.path)
        if browser is None:
            return Answer(404)
        if why := self._refusal(request):
            return Answer(403, why.encode())
        if not request.headers.get("ttl", "").isdigit():
            return Answer(400, b"no TTL")
        fault, retry_after = self.faults.popleft() if self.faults else (0, "")
        if isinstance(fault, int) and fault:
            return Answer(fault, headers={"Retry-After": retry_after} if retry_after else {})
        self.headers.append(request.headers)
        shown = browser.read(request.body)
        browser.got = [one for one in browser.got if one["tag"] != shown["tag"]] + [shown]
        return Answer(201, headers={"Location": f"{self.url}/messages/1"}, cuts=fault == "took")

    def _refusal(self, request: Request) -> str:
        """What is wrong with who says she sends it; "" where nothing is."""
        kind, _space, rest = request.headers.get("authorization", "").partition(" ")
        said = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        if kind != "vapid" or not {"t", "k"} <= said.keys():
            return "no vapid"
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(said["k"]))
        try:
            claims = jwt.decode(said["t"], key, algorithms=["ES256"], audience=self.url)
        except jwt.InvalidTokenError as error:
            return str(error)
        if claims["exp"] > time.time() + 24 * 3600 + 60 or not claims.get("sub", "").startswith(
            ("mailto:", "https:")
        ):
            return "bad claims"
        return ""

    def _page(self) -> Answer:
        parts = [
            "<p>Its browsers show here what they are told. The button “Turn on in a pretend browser” of the settings "
            "subscribes one.</p>"
        ]
        for browser in reversed(self.browsers.values()):
            parts.append(f"<h2>A browser</h2><p><code>{html.escape(browser.endpoint)}</code></p>")
            for shown in reversed(browser.got):
                link = f"<a>{html.escape(shown['path'])}</a>"
                parts.append(
                    f"<pre><b>{html.escape(shown['title'])}</b>\n{html.escape(shown['body'])}\n{link}</pre>"
                )
            parts.append("" if browser.got else "<p>Nothing yet.</p>")
        return page("A fake push service", *parts)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
