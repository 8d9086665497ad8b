"""The ledger: every object the fake holds, the events that tell of their changes, and the one lock around it all."""

import copy
import json
import random
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.stripe.clock import Clock
from tests.fakes.stripe.errors import missing

VERSION = "2026-05-27.dahlia"
"""The one version of the API that is answered."""
PREFIXES = {
    "customer": "cus_", "product": "prod_", "price": "price_", "coupon": "", "promotion_code": "promo_",
    "discount": "di_", "payment_method": "pm_", "payment_intent": "pi_", "setup_intent": "seti_",
    "charge": "ch_", "refund": "re_", "dispute": "du_", "balance_transaction": "txn_",
    "subscription": "sub_", "subscription_item": "si_", "invoice": "in_", "line_item": "il_",
    "invoiceitem": "ii_", "invoice_payment": "inpay_", "checkout.session": "cs_test_", "item": "li_",
    "billing_portal.session": "bps_", "billing_portal.configuration": "bpc_", "event": "evt_",
    "webhook_endpoint": "we_", "test_helpers.test_clock": "clock_", "request": "req_", "account": "acct_",
}  # fmt: skip
LETTERS = string.ascii_letters + string.digits


class Ledger:
    """Objects as Stripe shows them; keys that begin with "_" are the fake's own and never shown.

    Whoever reads or changes anything holds `lock`.
    """

    def __init__(self, seed: int | None = None, state: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.random = random.Random(seed)
        self.url = ""
        self.request: dict[str, str | None] | None = None
        """The request that is being answered, for the events it causes."""
        self.objects: dict[str, dict[str, dict[str, Any]]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        """Answers by idempotency key."""
        self.dunning: dict[str, Any] = {"retry_days": [3, 5, 7], "then": "cancel"}
        """Days after the first failed payment on which it is tried again; then cancel, unpaid or past_due."""
        self.on_event: list[Callable[[dict[str, Any]], None]] = []
        self.state = state

    @property
    def now(self) -> int:
        return self.clock.now()

    def new_id(self, kind: str) -> str:
        length = 58 if kind == "checkout.session" else 24
        return PREFIXES[kind] + self.word(length if PREFIXES[kind] else 8)

    def word(self, length: int) -> str:
        return "".join(self.random.choices(LETTERS, k=length))

    def put(self, thing: dict[str, Any], event: str | None = None) -> dict[str, Any]:
        self.objects.setdefault(thing["object"], {})[thing["id"]] = thing
        if event:
            self.emit(event, thing)
        return thing

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All of a kind, the oldest first."""
        return list(self.objects.get(kind, {}).values())

    def find(self, kind: str, id_: str | None) -> dict[str, Any] | None:
        return self.objects.get(kind, {}).get(id_ or "")

    def get(self, kind: str, id_: str, param: str | None = None) -> dict[str, Any]:
        """Raises the error of a missing object: 404, or 400 when `param` named it."""
        found = self.find(kind, id_)
        if found is None or (param and found.get("deleted")):
            raise missing(kind, id_, param or "id", 400 if param else 404)
        return found

    def drop(self, thing: dict[str, Any]) -> None:
        del self.objects[thing["object"]][thing["id"]]

    @contextmanager
    def change(self, thing: dict[str, Any], event: str | None) -> Iterator[dict[str, Any]]:
        """Tells by `event` what was changed within, with the former values; nothing when nothing was."""
        before = shown(thing)
        yield thing
        after = shown(thing)
        former = {key: before.get(key) for key in {**before, **after} if before.get(key) != after.get(key)}
        if former and event:
            self.emit(event, thing, former)

    def emit(self, type_: str, thing: dict[str, Any], former: dict[str, Any] | None = None) -> dict[str, Any]:
        data: dict[str, Any] = {"object": shown(thing)}
        if former is not None:
            data["previous_attributes"] = former
        event = {
            "id": self.new_id("event"),
            "object": "event",
            "api_version": VERSION,
            "created": self.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": self.request or {"id": None, "idempotency_key": None},
            "type": type_,
            "_deliveries": [],
        }
        self.put(event)
        for listener in self.on_event:
            listener(event)
        return event

    def save(self) -> None:
        """Writes all into the file of state, whole or not at all."""
        if self.state is None:
            return
        unfinished = self.state.with_suffix(".unfinished")
        kept = {
            "objects": [thing for things in self.objects.values() for thing in things.values()],
            "keys": self.keys,
            "dunning": self.dunning,
            "offset": self.clock.offset,
            "frozen": self.clock.frozen,
        }
        unfinished.write_text(json.dumps(kept), encoding="utf-8")
        unfinished.replace(self.state)

    def load(self) -> bool:
        """Takes up what was saved, if anything was."""
        if self.state is None or not self.state.exists():
            return False
        kept = json.loads(self.state.read_text(encoding="utf-8"))
        self.objects = {}
        for thing in kept["objects"]:
            self.put(thing)
        self.keys, self.dunning = kept["keys"], kept["dunning"]
        self.clock.offset, self.clock.frozen = kept["offset"], kept["frozen"]
        return True

    def clear(self) -> None:
        self.objects, self.keys, self.request = {}, {}, None
        self.clock.offset, self.clock.frozen = 0, None


def shown(thing: Any) -> Any:
    """A copy as Stripe would show it, without the fake's own keys."""
    if isinstance(thing, dict):
        return {key: shown(value) for key, value in thing.items() if not key.startswith("_")}
    if isinstance(thing, list):
        return [shown(value) for value in thing]
    return copy.copy(thing)
