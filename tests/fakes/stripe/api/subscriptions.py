"""Subscriptions, their items, and the preview of what a change would bill."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.stripe import changes, discounts, payments, subscriptions
from tests.fakes.stripe.api.routing import listing, route
from tests.fakes.stripe.clock import DAY
from tests.fakes.stripe.errors import invalid, missing, required
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.params import (
    anything,
    boolean,
    choice,
    either,
    integer,
    keyed,
    listed,
    merged,
    positive,
    record,
    text,
)

Thing = dict[str, Any]
CUTS = listed(record(coupon=text, promotion_code=text, discount=text))
ITEMS = listed(
    record(id=text, price=text, quantity=positive, deleted=boolean, metadata=keyed, clear_usage=boolean)
)
PRORATION = choice("create_prorations", "always_invoice", "none")
COMMENT = record(comment=text, feedback=text)
TRIAL_SETTINGS = record(end_behavior=record(missing_payment_method=choice("create_invoice", "cancel")))
BOTH = {
    "default_payment_method": text, "description": text, "metadata": keyed, "off_session": boolean,
    "payment_settings": record(save_default_payment_method=text, payment_method_types=anything,
                               payment_method_options=anything),
    "collection_method": choice("charge_automatically"), "cancel_at_period_end": boolean,
    "discounts": CUTS, "items": ITEMS, "proration_behavior": PRORATION, "trial_settings": TRIAL_SETTINGS,
    "trial_from_plan": boolean,
    "cancel_at": either("min_period_end", either("max_period_end", either("", integer))),
}  # fmt: skip


@route(
    "POST", "/subscriptions", customer=text, trial_period_days=positive, trial_end=either("now", integer),
    currency=text, billing_mode=record(type=choice("flexible"), flexible=anything),
    payment_behavior=choice("allow_incomplete", "error_if_incomplete", "default_incomplete"), **BOTH,
)  # fmt: skip
def create_subscription(ledger: Ledger, given: Thing) -> Thing:
    if not given.get("customer"):
        raise required("customer")
    customer = ledger.get("customer", given["customer"], "customer")
    method = None
    if given.get("default_payment_method"):
        method = _own_method(ledger, customer, given["default_payment_method"])
    made = subscriptions.begin(
        ledger,
        customer,
        _wanted(ledger, given.get("items") or []),
        trial_end=_trial_end(ledger, given),
        method=method,
        cuts=discounts.chosen(ledger, given.get("discounts") or [], customer),
        behavior=given.get("payment_behavior") or "allow_incomplete",
        given={
            "default_payment_method": method and method["id"],
            "metadata": merged({}, given.get("metadata")),
            "description": given.get("description"),
            **({"trial_settings": given["trial_settings"]} if given.get("trial_settings") else {}),
        },
    )
    if given.get("cancel_at_period_end") or given.get("cancel_at"):
        with ledger.change(made, "customer.subscription.updated"):
            _plan_end(ledger, made, given)
    return made


def _wanted(ledger: Ledger, items: list[Thing]) -> list[tuple[Thing, int]]:
    found = []
    for place, item in enumerate(items):
        where = f"items[{place}][price]"
        if not item.get("price"):
            raise required(where)
        found.append((ledger.get("price", item["price"], where), item.get("quantity", 1)))
    return found


def _trial_end(ledger: Ledger, given: Mapping[str, Any]) -> int | None:
    if given.get("trial_period_days"):
        return ledger.now + given["trial_period_days"] * DAY
    end = given.get("trial_end")
    return end if isinstance(end, int) and end > ledger.now else None


def _own_method(ledger: Ledger, customer: Thing, id_: str) -> Thing:
    method = payments.find_method(ledger, id_, "default_payment_method")
    if method["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {method['id']}.",
            "default_payment_method",
            "resource_missing",
        )
    return method


@route("GET", "/subscriptions/{id_}")
def retrieve_subscription(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("subscription", id_)


@route(
    "POST", "/subscriptions/{id_}", proration_date=integer, billing_cycle_anchor=choice("now", "unchanged"),
    payment_behavior=choice("allow_incomplete", "error_if_incomplete", "pending_if_incomplete"),
    trial_end=either("now", integer), cancellation_details=COMMENT, **BOTH,
)  # fmt: skip
def update_subscription(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("subscription", id_)
    if found["status"] in ("canceled", "incomplete_expired"):
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    customer = ledger.get("customer", found["customer"])
    values: Thing = {name: given[name] for name in ("description", "trial_settings") if name in given}
    if given.get("default_payment_method"):
        values["default_payment_method"] = _own_method(ledger, customer, given["default_payment_method"])[
            "id"
        ]
    if "metadata" in given:
        values["metadata"] = merged(found["metadata"], given["metadata"])
    if given.get("payment_settings"):
        values["payment_settings"] = {**found["payment_settings"], **given["payment_settings"]}
    if "discounts" in given:
        cuts = discounts.chosen(ledger, given["discounts"], customer)
        made = [discounts.redeem(ledger, *cut, customer=customer["id"], subscription=id_) for cut in cuts]
        values["discounts"] = [discount["id"] for discount in made]
    payment = given.get("payment_behavior") or "allow_incomplete"
    if payment == "pending_if_incomplete" and (values or given.get("cancel_at_period_end")):
        raise invalid(
            "This parameter cannot be used with payment_behavior=pending_if_incomplete.", "payment_behavior"
        )
    if any(given.get(name) for name in ("items", "trial_end")) or given.get("billing_cycle_anchor") == "now":
        behavior = given.get("proration_behavior") or "create_prorations"
        planned = changes.plan(
            ledger, found, given.get("items") or [], behavior=behavior, at=given.get("proration_date"),
            trial_end=given.get("trial_end"), anchor_now=given.get("billing_cycle_anchor") == "now",
        )  # fmt: skip
        changes.carry_out(ledger, found, planned, behavior=behavior, payment=payment, further=values)
        values = {}
    with ledger.change(found, "customer.subscription.updated"):
        found.update(values)
        if "cancel_at_period_end" in given or "cancel_at" in given:
            _plan_end(ledger, found, given)
        if given.get("cancellation_details"):
            found["cancellation_details"] = {**found["cancellation_details"], **given["cancellation_details"]}
    return found


def _plan_end(ledger: Ledger, subscription: Thing, given: Thing) -> None:
    at, end = given.get("cancel_at"), subscriptions.period(subscription)[1]
    if "cancel_at_period_end" in given and at:
        raise invalid("You may only specify one of cancel_at and cancel_at_period_end.", "cancel_at")
    if given.get("cancel_at_period_end"):
        subscriptions.cancel_at_end(ledger, subscription, end, flag=True)
    elif at in ("min_period_end", "max_period_end"):
        subscriptions.cancel_at_end(ledger, subscription, end, flag=False)
    elif at:
        if at <= ledger.now:
            raise invalid("cancel_at must be in the future.", "cancel_at")
        subscriptions.cancel_at_end(ledger, subscription, at, flag=False)
    else:
        subscriptions.cancel_at_end(ledger, subscription, None, flag=False)


@route("DELETE", "/subscriptions/{id_}", invoice_now=boolean, prorate=boolean, cancellation_details=COMMENT)
def cancel_subscription(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("subscription", id_)
    if found["status"] in ("canceled", "incomplete_expired"):
        raise missing("subscription", id_)
    changes.cancel_now(
        ledger, found, prorate=given.get("prorate", False), invoice_now=given.get("invoice_now", False),
        comment=given.get("cancellation_details"),
    )  # fmt: skip
    return found


@listing("/subscriptions", customer=text, price=text, collection_method=text, test_clock=text,
         status=choice("all", "ended", *subscriptions.LIVE, "canceled", "incomplete_expired", "paused"))  # fmt: skip
def list_subscriptions(ledger: Ledger, given: Thing) -> list[Thing]:
    """All that are not canceled, unless a status is named."""
    found = ledger.of("subscription")
    status = given.get("status")
    if status is None:
        found = [one for one in found if one["status"] not in ("canceled", "incomplete_expired")]
    elif status == "ended":
        found = [one for one in found if one["status"] in ("canceled", "incomplete_expired")]
    elif status != "all":
        found = [one for one in found if one["status"] == status]
    if given.get("price"):
        found = [
            one for one in found if any(i["price"]["id"] == given["price"] for i in one["items"]["data"])
        ]
    return [one for one in found if one["customer"] == given.get("customer", one["customer"])]


@route("GET", "/subscription_items/{id_}")
def retrieve_item(ledger: Ledger, given: Thing, id_: str) -> Thing:
    for subscription in ledger.of("subscription"):
        for item in subscription["items"]["data"]:
            if item["id"] == id:
                return item
    raise missing("subscription_item", id_)


@listing("/subscription_items", subscription=text)
def list_items(ledger: Ledger, given: Thing) -> list[Thing]:
    if not given.get("subscription"):
        raise required("subscription")
    return list(reversed(ledger.get("subscription", given["subscription"], "subscription")["items"]["data"]))


@route(
    "POST", "/invoices/create_preview", customer=text, subscription=text, discounts=CUTS, currency=text,
    subscription_details=record(
        items=ITEMS, proration_behavior=PRORATION, proration_date=integer, trial_end=either("now", integer),
        cancel_at_period_end=boolean, billing_cycle_anchor=choice("now", "unchanged"), cancel_now=boolean,
    ),
)  # fmt: skip
def preview(ledger: Ledger, given: Thing) -> Thing:
    """The invoice that a change would bill, or the next one; for no subscription yet, its first."""
    details = given.get("subscription_details") or {}
    if not given.get("subscription"):
        if not given.get("customer"):
            raise required("customer")
        customer = ledger.get("customer", given["customer"], "customer")
        cuts = [coupon for coupon, _ in discounts.chosen(ledger, given.get("discounts") or [], customer)]
        wanted = _wanted(ledger, details.get("items") or [])
        subscriptions.check_together(customer, wanted)
        return subscriptions.first_invoice(ledger, customer, wanted, _trial_end(ledger, details), cuts)
    found = ledger.get("subscription", given["subscription"], "subscription")
    if given.get("customer") and given["customer"] != found["customer"]:
        raise invalid("The subscription does not belong to the customer.", "subscription")
    if found["status"] in ("canceled", "incomplete_expired") or details.get("cancel_at_period_end"):
        raise invalid(
            f"No upcoming invoices for customer: {found['customer']}",
            code="invoice_upcoming_none",
            status=404,
        )
    behavior = details.get("proration_behavior") or "create_prorations"
    planned = changes.plan(
        ledger, found, details.get("items") or [], behavior=behavior, at=details.get("proration_date"),
        trial_end=details.get("trial_end"), anchor_now=details.get("billing_cycle_anchor") == "now",
    )  # fmt: skip
    draft = changes.preview(ledger, found, planned, behavior)
    draft["parent"]["subscription_details"]["subscription_proration_date"] = details.get(
        "proration_date", ledger.now
    )
    return draft
