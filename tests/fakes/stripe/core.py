"""`FakeStripe`: the ledger, its webhooks and its web server as one thing, for tests and for the command alike."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.fakes.stripe import billing, payments, seed
from tests.fakes.stripe.clock import DAY
from tests.fakes.stripe.ledger import Ledger, shown
from tests.fakes.stripe.server import Server
from tests.fakes.stripe.webhooks import Deliverer

Thing = dict[str, Any]
KEY = "sk_test_" + "fake" * 6
"""The API key that is taken unless another is given: as long as dj-stripe wants a key to be."""


@dataclass
class Fault:
    """The next `times` calls of the API go wrong: answered with `status`, or only after `hang` seconds.

    `after`: the work is done first, and only its answer is lost. `path` is the beginning of the calls' addresses.
    """

    times: int = 1
    status: int | None = None
    hang: float = 0
    after: bool = False
    path: str = "/v1/"


class FakeStripe:
    """A Stripe of one's own, at `url` from `start` to `stop`, or as long as a `with` lasts.

    Its methods are what a test does to it; the same can be done over HTTP under /_fake/.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        key: str = KEY,
        seed_number: int | None = None,
        state: Path | None = None,
        automatic: bool = True,
        seeded: bool = True,
    ) -> None:
        self.key = key
        self.ledger = Ledger(seed_number, state)
        self.webhooks = Deliverer(self.ledger, automatic=automatic)
        self.faults: list[Fault] = []
        self.seeded = seeded
        self._server = Server(self, port)
        self._stopped = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="fake-stripe-clock", daemon=True)
        self.url = self.ledger.url = f"http://127.0.0.1:{self._server.port}"
        with self.ledger.lock:
            if not self.ledger.load() and seeded:
                seed.stock(self.ledger)

    def start(self) -> Self:
        self._server.start()
        self.webhooks.start()
        self._ticker.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        self._server.stop()
        self.webhooks.stop()
        self._ticker.join()
        with self.ledger.lock:
            self.ledger.save()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _tick(self) -> None:
        """What falls due by the clock's running happens without anybody asking."""
        while not self._stopped.wait(1):
            with self.ledger.lock:
                if self.ledger.clock.frozen is None:
                    self.catch_up()

    def catch_up(self) -> None:
        """The caller holds the lock."""
        before = len(self.ledger.of("event"))
        billing.run_due(self.ledger)
        if len(self.ledger.of("event")) != before:
            self.ledger.save()

    # Time

    @property
    def now(self) -> int:
        with self.ledger.lock:
            return self.ledger.now

    def freeze(self, at: int | None = None) -> int:
        """Stops the clock, at `at` or where it is; what was due by then happens."""
        with self.ledger.lock:
            self.ledger.clock.freeze(at)
            self.catch_up()
            return self.now

    def run(self) -> int:
        with self.ledger.lock:
            self.ledger.clock.run()
            return self.now

    def advance(self, seconds: int = 0, *, days: float = 0, to: int | None = None) -> int:
        """Moves the clock on; all that falls due on the way happens, each at its time."""
        with self.ledger.lock:
            target = self.now + seconds + int(days * DAY) if to is None else to
            if target < self.now:
                raise ValueError("The clock only goes forward.")
            billing.advance(self.ledger, target)
            self.ledger.save()
            return self.now

    # What happens to customers

    def card_fails(self, customer: str, code: str | None = "generic_decline") -> None:
        """From now on every charge to her cards is declined; None: no more."""
        with self.ledger.lock:
            self.ledger.get("customer", customer)["_decline"] = code
            self.ledger.save()

    def refund(self, charge: str, amount: int | None = None) -> Thing:
        """Gives the money of a charge back, all of it unless told how much."""
        return self._change(
            lambda: payments.refund(self.ledger, self.ledger.get("charge", charge), amount, None, None)
        )

    def dispute(self, charge: str, reason: str = "fraudulent") -> Thing:
        return self._change(
            lambda: payments.open_dispute(self.ledger, self.ledger.get("charge", charge), reason)
        )

    def close_dispute(self, dispute: str, status: str) -> Thing:
        """`status`: won or lost, for the shop."""
        return self._change(
            lambda: payments.close_dispute(self.ledger, self.ledger.get("dispute", dispute), status)
        )

    def _change(self, act: Callable[[], Thing]) -> Thing:
        with self.ledger.lock:
            made = shown(act())
            self.ledger.save()
            return made

    # Events

    def events(self, *types: str) -> list[Thing]:
        """What was told, the oldest first."""
        with self.ledger.lock:
            return [shown(event) for event in self.ledger.of("event") if not types or event["type"] in types]

    def deliver(self, event: str, *, at: int | None = None) -> list[int]:
        return self.webhooks.deliver(event, at=at)

    def endpoint(self, url: str, secret: str | None = None, events: tuple[str, ...] = ("*",)) -> Thing:
        """Registers a webhook endpoint; with its secret in the answer."""
        with self.ledger.lock:
            return seed.endpoint(self.ledger, url, secret, list(events))

    def announce(self) -> None:
        """Tells of the catalogue by events, unless anything was told before."""
        with self.ledger.lock:
            if not self.ledger.of("event"):
                for kind in ("product", "price"):
                    for thing in self.ledger.of(kind):
                        self.ledger.emit(f"{kind}.created", thing)
                self.ledger.save()

    # Trouble

    def fail(
        self,
        times: int = 1,
        *,
        status: int | None = None,
        hang: float = 0,
        after: bool = False,
        path: str = "/v1/",
    ) -> None:
        with self.ledger.lock:
            self.faults.append(Fault(times, status, hang, after, path))

    def take_fault(self, path: str) -> Fault | None:
        """The caller holds the lock."""
        for fault in self.faults:
            if path.startswith(fault.path):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def object(self, kind: str, id_: str) -> Thing:
        """As the API would show it."""
        with self.ledger.lock:
            return shown(self.ledger.get(kind, id_))

    def objects(self, kind: str) -> list[Thing]:
        with self.ledger.lock:
            return [shown(thing) for thing in self.ledger.of(kind)]

    def reset(self) -> None:
        """As at the first start; webhook endpoints stay."""
        with self.ledger.lock:
            endpoints = self.ledger.of("webhook_endpoint")
            self.webhooks.forget()
            self.faults.clear()
            self.ledger.clear()
            for endpoint in endpoints:
                self.ledger.put(endpoint)
            if self.seeded:
                seed.stock(self.ledger)
            self.ledger.save()

    def dump(self) -> Mapping[str, dict[str, Thing]]:
        """Everything by kind and id, the fake's own keys too."""
        with self.ledger.lock:
            return json.loads(json.dumps(self.ledger.objects))
