"""What a learner does with her subscription: cancel, resume, change the plan, look at Stripe's portal."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import stripe
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from djstripe.models import Invoice, Subscription

from accounts.models import User
from accounts.preferences import language_of
from billing.entitlement import rules
from billing.entitlement.grants import is_for_good
from billing.from_stripe.settling import live_subscriptions, settle
from billing.models import Plan
from billing.stripe_api import asked

from .checkout import customer_of, offered

_SALT: Final = "billing.change"
QUOTED_FOR: Final = 900
"""Seconds for which a quote of a change can be accepted."""


class NoSubscription(Exception):
    """There is nothing to cancel, resume or change."""


class NoChange(Exception):
    """The plan is not for sale, is the one she has, or the last payment failed and comes first."""


class PaymentFailed(Exception):
    """The card was refused; nothing has changed."""


class QuoteGone(ValueError):
    """The quote is too old, or for something else."""


@dataclass(frozen=True, slots=True)
class Held:
    """A learner's subscription as pages show it."""

    id: str
    plan: Plan | None
    status: str
    amount: int
    currency: str
    paid_until: datetime
    open_until: datetime
    cancelled_to: datetime | None
    customer: str

    @property
    def renews(self) -> bool:
        return self.cancelled_to is None

    @property
    def is_past_due(self) -> bool:
        return self.status not in rules.PAID_AHEAD


@dataclass(frozen=True, slots=True)
class Quote:
    """What a change of plan costs now: `amount` is due at once, what is left over below 0 is credit for later."""

    plan: Plan
    amount: int
    currency: str
    is_trial: bool
    """Whether days of trial end with the change."""
    is_cancelled: bool
    token: str
    """Signed; accepts exactly this."""


def held(user: User) -> list[Held]:
    """The learner's live subscriptions, the newest first."""
    rows = live_subscriptions(user)
    prices = {_item(row)["price"]["id"] for row in rows}
    plans = (
        {plan.price_at_stripe: plan for plan in Plan.objects.filter(price__in=prices).select_related("price")}
        if rows
        else {}
    )
    return [one for row in rows if (one := _held(row, plans))]


def _held(row: Subscription, plans: dict[str, Plan]) -> Held | None:
    said, item = row.stripe_data, _item(row)
    paid, until = rules.paid_until(said), rules.open_until(said)
    if paid is None or until is None:
        return None
    return Held(
        id=row.id,
        plan=plans.get(item["price"]["id"]),
        status=said["status"],
        amount=(item["price"]["unit_amount"] or 0) * item.get("quantity", 1),
        currency=item["price"]["currency"],
        paid_until=paid,
        open_until=until,
        cancelled_to=rules.cancelled_to(said),
        customer=said["customer"],
    )


def invoices_of(user: User) -> list[dict[str, Any]]:
    """What Stripe says of the learner's invoices that were made out, the newest first."""
    rows = Invoice.objects.filter(customer__subscriber=user).order_by("-created", "-djstripe_id")
    return [row.stripe_data for row in rows[:100] if row.stripe_data.get("status") != "draft"]


def cancel_subscription(user: User, *, now: datetime, only: str = "") -> None:
    """End the renewing subscription, of several the one called `only`, with what is paid; one that is past due at once.

    Without a name all end. Raises NoSubscription, stripe.StripeError.
    """
    _set_cancelled(user, True, now=now, only=only)


def end_subscription(row: Subscription, *, at_once: bool, now: datetime) -> bool:
    """End one subscription, now or with what is paid; False if it has ended, or would end anyway.

    Nothing is paid back. Raises stripe.StripeError.
    """
    customer = str(row.stripe_data["customer"])
    settle(customer, now=now)
    row.refresh_from_db()
    status = row.stripe_data.get("status")
    if status in rules.OVER if at_once else not rules.renews(row.stripe_data):
        return False
    if at_once:
        stripe.Subscription.cancel(row.id, **asked())
    else:
        stripe.Subscription.modify(row.id, cancel_at_period_end=True, **asked())
    settle(customer, now=now)
    return True


def resume_subscription(user: User, *, now: datetime, only: str = "") -> None:
    """Go on with a subscription that is cancelled and not over, of several the one called `only` or the newest.

    Raises NoSubscription, also where premium is open for good, and stripe.StripeError.
    """
    if is_for_good(user, now):
        raise NoSubscription
    _set_cancelled(user, False, now=now, only=only)


def _look_at_stripe(user: User, *, now: datetime) -> None:
    """Know what has happened at Stripe to the learner's live subscriptions."""
    for customer in {row.stripe_data["customer"] for row in live_subscriptions(user)}:
        settle(customer, now=now)


def _set_cancelled(user: User, is_cancelled: bool, *, now: datetime, only: str) -> None:
    _look_at_stripe(user, now=now)
    rows = [
        row
        for row in live_subscriptions(user)
        if rules.renews(row.stripe_data) is is_cancelled and only in ("", row.id)
    ]
    if not rows:
        raise NoSubscription
    # One of two is enough to go on with.
    for row in rows if is_cancelled else rows[:1]:
        if is_cancelled and row.stripe_data["status"] not in rules.PAID_AHEAD:
            _end_unpaid(row)
            continue
        going_on = {"cancel_at_period_end": True} if is_cancelled else _uncancelled(row)
        stripe.Subscription.modify(row.id, **going_on, **asked())
    for customer in {row.stripe_data["customer"] for row in rows}:
        settle(customer, now=now)


def _end_unpaid(row: Subscription) -> None:
    """End at once what was not paid, and ask for that payment no more: Stripe would go on trying the card."""
    invoice = row.stripe_data.get("latest_invoice")
    stripe.Subscription.cancel(row.id, **asked())
    if invoice:
        with suppress(stripe.InvalidRequestError):
            stripe.Invoice.void_invoice(invoice if isinstance(invoice, str) else invoice["id"], **asked())


def quote_change(user: User, code: str, *, now: datetime) -> Quote:
    """Ask Stripe what a change of plan costs now. Raises NoSubscription, NoChange, stripe.StripeError."""
    _look_at_stripe(user, now=now)
    row, plan = _changeable(user, code, now)
    at = round(now.timestamp())
    amount, currency = _cost(row, plan.price_at_stripe, at)
    token = signing.dumps([str(user.pk), row.id, plan.price_at_stripe, amount, at], salt=_SALT)
    said = row.stripe_data
    return Quote(plan, amount, currency, said["status"] == "trialing", not rules.renews(said), token)


def _cost(row: Subscription, price: str, at: int) -> tuple[int, str]:
    """What a change to a price costs as of a moment, in which currency."""
    said = stripe.Invoice.create_preview(
        customer=row.stripe_data["customer"],
        subscription=row.id,
        subscription_details={
            "items": [{"id": _item(row)["id"], "price": price}],
            "proration_behavior": "always_invoice",
            "proration_date": at,
        },
        **asked(),
    )
    return said.total if said.total < 0 else said.amount_due, said.currency


def change_plan(user: User, token: str, *, now: datetime) -> None:
    """Change the plan as quoted; a second time nothing. Raises QuoteGone, NoSubscription, NoChange, PaymentFailed,
    stripe.StripeError.
    """
    try:
        learner, subscription, price, amount, at = signing.loads(token, salt=_SALT, max_age=QUOTED_FOR)
    except signing.BadSignature as error:
        raise QuoteGone from error
    customer = customer_of(user)
    if learner != str(user.pk) or customer is None:
        raise QuoteGone
    with transaction.atomic():
        # Two changes at once follow each other, as this takes the customer's lock; and what Stripe knows and we do
        # not yet counts.
        settle(customer, now=now)
        if not _is_at(user, subscription, price):
            _change(user, subscription, price, amount=amount, at=at, now=now)
            settle(customer, now=now)


def _is_at(user: User, subscription: str, price: str) -> bool:
    return any(
        row.id == subscription and _item(row)["price"]["id"] == price for row in live_subscriptions(user)
    )


def _change(user: User, subscription: str, price: str, *, amount: int, at: int, now: datetime) -> None:
    plan = Plan.objects.filter(price=price).first()
    row, _plan = _changeable(user, plan.code if plan else "", now)
    try:
        cost, _currency = _cost(row, price, at)
    # A period has ended since.
    except stripe.InvalidRequestError as error:
        raise QuoteGone from error
    if row.id != subscription or cost != amount:
        raise QuoteGone
    try:
        stripe.Subscription.modify(
            row.id,
            items=[{"id": _item(row)["id"], "price": price}],
            proration_behavior="always_invoice",
            proration_date=at,
            payment_behavior="error_if_incomplete",
            **_uncancelled(row),
            **asked(),
        )
    except stripe.CardError as error:
        raise PaymentFailed from error


def portal_address(user: User) -> str:
    """The address of Stripe's own page for cards and invoices. Raises NoSubscription, stripe.StripeError."""
    customer = customer_of(user)
    if customer is None:
        raise NoSubscription
    session = stripe.billing_portal.Session.create(
        customer=customer,
        locale=language_of(user),
        return_url=settings.SITE_URL + reverse("billing:subscription"),
        **asked(),
    )
    return str(session.url)


def _changeable(user: User, code: str, now: datetime) -> tuple[Subscription, Plan]:
    rows = live_subscriptions(user)
    if not rows or is_for_good(user, now):
        raise NoSubscription
    plan = next((plan for plan in offered() if plan.code == code and plan.is_subscription), None)
    row = rows[0]
    if (
        plan is None
        or plan.price_at_stripe == _item(row)["price"]["id"]
        or row.stripe_data["status"] not in rules.PAID_AHEAD
    ):
        raise NoChange
    return row, plan


def _uncancelled(row: Subscription) -> dict[str, Any]:
    """What takes a cancellation back: Stripe's portal sets a date, we the end of the period, which sets both."""
    said = row.stripe_data
    if said.get("cancel_at_period_end"):
        return {"cancel_at_period_end": False}
    return {"cancel_at": ""} if said.get("cancel_at") else {}


def _item(row: Subscription) -> dict[str, Any]:
    item: dict[str, Any] = row.stripe_data["items"]["data"][0]
    return item
