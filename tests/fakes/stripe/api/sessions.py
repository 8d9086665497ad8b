"""Checkout sessions, the customer portal, events, webhook endpoints and test clocks."""

from typing import Any

from tests.fakes.stripe import billing, billing_shapes, checkout, portal
from tests.fakes.stripe.api.routing import INCLUDED, deleted, listing, route
from tests.fakes.stripe.api.subscriptions import CUTS, TRIAL_SETTINGS
from tests.fakes.stripe.clock import DAY
from tests.fakes.stripe.errors import invalid, required
from tests.fakes.stripe.ledger import VERSION, Ledger
from tests.fakes.stripe.params import (
    anything,
    boolean,
    choice,
    integer,
    keyed,
    listed,
    merged,
    positive,
    record,
    text,
)
from tests.fakes.stripe.shapes import listed as list_object

Thing = dict[str, Any]


def _lines(ledger: Ledger, session: Thing) -> Thing:
    lines = ledger.get("checkout.session", session["id"])["_lines"]
    return list_object(f"/v1/checkout/sessions/{session['id']}/line_items", lines)


INCLUDED["checkout.session", "line_items"] = _lines
INCLUDED["item", "discounts"] = lambda ledger, line: []
INCLUDED["item", "taxes"] = lambda ledger, line: []
INCLUDED["", "breakdown"] = lambda ledger, details: {"discounts": [], "taxes": []}


@route(
    "POST", "/checkout/sessions", mode=choice("payment", "subscription"), customer=text, customer_email=text,
    client_reference_id=text, metadata=keyed, allow_promotion_codes=boolean, discounts=CUTS, success_url=text,
    cancel_url=text, locale=text, expires_at=integer,
    line_items=listed(record(price=text, quantity=positive, adjustable_quantity=anything)),
    subscription_data=record(trial_period_days=positive, trial_end=integer, metadata=keyed, description=text,
                             trial_settings=TRIAL_SETTINGS, billing_mode=anything, proration_behavior=text),
    payment_intent_data=record(metadata=keyed, description=text, receipt_email=text, setup_future_usage=text),
    invoice_creation=record(enabled=boolean, invoice_data=record(metadata=keyed, description=text, footer=text)),
    customer_creation=choice("always", "if_required"), payment_method_collection=choice("always", "if_required"),
    payment_method_types=listed(text), billing_address_collection=text, ui_mode=choice("hosted_page"),
    customer_update=anything, submit_type=text, automatic_tax=record(enabled=boolean), custom_text=anything,
    consent_collection=anything, saved_payment_method_options=anything, phone_number_collection=anything,
    currency=text,
)  # fmt: skip
def create_session(ledger: Ledger, given: Thing) -> Thing:
    if not given.get("success_url"):
        raise required("success_url")
    if (given.get("automatic_tax") or {}).get("enabled"):
        raise invalid("The fake does not reckon taxes.", "automatic_tax")
    return checkout.offer(ledger, given)


@route("GET", "/checkout/sessions/{id_}")
def retrieve_session(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("checkout.session", id_)


@route("POST", "/checkout/sessions/{id_}", metadata=keyed)
def update_session(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("checkout.session", id_)
    found["metadata"] = merged(found["metadata"], given.get("metadata", {}))
    return found


@route("POST", "/checkout/sessions/{id_}/expire")
def expire_session(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("checkout.session", id_)
    checkout.expire(ledger, found)
    return found


@listing("/checkout/sessions", customer=text, subscription=text, payment_intent=text,
         status=choice("open", "complete", "expired"), customer_details=record(email=text))  # fmt: skip
def list_sessions(ledger: Ledger, given: Thing) -> list[Thing]:
    names = ("customer", "subscription", "payment_intent", "status")
    found = ledger.of("checkout.session")
    return [one for one in found if all(one[name] == given.get(name, one[name]) for name in names)]


@listing("/checkout/sessions/{id_}/line_items")
def list_session_lines(ledger: Ledger, given: Thing, id_: str) -> list[Thing]:
    return list(reversed(ledger.get("checkout.session", id_)["_lines"]))


FLOW = record(
    type=choice(*portal.FLOWS),
    after_completion=record(type=choice("redirect", "hosted_confirmation", "portal_homepage"),
                            redirect=record(return_url=text), hosted_confirmation=anything),
    subscription_cancel=record(subscription=text, retention=anything),
    subscription_update=record(subscription=text),
    subscription_update_confirm=record(subscription=text, items=listed(record(id=text, price=text, quantity=positive)),
                                       discounts=CUTS),
)  # fmt: skip


@route("POST", "/billing_portal/sessions", customer=text, return_url=text, configuration=text, locale=text,
       flow_data=FLOW)  # fmt: skip
def create_portal_session(ledger: Ledger, given: Thing) -> Thing:
    if not given.get("customer"):
        raise required("customer")
    return portal.open_session(ledger, given)


CONFIGURATION = {"business_profile": anything, "default_return_url": text, "features": anything, "metadata": keyed,
                 "login_page": anything, "name": text}  # fmt: skip


@route("POST", "/billing_portal/configurations", **CONFIGURATION)
def create_configuration(ledger: Ledger, given: Thing) -> Thing:
    return portal.configure(ledger, given)


@route("GET", "/billing_portal/configurations/{id_}")
def retrieve_configuration(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("billing_portal.configuration", id_)


@route("POST", "/billing_portal/configurations/{id_}", active=boolean, **CONFIGURATION)
def update_configuration(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return portal.reconfigure(ledger, ledger.get("billing_portal.configuration", id_), given)


@listing("/billing_portal/configurations", active=boolean, is_default=boolean)
def list_configurations(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("billing_portal.configuration")
    return [
        one
        for one in found
        if all(one[name] == value for name, value in given.items() if name in ("active", "is_default"))
    ]


@route("GET", "/events/{id_}")
def retrieve_event(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("event", id_)


@listing("/events", type=text, types=listed(text), delivery_success=boolean)
def list_events(ledger: Ledger, given: Thing) -> list[Thing]:
    types = given.get("types") or ([given["type"]] if given.get("type") else None)
    found = [event for event in ledger.of("event") if types is None or _matches(event["type"], types)]
    if "delivery_success" in given:
        found = [event for event in found if (event["pending_webhooks"] == 0) == given["delivery_success"]]
    return found


def _matches(type_: str, wanted: list[str]) -> bool:
    return any(type_ == one or (one.endswith("*") and type_.startswith(one[:-1])) for one in wanted)


@route("POST", "/webhook_endpoints", url=text, enabled_events=listed(text), api_version=text, description=text,
       metadata=keyed, connect=boolean)  # fmt: skip
def create_endpoint(ledger: Ledger, given: Thing) -> Thing:
    """The only answer that holds its secret."""
    for name in ("url", "enabled_events"):
        if not given.get(name):
            raise required(name)
    if given.get("api_version") not in (None, VERSION):
        raise invalid(f"The fake speaks {VERSION} only.", "api_version")
    extra = {"description": given.get("description"), "metadata": given.get("metadata") or {},
             "api_version": given.get("api_version")}  # fmt: skip
    made = billing_shapes.webhook_endpoint(
        ledger.new_id("webhook_endpoint"), ledger.now, given["url"], given["enabled_events"], extra
    )
    ledger.put({**made, "_secret": "whsec_" + ledger.word(32)})
    return {**made, "secret": ledger.get("webhook_endpoint", made["id"])["_secret"]}


@route("GET", "/webhook_endpoints/{id_}")
def retrieve_endpoint(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("webhook_endpoint", id_)


@route("POST", "/webhook_endpoints/{id_}", url=text, enabled_events=listed(text), disabled=boolean, description=text,
       metadata=keyed)  # fmt: skip
def update_endpoint(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("webhook_endpoint", id_)
    if "disabled" in given:
        found["status"] = "disabled" if given.pop("disabled") else "enabled"
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    found.update(given)
    return found


@route("DELETE", "/webhook_endpoints/{id_}")
def delete_endpoint(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("webhook_endpoint", id_)
    ledger.drop(found)
    return deleted(found)


@listing("/webhook_endpoints")
def list_endpoints(ledger: Ledger, given: Thing) -> list[Thing]:
    return ledger.of("webhook_endpoint")


@route("POST", "/test_helpers/test_clocks", frozen_time=integer, name=text)
def create_clock(ledger: Ledger, given: Thing) -> Thing:
    """Freezes the one clock there is: at most one test clock at a time."""
    if "frozen_time" not in given:
        raise required("frozen_time")
    if ledger.of("test_helpers.test_clock"):
        raise invalid("The fake has one clock: delete the other test clock first.")
    ledger.clock.freeze(given["frozen_time"])
    made = {
        "id": ledger.new_id("test_helpers.test_clock"),
        "object": "test_helpers.test_clock",
        "created": ledger.now,
        "deletes_after": ledger.now + 30 * DAY,
        "frozen_time": given["frozen_time"],
        "livemode": False,
        "name": given.get("name"),
        "status": "ready",
        "status_details": {},
    }
    return ledger.put(made, "test_helpers.test_clock.created")


@route("GET", "/test_helpers/test_clocks/{id_}")
def retrieve_clock(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("test_helpers.test_clock", id_)


@route("POST", "/test_helpers/test_clocks/{id_}/advance", frozen_time=integer)
def advance_clock(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("test_helpers.test_clock", id_)
    if given.get("frozen_time", 0) <= found["frozen_time"]:
        raise invalid("The new frozen time must be later than the present one.", "frozen_time")
    ledger.emit("test_helpers.test_clock.advancing", {**found, "status": "advancing"})
    billing.advance(ledger, given["frozen_time"])
    found["frozen_time"] = given["frozen_time"]
    ledger.emit("test_helpers.test_clock.ready", found)
    return found


@route("DELETE", "/test_helpers/test_clocks/{id_}")
def delete_clock(ledger: Ledger, given: Thing, id_: str) -> Thing:
    """The clock is the real one again."""
    found = ledger.get("test_helpers.test_clock", id_)
    ledger.drop(found)
    ledger.clock.frozen, ledger.clock.offset = None, 0
    ledger.emit("test_helpers.test_clock.deleted", found)
    return deleted(found)


@listing("/test_helpers/test_clocks")
def list_clocks(ledger: Ledger, given: Thing) -> list[Thing]:
    return ledger.of("test_helpers.test_clock")
