"""Webhooks: events signed and posted to the registered endpoints, by themselves or when a test says so."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from tests.fakes.stripe.ledger import Ledger, shown

Thing = dict[str, Any]
PAUSES = (1, 2, 3, 4, 5, 8, 15, 60, 300, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""Real seconds before an event is delivered again; after the last one it is given up."""
TIMEOUT = 20


def signature(payload: bytes, secret: str, at: int) -> str:
    """The header Stripe-Signature."""
    signed = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def payload(event: Thing) -> bytes:
    return json.dumps(shown(event), indent=2, ensure_ascii=False).encode()


class Deliverer:
    """Delivers the ledger's events in a thread of its own while `automatic`; else keeps them for `deliver`."""

    def __init__(self, ledger: Ledger, *, automatic: bool = True) -> None:
        self.ledger = ledger
        self.automatic = automatic
        self.pauses: tuple[float, ...] = PAUSES
        self._waiting: list[tuple[float, str, str, int]] = []
        """When, which event, to which endpoint, the how manieth try."""
        self._busy = 0
        self._changed = threading.Condition(ledger.lock)
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="fake-stripe-webhooks", daemon=True)
        ledger.on_event.append(self._take)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join()

    def _take(self, event: Thing) -> None:
        endpoints = [endpoint for endpoint in self.ledger.of("webhook_endpoint") if wants(endpoint, event)]
        event["pending_webhooks"] = len(endpoints)
        if self.automatic:
            with self._changed:
                self._waiting += [
                    (time.monotonic(), event["id"], endpoint["id"], 0) for endpoint in endpoints
                ]
                self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and not (self.automatic and self._due()):
                    self._changed.wait(0.2 if self._waiting else 5)
                if self._stopped:
                    return
                entry = self._due()
                self._waiting.remove(entry)
                self._busy += 1
            _, event, endpoint, tried = entry
            good = False
            try:
                good = self._deliver(event, endpoint, None) in range(200, 300)
            finally:
                with self._changed:
                    self._busy -= 1
                    if not good and tried < len(self.pauses):
                        again = time.monotonic() + self.pauses[tried]
                        self._waiting.append((again, event, endpoint, tried + 1))
                    self._changed.notify_all()

    def _due(self) -> tuple[float, str, str, int] | None:
        """The first that may go now; who waits for a pause holds nobody up."""
        now = time.monotonic()
        return next((entry for entry in self._waiting if entry[0] <= now), None)

    def deliver(self, event_id: str, *, at: int | None = None) -> list[int]:
        """Posts an event now to every endpoint that wants it; their statuses, 0 for one that cannot be reached.

        `at` is the time it is signed with.
        """
        with self.ledger.lock:
            event = self.ledger.get("event", event_id)
            endpoints = [e["id"] for e in self.ledger.of("webhook_endpoint") if wants(e, event)]
        return [self._deliver(event_id, endpoint, at) for endpoint in endpoints]

    def _deliver(self, event_id: str, endpoint_id: str, at: int | None) -> int:
        with self.ledger.lock:
            event = self.ledger.find("event", event_id)
            endpoint = self.ledger.find("webhook_endpoint", endpoint_id)
            if event is None or endpoint is None:
                return 200
            body, url, secret = payload(event), endpoint["url"], endpoint["_secret"]
        status = post(url, body, signature(body, secret, int(time.time()) if at is None else at))
        with self.ledger.lock:
            event["_deliveries"].append({"endpoint": endpoint_id, "status": status, "at": int(time.time())})
            if status in range(200, 300) and event["pending_webhooks"]:
                event["pending_webhooks"] -= 1
        return status

    def wait_until_idle(self, seconds: float = 10) -> bool:
        """Until nothing is being delivered and only what failed still waits; False when that takes too long."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._busy or any(tried == 0 for *_, tried in self._waiting):
                if time.monotonic() > until:
                    return False
                self._changed.wait(0.05)
        return True

    def forget(self) -> None:
        """Drops what waits."""
        with self._changed:
            self._waiting.clear()


def wants(endpoint: Thing, event: Thing) -> bool:
    enabled = endpoint["enabled_events"]
    return endpoint["status"] == "enabled" and ("*" in enabled or event["type"] in enabled)


def post(url: str, body: bytes, signed: str) -> int:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signed,
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    request = urllib.request.Request(url, body, headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect counts as a failure, as with Stripe."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None
