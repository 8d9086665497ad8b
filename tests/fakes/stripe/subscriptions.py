"""Subscriptions: begun, renewed, paid for or not, ended. How one is changed midway, changes.py says."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.stripe import billing_shapes, discounts, invoices, payments
from tests.fakes.stripe.clock import DAY, HOUR, next_boundary
from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]
INCOMPLETE_FOR = 23 * HOUR
WARNS_BEFORE_TRIAL_END = 3 * DAY
LIVE = ("trialing", "active", "past_due", "unpaid", "incomplete")


def begin(
    ledger: Ledger,
    customer: Thing,
    wanted: Sequence[tuple[Thing, int]],
    *,
    extra: Sequence[Thing] = (),
    trial_end: int | None = None,
    method: Thing | None = None,
    cuts: Sequence[tuple[Thing, Thing | None]] = (),
    behavior: str = "allow_incomplete",
    present: bool = False,
    given: Mapping[str, Any] | None = None,
) -> Thing:
    """A new subscription to prices and quantities with its first invoice; `extra` are further lines of that."""
    check_together(customer, wanted)
    made, draft = _first(ledger, customer, wanted, extra, trial_end, cuts, given or {}, preview=False)
    method = method or payments.method_for(ledger, customer, made["default_payment_method"])
    refusal = payments.refusal(ledger, customer, method, present) if draft["amount_due"] else None
    if refusal and behavior == "error_if_incomplete":
        raise invoices.refuse(ledger, draft, refusal)
    made["latest_invoice"] = draft["id"]
    ledger.put(made, "customer.subscription.created")
    with ledger.change(made, "customer.subscription.updated"):
        invoices.issue(ledger, draft)
        charged(made, draft)
        discounts.spent(ledger, made)
        invoices.finalize(ledger, draft)
        if draft["status"] == "open" and behavior != "default_incomplete":
            invoices.pay(ledger, draft, method, present=present)
        if draft["status"] == "paid":
            made["status"] = "trialing" if trial_end else "active"
    if trial_end and trial_end - ledger.now <= WARNS_BEFORE_TRIAL_END:
        warn_of_trial_end(ledger, made)
    return made


def first_invoice(
    ledger: Ledger,
    customer: Thing,
    wanted: Sequence[tuple[Thing, int]],
    trial_end: int | None,
    cuts: Sequence[Thing],
) -> Thing:
    """What beginning would bill: a preview. `cuts` are coupons."""
    return _first(ledger, customer, wanted, (), trial_end, [(cut, None) for cut in cuts], {}, preview=True)[1]


def _first(
    ledger: Ledger,
    customer: Thing,
    wanted: Sequence[tuple[Thing, int]],
    extra: Sequence[Thing],
    trial_end: int | None,
    cuts: Sequence[tuple[Thing, Thing | None]],
    given: Mapping[str, Any],
    *,
    preview: bool,
) -> tuple[Thing, Thing]:
    now, id_ = ledger.now, ledger.new_id("subscription")
    recurring = wanted[0][0]["recurring"]
    anchor = trial_end or now
    end = trial_end or next_boundary(anchor, recurring["interval"], recurring["interval_count"], now)
    items = [
        billing_shapes.subscription_item(
            ledger.new_id("subscription_item"), now, id_, price, quantity, (now, end)
        )
        for price, quantity in wanted
    ]
    trial = {"status": "trialing", "trial_start": now, "trial_end": trial_end} if trial_end else {}
    made = billing_shapes.subscription(
        id_,
        now,
        customer["id"],
        wanted[0][0]["currency"],
        items,
        {**given, **trial, "billing_cycle_anchor": anchor},
    )
    made["test_clock"] = customer["test_clock"]
    if preview:
        found = [_imagined(ledger, coupon) for coupon, _ in cuts]
    else:
        found = [discounts.redeem(ledger, *cut, customer=customer["id"], subscription=id_) for cut in cuts]
    made["discounts"] = [discount["id"] for discount in found]
    lines = [*invoices.pending(ledger, customer, made), *extra, *period_lines(ledger, made)]
    draft = invoices.draw_up(
        ledger, customer, lines, "subscription_create",
        currency=made["currency"], subscription=made, cuts=found, preview=preview,
    )  # fmt: skip
    return made, draft


def _imagined(ledger: Ledger, coupon: Thing) -> Thing:
    return {
        "id": ledger.new_id("discount"),
        "source": {"coupon": coupon["id"], "type": "coupon"},
        "end": None,
    }


def check_together(customer: Thing, wanted: Sequence[tuple[Thing, int]]) -> None:
    if not wanted:
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    prices = [price for price, _ in wanted]
    for price in prices:
        if not price["active"]:
            raise invalid(f"The price specified is inactive: {price['id']}.", "items[0][price]")
        if price["recurring"] is None:
            raise invalid(
                f"The price specified is set to `type=one_time` but this field only accepts prices with "
                f"`type=recurring`: {price['id']}.",
                "items[0][price]",
            )
    if (
        len({(p["currency"], p["recurring"]["interval"], p["recurring"]["interval_count"]) for p in prices})
        > 1
    ):
        raise invalid("All prices on a subscription must have the same interval and currency here.", "items")
    if customer["currency"] not in (None, prices[0]["currency"]):
        raise invalid(
            "You cannot combine currencies on a single customer. This customer has an active subscription, "
            f"subscription schedule, discount, quote, or invoice item with currency {customer['currency']}",
            "items",
        )


def period(subscription: Thing) -> tuple[int, int]:
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def set_period(subscription: Thing, start: int, end: int) -> None:
    for item in subscription["items"]["data"]:
        item.update(current_period_start=start, current_period_end=end)


def period_lines(ledger: Ledger, subscription: Thing) -> list[Thing]:
    """The prices of the subscription's current period; nothing during a trial."""
    trial = subscription["status"] == "trialing"
    return [
        item_line(
            ledger, subscription, item, (item["current_period_start"], item["current_period_end"]), trial
        )
        for item in subscription["items"]["data"]
    ]


def item_line(
    ledger: Ledger, subscription: Thing, item: Thing, span: tuple[int, int], trial: bool = False
) -> Thing:
    price, quantity = item["price"], item["quantity"]
    name = ledger.get("product", price["product"])["name"]
    each = f"{price['currency'].upper()} {price['unit_amount'] / 100:.2f} / {price['recurring']['interval']}"
    return billing_shapes.line_item(
        ledger.new_id("line_item"),
        0 if trial else price["unit_amount"] * quantity,
        price,
        f"Trial period for {name}" if trial else f"{quantity} × {name} (at {each})",
        span,
        {
            "parent": billing_shapes.of_item(item["id"], subscription["id"]),
            "quantity": quantity,
            "quantity_decimal": str(quantity),
            "metadata": dict(subscription["metadata"]),
        },
    )


def charged(subscription: Thing, invoice: Thing) -> None:
    """Remembers what each item's current period cost after discounts: credits are shares of that."""
    for item in subscription["items"]["data"]:
        for line in invoice["lines"]["data"]:
            details = line["parent"] and line["parent"]["subscription_item_details"]
            if details and details["subscription_item"] == item["id"] and not details["proration"]:
                item["_net"] = invoices.net(line)


def renew(ledger: Ledger, subscription: Thing) -> None:
    """The next period begins, with a draft that is finalised an hour later; a trial is over."""
    begun_at, start = period(subscription)
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    anchor = subscription["billing_cycle_anchor"]
    end = next_boundary(anchor, recurring["interval"], recurring["interval_count"], start)
    customer = ledger.get("customer", subscription["customer"])
    with ledger.change(subscription, "customer.subscription.updated"):
        set_period(subscription, start, end)
        if subscription["status"] == "trialing":
            subscription["status"] = "active"
        draft = draw_up_renewal(ledger, subscription, customer, period_start=begun_at)
        draft["auto_advance"] = subscription["status"] != "unpaid"
        invoices.issue(ledger, draft, finalizes_in=invoices.DRAFT_FOR if draft["auto_advance"] else None)
        subscription["latest_invoice"] = draft["id"]
        charged(subscription, draft)
        discounts.spent(ledger, subscription)


def draw_up_renewal(
    ledger: Ledger,
    subscription: Thing,
    customer: Thing,
    *,
    period_start: int,
    extra: Sequence[Thing] = (),
    preview: bool = False,
) -> Thing:
    """The invoice of the period the items stand in; `extra` are lines besides those that wait."""
    start = period(subscription)[0]
    lines = [*invoices.pending(ledger, customer, subscription), *extra, *period_lines(ledger, subscription)]
    return invoices.draw_up(
        ledger, customer, lines, "subscription_cycle",
        currency=subscription["currency"], subscription=subscription,
        cuts=discounts.in_force(ledger, subscription, start),
        given={"period_start": period_start, "period_end": start}, preview=preview,
    )  # fmt: skip


def collect(
    ledger: Ledger, invoice: Thing, method_id: str | None = None, *, present: bool = False
) -> str | None:
    """Tries to get an invoice paid, and says what follows for its subscription."""
    customer = ledger.get("customer", invoice["customer"])
    subscription = invoices.subscription_of(ledger, invoice)
    of_subscription = subscription and subscription["default_payment_method"]
    method = payments.method_for(
        ledger, customer, method_id, invoice["default_payment_method"], of_subscription
    )
    reason = invoices.pay(ledger, invoice, method, present=present)
    follow(ledger, invoice)
    return reason


def follow(ledger: Ledger, invoice: Thing) -> None:
    """After an attempt to pay: the subscription goes on, or is past due and tried again some days later."""
    subscription = invoices.subscription_of(ledger, invoice)
    customer = ledger.get("customer", invoice["customer"])
    if invoice["status"] == "paid":
        _delinquent(ledger, customer)
        if subscription:
            _paid(ledger, subscription, invoice)
        return
    _delinquent(ledger, customer)
    if subscription is None or subscription["status"] not in ("active", "past_due", "trialing"):
        return
    if subscription["pending_update"] and subscription["pending_update"].get("_invoice") == invoice["id"]:
        return
    first = invoice.setdefault("_first_failed", ledger.now)
    tries = ledger.dunning["retry_days"]
    due = [first + day * DAY for day in tries if first + day * DAY > ledger.now]
    with ledger.change(invoice, "invoice.updated"):
        invoice["next_payment_attempt"] = due[0] if due else None
        invoice["auto_advance"] = bool(due)
    if due or ledger.dunning["then"] == "past_due":
        with ledger.change(subscription, "customer.subscription.updated"):
            subscription["status"] = "past_due"
    elif ledger.dunning["then"] == "unpaid":
        with ledger.change(subscription, "customer.subscription.updated"):
            subscription["status"] = "unpaid"
    else:
        end(ledger, subscription, "payment_failed")


def _paid(ledger: Ledger, subscription: Thing, invoice: Thing) -> None:
    waiting = subscription["pending_update"]
    if waiting and waiting.get("_invoice") == invoice["id"]:
        with ledger.change(subscription, "customer.subscription.pending_update_applied"):
            subscription.update(subscription["_pending"])
            subscription["pending_update"] = None
    if subscription["latest_invoice"] != invoice["id"]:
        return
    with ledger.change(subscription, "customer.subscription.updated"):
        if subscription["status"] in ("incomplete", "past_due", "unpaid"):
            trial = (subscription["trial_end"] or 0) > ledger.now
            subscription["status"] = "trialing" if trial else "active"


def end(
    ledger: Ledger, subscription: Thing, reason: str | None, *, comment: Mapping[str, Any] | None = None
) -> None:
    """Ends it now. What was paid for is not given back; open invoices stay but are tried no more."""
    subscription.update(status="canceled", ended_at=ledger.now)
    if subscription["canceled_at"] is None:
        subscription["canceled_at"] = ledger.now
    details = dict(subscription["cancellation_details"])
    details.update({key: value for key, value in (comment or {}).items() if value is not None})
    details["reason"] = reason or details["reason"]
    subscription["cancellation_details"] = details
    for invoice in ledger.of("invoice"):
        if invoices.subscription_of(ledger, invoice) is subscription and invoice["status"] in (
            "draft",
            "open",
        ):
            with ledger.change(invoice, "invoice.updated"):
                invoice.update(auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None)
    ledger.emit("customer.subscription.deleted", subscription)


def expire_incomplete(ledger: Ledger, subscription: Thing) -> None:
    """The first payment never came."""
    with ledger.change(subscription, "customer.subscription.updated"):
        subscription.update(status="incomplete_expired", ended_at=ledger.now)
    if (invoice := ledger.find("invoice", subscription["latest_invoice"])) and invoice["status"] == "open":
        invoices.void(ledger, invoice)


def cancel_at_end(ledger: Ledger, subscription: Thing, at: int | None, *, flag: bool) -> None:
    """Sets or (`at` None) takes back a cancellation to come. The caller tells of the change.

    The API's `cancel_at_period_end` sets that `flag` and `cancel_at`; the portal, for subscriptions of the flexible
    billing mode, `cancel_at` only.
    """
    subscription.update(cancel_at=at, cancel_at_period_end=flag and at is not None)
    subscription["canceled_at"] = None if at is None else ledger.now
    reason = None if at is None else "cancellation_requested"
    subscription["cancellation_details"] = {**subscription["cancellation_details"], "reason": reason}


def warn_of_trial_end(ledger: Ledger, subscription: Thing) -> None:
    subscription["_warned"] = True
    ledger.emit("customer.subscription.trial_will_end", subscription)


def _delinquent(ledger: Ledger, customer: Thing) -> None:
    owes = any(
        invoice["customer"] == customer["id"] and invoice["status"] == "open" and invoice["attempted"]
        for invoice in ledger.of("invoice")
    )
    with ledger.change(customer, "customer.updated"):
        customer["delinquent"] = owes
