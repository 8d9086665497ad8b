"""The control door /_fake/: what a test or a person does to the fake from outside. Never part of Stripe's API.

Bodies are JSON objects; answers are JSON.

GET  /_fake/                         the time, how events are delivered, how many there are
GET  /_fake/events                   all events with their deliveries, the oldest first
POST /_fake/events/<id>/deliver      posts it now: {"statuses": […]}; {"at": …} is the time it is signed with
POST /_fake/delivery                 {"automatic": true|false}: by itself, or only as told
POST /_fake/endpoints                {"url": …, "secret": …}
POST /_fake/clock                    {"freeze": true|<time>}, {"run": true}, {"advance": <seconds>} or {"to": <time>}
POST /_fake/faults                   {"times": 1, "status": 500, "hang": 0, "after": false, "path": "/v1/"}
POST /_fake/customers/<id>/card      {"decline": "generic_decline"|null}
POST /_fake/charges/<id>/refund      {"amount": null}
POST /_fake/charges/<id>/dispute     {"reason": "fraudulent"}
POST /_fake/disputes/<id>/close      {"status": "won"|"lost"}
POST /_fake/dunning                  {"retry_days": [3, 5, 7], "then": "cancel"|"unpaid"|"past_due"}
GET  /_fake/state                    everything
POST /_fake/reset                    as at the first start
"""

import json
import re
from typing import TYPE_CHECKING, Any

from tests.fakes.stripe.errors import DECLINES, StripeError, invalid
from tests.fakes.stripe.ledger import shown

if TYPE_CHECKING:
    from tests.fakes.stripe.core import FakeStripe

Thing = dict[str, Any]


def answer(fake: "FakeStripe", method: str, path: str, body: bytes) -> tuple[int, Any]:
    try:
        given = json.loads(body) if body else {}
        if not isinstance(given, dict):
            raise ValueError("a JSON object is wanted")
        for wanted, pattern, act in DOORS:
            if (match := re.fullmatch(pattern, path)) and method == wanted:
                return 200, act(fake, given, *match.groups())
    except StripeError as error:
        return error.status, {"error": error.error}
    except KeyError as error:
        return 400, {"error": {"message": f"{error} is missing."}}
    except (ValueError, TypeError) as error:
        return 400, {"error": {"message": str(error)}}
    return 404, {"error": {"message": f"Nothing of the fake answers {method} {path}."}}


def about(fake: "FakeStripe", given: Thing) -> Thing:
    return {
        "now": fake.now,
        "frozen": fake.ledger.clock.frozen is not None,
        "automatic": fake.webhooks.automatic,
        "events": len(fake.events()),
        "dunning": fake.ledger.dunning,
    }


def events(fake: "FakeStripe", given: Thing) -> list[Thing]:
    with fake.ledger.lock:
        return [{**shown(event), "deliveries": event["_deliveries"]} for event in fake.ledger.of("event")]


def deliver(fake: "FakeStripe", given: Thing, id_: str) -> Thing:
    return {"statuses": fake.deliver(id_, at=given.get("at"))}


def set_delivery(fake: "FakeStripe", given: Thing) -> Thing:
    fake.webhooks.automatic = bool(given["automatic"])
    return about(fake, {})


def add_endpoint(fake: "FakeStripe", given: Thing) -> Thing:
    return shown(fake.endpoint(str(given["url"]), given.get("secret")))


def move_clock(fake: "FakeStripe", given: Thing) -> Thing:
    if given.get("freeze"):
        fake.freeze(None if given["freeze"] is True else int(given["freeze"]))
    if given.get("run"):
        fake.run()
    if "advance" in given:
        fake.advance(int(given["advance"]))
    if "to" in given:
        fake.advance(to=int(given["to"]))
    return about(fake, {})


def add_fault(fake: "FakeStripe", given: Thing) -> Thing:
    fake.fail(given.pop("times", 1), **given)
    return {"faults": len(fake.faults)}


def decline(fake: "FakeStripe", given: Thing, id_: str) -> Thing:
    code = given.get("decline", "generic_decline")
    if code is not None and code not in DECLINES:
        raise invalid(f"decline must be null or one of {', '.join(DECLINES)}")
    fake.card_fails(id_, code)
    return fake.object("customer", id_)


def refund(fake: "FakeStripe", given: Thing, id_: str) -> Thing:
    return fake.refund(id_, given.get("amount"))


def dispute(fake: "FakeStripe", given: Thing, id_: str) -> Thing:
    return fake.dispute(id_, given.get("reason", "fraudulent"))


def close_dispute(fake: "FakeStripe", given: Thing, id_: str) -> Thing:
    if given.get("status") not in ("won", "lost"):
        raise invalid("status must be won or lost")
    return fake.close_dispute(id_, given["status"])


def set_dunning(fake: "FakeStripe", given: Thing) -> Thing:
    if given.get("then", "cancel") not in ("cancel", "unpaid", "past_due"):
        raise invalid("then must be cancel, unpaid or past_due")
    with fake.ledger.lock:
        fake.ledger.dunning |= {name: given[name] for name in ("retry_days", "then") if name in given}
        fake.ledger.save()
    return about(fake, {})


def state(fake: "FakeStripe", given: Thing) -> Any:
    return fake.dump()


def reset(fake: "FakeStripe", given: Thing) -> Thing:
    fake.reset()
    return about(fake, {})


DOORS = (
    ("GET", r"/_fake/", about),
    ("GET", r"/_fake/events", events),
    ("POST", r"/_fake/events/(\w+)/deliver", deliver),
    ("POST", r"/_fake/delivery", set_delivery),
    ("POST", r"/_fake/endpoints", add_endpoint),
    ("POST", r"/_fake/clock", move_clock),
    ("POST", r"/_fake/faults", add_fault),
    ("POST", r"/_fake/customers/(\w+)/card", decline),
    ("POST", r"/_fake/charges/(\w+)/refund", refund),
    ("POST", r"/_fake/charges/(\w+)/dispute", dispute),
    ("POST", r"/_fake/disputes/(\w+)/close", close_dispute),
    ("POST", r"/_fake/dunning", set_dunning),
    ("GET", r"/_fake/state", state),
    ("POST", r"/_fake/reset", reset),
)
