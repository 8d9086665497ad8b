"""The web server: hands requests to the API, the pages and the control door, and answers."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.stripe import billing, control
from tests.fakes.stripe.api import catalogue, customers, invoices, payments, sessions, subscriptions  # noqa: F401
from tests.fakes.stripe.api.routing import answer
from tests.fakes.stripe.errors import StripeError, invalid
from tests.fakes.stripe.ledger import VERSION
from tests.fakes.stripe.pages import site
from tests.fakes.stripe.pages.html import Asked, Page, read_form
from tests.fakes.stripe.params import decode

if TYPE_CHECKING:
    from tests.fakes.stripe.core import FakeStripe, Fault

Thing = dict[str, Any]
LARGEST = 1_000_000


class Server:
    """Listens on a port of this machine; 0 takes a free one."""

    def __init__(self, fake: "FakeStripe", port: int) -> None:
        handler = type("Handler", (Handler,), {"fake": fake})
        self._http = _HTTPServer(("127.0.0.1", port), handler)
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, name="fake-stripe", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    """One request; `fake` is set by the server."""

    fake: "FakeStripe"
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1
    """Head and body leave together: apart, each answer would wait 40 ms for the other side's acknowledgement."""

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Says nothing: answers hold no news for a log."""

    def _answer(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            self._send(413, b"", "text/plain", {})
            return
        body = self.rfile.read(int(length))
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            status, thing, headers = call(self.fake, self.command, self.path, body, self.headers)
            if status:
                self._send(status, json.dumps(thing, indent=2).encode(), "application/json", headers)
            else:
                self.close_connection = True
        elif path.startswith("/_fake/"):
            status, thing = control.answer(self.fake, self.command, path, body)
            self._send(
                status, json.dumps(thing, indent=2, ensure_ascii=False).encode(), "application/json", {}
            )
        else:
            self._page(path, body)

    def _page(self, path: str, body: bytes) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        form = read_form(body.decode("utf-8", "replace"))
        asked = Asked(self.command, path, query, form, self.headers.get("Accept-Language", ""))
        page: Page = site.answer(self.fake, asked)
        content = page.body if isinstance(page.body, bytes) else page.body.encode()
        self._send(page.status, content, page.type, {"Location": page.location} if page.location else {})

    def _send(self, status: int, content: bytes, type_: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": type_, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def call(
    fake: "FakeStripe", method: str, target: str, body: bytes, headers: Any
) -> tuple[int, Thing, dict[str, str]]:
    """A call of the API: its status (0: no answer at all), what is answered, and headers."""
    url = urlsplit(target)
    with fake.ledger.lock:
        request_id = fake.ledger.new_id("request")[:18]
        fault = fake.take_fault(url.path)
    out = {"Request-Id": request_id, "Stripe-Version": VERSION}
    if fault and not fault.after:
        time.sleep(fault.hang)
        if fault.status is not None:
            return fault.status, broken(fault.status), out
    key = headers.get("Idempotency-Key") if method == "POST" else None
    if key:
        out["Idempotency-Key"] = key
    try:
        allow(fake, headers)
        raw = read(method, url.query, body)
        status, thing, replayed = once(fake, key, method, url.path, raw, request_id, fault)
    except StripeError as error:
        status, thing, replayed = error.status, {"error": error.error}, False
    if replayed:
        out["Idempotent-Replayed"] = "true"
    if status >= 400 and "error" in thing:
        thing = {"error": {**thing["error"], "request_log_url": f"{fake.url}/#{request_id}"}}
    if fault and fault.after and fault.status is not None:
        return fault.status, broken(fault.status), out
    return status, thing, out


def allow(fake: "FakeStripe", headers: Any) -> None:
    """Raises for a wrong key, another version of the API or another account."""
    kind, _, word = (headers.get("Authorization") or "").partition(" ")
    if kind.lower() == "basic":
        try:
            word = base64.b64decode(word).decode().partition(":")[0]
        except ValueError:
            word = ""
    if not word:
        raise StripeError(401, "invalid_request_error", "You did not provide an API key.")
    if word != fake.key:
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {word[:8]}***{word[-4:]}")
    version = headers.get("Stripe-Version") or VERSION
    if version != VERSION:
        raise invalid(f"Invalid Stripe API version: {version}. This fake speaks {VERSION} only.")
    account = headers.get("Stripe-Account")
    with fake.ledger.lock:
        if account and account != catalogue.the_account(fake.ledger)["id"]:
            raise StripeError(
                403,
                "invalid_request_error",
                f"The provided key does not have access to account '{account}' (or that account does not exist).",
                code="account_invalid",
            )


def read(method: str, query: str, body: bytes) -> Thing:
    try:
        return decode(body.decode() if method == "POST" else query)
    except ValueError as error:
        raise invalid(f"Invalid request: {error}") from None


def once(
    fake: "FakeStripe",
    key: str | None,
    method: str,
    path: str,
    raw: Thing,
    request_id: str,
    fault: "Fault | None",
) -> tuple[int, Thing, bool]:
    """The answer and whether it is an old one: a key's first answer is given again for a day."""
    ledger = fake.ledger
    digest = hashlib.sha256(json.dumps([method, path, raw], sort_keys=True).encode()).hexdigest()
    with ledger.lock:
        billing.forget_keys(ledger)
        if key:
            if known := ledger.keys.get(key):
                return _again(known, key, digest)
            ledger.keys[key] = {"at": ledger.now, "digest": digest, "status": 0, "answer": None}
    if fault and fault.after:
        # The others see it under way meanwhile.
        time.sleep(fault.hang)
    with ledger.lock:
        status, thing = 500, broken(500)
        try:
            ledger.request = {"id": request_id, "idempotency_key": key}
            fake.catch_up()
            status, thing = 200, answer(ledger, method, path, raw)
        except StripeError as error:
            status, thing = error.status, {"error": error.error}
        finally:
            ledger.request = None
            if key:
                # What was refused before anything was done may be tried again with the same key.
                if status in (200, 402, 500):
                    ledger.keys[key].update(status=status, answer=thing)
                else:
                    del ledger.keys[key]
            if method != "GET":
                ledger.save()
    return status, thing, False


def _again(known: Thing, key: str, digest: str) -> tuple[int, Thing, bool]:
    if known["digest"] != digest:
        raise StripeError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
        )
    if not known["status"]:
        raise StripeError(
            409,
            "invalid_request_error",
            "There is currently another in-progress request using this Stripe Idempotent Key (that probably means "
            f"you submitted twice, and the other request is still going through): {key}. Please try again later.",
            code="idempotency_key_in_use",
        )
    return known["status"], known["answer"], True


def broken(status: int) -> Thing:
    if status == 429:
        return {
            "error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}
        }
    return {"error": {"type": "api_error", "message": "An unknown error occurred."}}
