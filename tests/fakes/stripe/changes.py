"""A subscription changed midway: what that costs now, shown before and billed alike.

`plan` only reckons. `preview` draws up the invoice of a plan, `carry_out` does what was planned.
Source: https://docs.stripe.com/billing/subscriptions/prorations
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.stripe import amounts, billing_shapes, discounts, invoices, payments, subscriptions
from tests.fakes.stripe.clock import HOUR, next_boundary
from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]


@dataclass
class Plan:
    """`values` are the subscription's new ones; `lines` credits and debits; `anew`: a new period begins now."""

    values: Thing
    lines: list[Thing] = field(default_factory=list)
    anew: bool = False


def plan(
    ledger: Ledger,
    subscription: Thing,
    wanted: Sequence[Mapping[str, Any]],
    *,
    behavior: str = "create_prorations",
    at: int | None = None,
    trial_end: int | str | None = None,
    anchor_now: bool = False,
) -> Plan:
    """What changing to `wanted` items at `at` means. `trial_end`: "now", or a time until which all is free."""
    span = subscriptions.period(subscription)
    at = ledger.now if at is None else at
    if not span[0] <= at <= span[1]:
        raise invalid(
            "Invalid proration_date: it must be within the current period of the subscription.",
            "proration_date",
        )
    old = subscription["items"]["data"]
    new = _items_after(ledger, subscription, wanted)
    trialing = subscription["status"] == "trialing"
    other_cycle = _cycle(new) != _cycle(old)
    anew = trial_end is not None or anchor_now or (other_cycle and not trialing)
    planned = Plan({"items": {**subscription["items"], "data": new}}, anew=anew)
    changed = [item for item in old if anew or _differs(item, new)]
    if behavior != "none" and not trialing:
        planned.lines += [
            _credit(ledger, subscription, item, span, at) for item in changed if item.get("_net")
        ]
        if not anew:
            planned.lines += [
                _debit(ledger, subscription, item, span, at) for item in new if _differs(item, old)
            ]
    if anew:
        _begin_anew(ledger, planned, trial_end)
    return planned


def preview(ledger: Ledger, subscription: Thing, planned: Plan, behavior: str) -> Thing:
    """The invoice the plan leads to: at once, or else the next one."""
    customer = ledger.get("customer", subscription["customer"])
    if planned.anew or (behavior == "always_invoice" and planned.lines):
        return _draw_up_now(ledger, subscription, customer, planned, preview=True)
    then = {**subscription, **copy.deepcopy(planned.values)}
    start = subscriptions.period(then)[1]
    if then["cancel_at"] is not None and then["cancel_at"] <= start:
        raise invalid(
            f"No upcoming invoices for customer: {customer['id']}", code="invoice_upcoming_none", status=404
        )
    interval, count = _cycle(then["items"]["data"])
    then["status"] = "active"
    ends = next_boundary(then["billing_cycle_anchor"], interval, count, start)
    begun = subscriptions.period(then)[0]
    subscriptions.set_period(then, start, ends)
    return subscriptions.draw_up_renewal(
        ledger, then, customer, period_start=begun, extra=planned.lines, preview=True
    )


def carry_out(
    ledger: Ledger,
    subscription: Thing,
    planned: Plan,
    *,
    behavior: str = "create_prorations",
    payment: str = "allow_incomplete",
    further: Mapping[str, Any] | None = None,
) -> None:
    """Changes the subscription; `payment` says what becomes of it when the card does not pay at once."""
    customer = ledger.get("customer", subscription["customer"])
    values = {**planned.values, **(further or {})}
    if not (planned.anew or (behavior == "always_invoice" and planned.lines)):
        with ledger.change(subscription, "customer.subscription.updated"):
            for line in planned.lines:
                invoices.wait(ledger, customer, line)
            subscription.update(values)
        return
    draft = _draw_up_now(ledger, subscription, customer, planned)
    method = payments.method_for(
        ledger, customer, values.get("default_payment_method"), subscription["default_payment_method"]
    )
    refusal = payments.refusal(ledger, customer, method, False) if draft["amount_due"] else None
    if refusal and payment == "error_if_incomplete":
        raise invoices.refuse(ledger, draft, refusal)
    if refusal and payment == "pending_if_incomplete":
        _hold(ledger, subscription, planned, draft, method)
        return
    with ledger.change(subscription, "customer.subscription.updated"):
        subscription.update(values)
        subscription["latest_invoice"] = draft["id"]
        subscriptions.charged(subscription, draft)
        _bill(ledger, draft, method)
        if planned.anew:
            discounts.spent(ledger, subscription)
    subscriptions.follow(ledger, draft)


def cancel_now(
    ledger: Ledger, subscription: Thing, *, prorate: bool, invoice_now: bool, comment: Thing | None
) -> None:
    """Ends it at once; what was paid for the rest is credited when `prorate`."""
    customer = ledger.get("customer", subscription["customer"])
    span = subscriptions.period(subscription)
    if prorate and subscription["status"] != "trialing":
        for item in subscription["items"]["data"]:
            if item.get("_net"):
                invoices.wait(ledger, customer, _credit(ledger, subscription, item, span, ledger.now))
    waiting = invoices.pending(ledger, customer, subscription)
    if invoice_now and waiting:
        draft = invoices.draw_up(
            ledger, customer, waiting, "manual", currency=subscription["currency"], subscription=subscription
        )
        method = payments.method_for(ledger, customer, subscription["default_payment_method"])
        subscription["latest_invoice"] = draft["id"]
        _bill(ledger, draft, method)
    subscriptions.end(ledger, subscription, "cancellation_requested", comment=comment)


def _draw_up_now(
    ledger: Ledger, subscription: Thing, customer: Thing, planned: Plan, *, preview: bool = False
) -> Thing:
    then = {**subscription, **planned.values}
    lines = [*invoices.pending(ledger, customer, subscription), *planned.lines]
    if planned.anew:
        lines += subscriptions.period_lines(ledger, then)
    start = subscriptions.period(subscription)[0]
    return invoices.draw_up(
        ledger, customer, lines, "subscription_update",
        currency=subscription["currency"], subscription=subscription,
        cuts=discounts.in_force(ledger, subscription, ledger.now),
        given={"period_start": start, "period_end": ledger.now}, preview=preview,
    )  # fmt: skip


def _bill(ledger: Ledger, draft: Thing, method: Thing | None) -> None:
    invoices.issue(ledger, draft)
    invoices.finalize(ledger, draft)
    if draft["status"] == "open":
        invoices.pay(ledger, draft, method)


def _hold(ledger: Ledger, subscription: Thing, planned: Plan, draft: Thing, method: Thing | None) -> None:
    """Keeps the change for when its invoice is paid, for 23 hours."""
    with ledger.change(subscription, "customer.subscription.updated"):
        subscription["latest_invoice"] = draft["id"]
        subscription["pending_update"] = {
            "billing_cycle_anchor": planned.values.get("billing_cycle_anchor"),
            "discount": None,
            "discounts": None,
            "expires_at": ledger.now + 23 * HOUR,
            "metadata": None,
            "subscription_items": planned.values["items"]["data"],
            "trial_end": planned.values.get("trial_end"),
            "trial_from_plan": None,
            "_invoice": draft["id"],
        }
        then = {**subscription, **planned.values}
        subscriptions.charged(then, draft)
        subscription["_pending"] = planned.values
        _bill(ledger, draft, method)


def _items_after(ledger: Ledger, subscription: Thing, wanted: Sequence[Mapping[str, Any]]) -> list[Thing]:
    items = [copy.deepcopy(item) for item in subscription["items"]["data"]]
    span = subscriptions.period(subscription)
    for place, entry in enumerate(wanted):
        price = ledger.get("price", entry["price"], f"items[{place}][price]") if entry.get("price") else None
        item = next((item for item in items if item["id"] == entry.get("id")), None)
        if entry.get("id") and item is None:
            raise invalid(
                f"Invalid subscription_item id: {entry['id']}", f"items[{place}][id]", "resource_missing"
            )
        if item is None:
            if price is None:
                raise invalid(f"Missing required param: items[{place}][price].", f"items[{place}][price]")
            item = billing_shapes.subscription_item(
                ledger.new_id("subscription_item"), ledger.now, subscription["id"], price, 1, span
            )
            items.append(item)
        elif entry.get("deleted"):
            items.remove(item)
        elif price:
            item.update(price=price, plan=billing_shapes.plan(price))
        item["quantity"] = entry.get("quantity", item["quantity"])
    subscriptions.check_together(
        ledger.get("customer", subscription["customer"]),
        [(item["price"], item["quantity"]) for item in items],
    )
    return items


def _differs(item: Thing, others: list[Thing]) -> bool:
    same = next((other for other in others if other["id"] == item["id"]), None)
    return same is None or (same["price"]["id"], same["quantity"]) != (item["price"]["id"], item["quantity"])


def _cycle(items: list[Thing]) -> tuple[str, int]:
    recurring = items[0]["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _begin_anew(ledger: Ledger, planned: Plan, trial_end: int | str | None) -> None:
    items, now = planned.values["items"]["data"], ledger.now
    if isinstance(trial_end, int) and trial_end > now:
        planned.values |= {"status": "trialing", "trial_start": now, "trial_end": trial_end}
        start, end, anchor = now, trial_end, trial_end
    else:
        start, anchor = now, now
        end = next_boundary(now, *_cycle(items), now)
        planned.values["status"] = "active"
        if trial_end is not None:
            planned.values["trial_end"] = now
    planned.values["billing_cycle_anchor"] = anchor
    for item in items:
        item.update(current_period_start=start, current_period_end=end, _net=0)


def _credit(ledger: Ledger, subscription: Thing, item: Thing, span: tuple[int, int], at: int) -> Thing:
    """What is left of what was paid for the period."""
    return _proration(
        ledger, subscription, item, (at, span[1]), -amounts.share(item["_net"], span, at), "Unused"
    )


def _debit(ledger: Ledger, subscription: Thing, item: Thing, span: tuple[int, int], at: int) -> Thing:
    """The rest of the period at the new price, less the discounts in force."""
    full = item["price"]["unit_amount"] * item["quantity"]
    lasting = [
        coupon
        for coupon in discounts.coupons_of(ledger, discounts.in_force(ledger, subscription, at))
        if coupon["duration"] != "once"
    ]
    item["_net"] = full - sum(part[0] for part in amounts.discounted([full], lasting))
    return _proration(
        ledger, subscription, item, (at, span[1]), amounts.share(item["_net"], span, at), "Remaining"
    )


def _proration(
    ledger: Ledger, subscription: Thing, item: Thing, span: tuple[int, int], amount: int, which: str
) -> Thing:
    line = subscriptions.item_line(ledger, subscription, item, span)
    name = ledger.get("product", item["price"]["product"])["name"]
    day = datetime.fromtimestamp(span[0], UTC).strftime("%d %b %Y")
    times = f"{item['quantity']} × " if item["quantity"] > 1 else ""
    line.update(
        amount=amount,
        subtotal=amount,
        discountable=False,
        description=f"{which} time on {times}{name} after {day}",
        parent=billing_shapes.of_item(item["id"], subscription["id"], proration=True),
    )
    return line
