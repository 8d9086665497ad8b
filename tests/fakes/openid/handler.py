"""What each address of the fake answers.

GET  /_fake/        how many sign-ins wait, what goes wrong next
POST /_fake/faults  {"kind": "nonce", "always": false}
POST /_fake/reset   nothing goes wrong any more
"""

import base64
import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.openid import pages

if TYPE_CHECKING:
    from tests.fakes.openid.core import FakeProvider


class Handler(BaseHTTPRequestHandler):
    """One request; `fake` is set by the server."""

    fake: "FakeProvider"
    protocol_version = "HTTP/1.1"
    timeout = 70

    def log_message(self, *_: object) -> None:
        """Says nothing: answers hold no news for a log."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        fake = self.fake
        fake.asked.append(address.path)
        if address.path == "/":
            self.send_page(pages.home(fake))
        elif address.path == "/_fake/":
            self.send_json(200, {"grants": len(fake.grants), "next_fault": fake.next_fault})
        elif fake.next_fault == "down":
            self.send_json(500, {"error": "server_error"})
        elif address.path == "/.well-known/openid-configuration":
            self.send_json(200, fake.discovery())
        elif address.path == "/jwks":
            self.send_json(200, fake.jwks())
        elif address.path == "/userinfo":
            person = fake.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            self.send_json(
                401 if person is None else 200, {"error": "invalid_token"} if person is None else person
            )
        elif address.path == "/authorize":
            self.refusing(lambda: (fake.check_asked(asked), self.send_page(pages.authorize(asked))))
        else:
            self.send_json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        address = urlsplit(self.path)
        form = dict(parse_qsl(body))
        if address.path == "/":
            self.fake.reset() if form.get("do") == "reset" else self.refusing(
                lambda: self.fake.fail(form.get("kind", ""), always=bool(form.get("always")))
            )
            self.redirect("/")
        elif address.path.startswith("/_fake/"):
            self.control(address.path, body)
        elif address.path == "/authorize":
            self.refusing(lambda: self.redirect(self.answer_of(dict(parse_qsl(address.query)), form)))
        elif address.path == "/token":
            self.refusing(lambda: self.exchange(form))
        else:
            self.send_json(404, {"error": "not_found"})

    def answer_of(self, asked: dict[str, str], form: dict[str, str]) -> str:
        from tests.fakes.openid.core import back_to

        if form.get("do") == "cancel":
            self.fake.check_asked(asked)
            return back_to(asked, error="access_denied")
        person: dict[str, Any] = {"sub": form.get("sub") or form.get("email", "somebody")}
        if form.get("email"):
            person |= {"email": form["email"], "email_verified": bool(form.get("verified"))}
        if form.get("name"):
            person["name"] = form["name"]
        return self.fake.allow(asked, person)

    def exchange(self, form: dict[str, str]) -> None:
        if self.fake.next_fault == "token":
            self.fake.take_fault()
            self.send_json(500, {"error": "server_error"})
        elif self.fake.next_fault == "nonsense":
            self.fake.take_fault()
            self.send(200, b"<!doctype html><h1>Welcome to the proxy</h1>", "text/html")
        else:
            client, secret = form.get("client_id", ""), form.get("client_secret", "")
            if (basic := self.headers.get("Authorization", "")).startswith("Basic "):
                client, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
                client, secret = unquote(client), unquote(secret)
            self.send_json(200, self.fake.exchange(form, client, secret))

    def control(self, path: str, body: str) -> None:
        def act() -> None:
            told = json.loads(body or "{}")
            if path == "/_fake/faults":
                self.fake.fail(str(told.get("kind")), always=bool(told.get("always")))
            elif path == "/_fake/reset":
                self.fake.reset()
            self.send_json(200, {"next_fault": self.fake.next_fault})

        self.refusing(act)

    def refusing(self, act: Any) -> None:
        """Answers 400 when `act` finds that the request makes no sense."""
        try:
            act()
        except (ValueError, AttributeError) as wrong:
            self.send_json(400, {"error": str(wrong)})

    def redirect(self, to: str) -> None:
        self.send(303, b"", "text/plain", Location=to)

    def send_page(self, content: str) -> None:
        self.send(200, content.encode(), "text/html; charset=utf-8")

    def send_json(self, status: int, thing: Any) -> None:
        self.send(status, json.dumps(thing).encode(), "application/json")

    def send(self, status: int, content: bytes, type_: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": type_, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
