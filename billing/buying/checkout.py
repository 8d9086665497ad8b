"""Buying: one customer at Stripe for a learner, one open visit to its page, one subscription."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

import stripe
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.urls import reverse
from djstripe.models import Customer, Subscription

from accounts.models import User
from accounts.preferences import language_of
from billing.entitlement.grants import is_for_good
from billing.from_stripe.settling import LEARNER, live_subscriptions, lock_customer, settle
from billing.models import Checkout, Plan
from billing.stripe_api import asked, is_on

OPEN_FOR: Final = timedelta(hours=23)
"""How long Stripe's page is led to; it can be paid on for a day."""


class Why(Enum):
    """Why there is nothing to buy, by the API's codes."""

    OFF = "payments_off"
    NOT_OFFERED = "not_offered"
    SUBSCRIBED = "already_subscribed"
    FOR_GOOD = "for_good"


class CannotBuy(Exception):
    """A plan is not sold, or the learner has what it gives."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a visit to Stripe's page."""

    plan: Plan
    is_paid: bool


def offered() -> list[Plan]:
    """The plans that can be bought now, in the order of the page."""
    if not is_on():
        return []
    return list(Plan.objects.filter(is_offered=True, price__isnull=False).select_related("price"))


def begin(user: User, code: str, *, now: datetime, kinds: Collection[str] = tuple(Plan.Kind)) -> Checkout:
    """Open Stripe's page for a plan of one of `kinds`, or find the one that is open; its address is `url`.

    Raises CannotBuy, or stripe.StripeError. However often and at once this is asked, there is one customer, one open
    checkout, and none beside a subscription.
    """
    plan = next((plan for plan in offered() if plan.code == code and plan.kind in kinds), None)
    if plan is None:
        raise CannotBuy(Why.NOT_OFFERED if is_on() else Why.OFF)
    with transaction.atomic():
        # Two tabs follow each other; whoever waits longer than this is told to come again.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
        lock_customer(str(user.pk))
        customer = customer_of(user) or _make_customer(user)
        # What Stripe knows and we do not yet: paid in another tab, or at the portal.
        settle(customer, now=now)
        unwanted = _unwanted(user, plan, now)
        if unwanted is None:
            checkout = _open(user, plan, customer, now=now)
            unwanted = _unwanted(user, plan, now)
    if unwanted:
        raise CannotBuy(unwanted)
    return checkout


def finish(user: User, session: str, *, now: datetime) -> Finished | None:
    """Look at Stripe for what became of a visit, as the learner comes back from it; None if it is not hers."""
    checkout = Checkout.objects.filter(user=user, session=session).select_related("plan").first()
    customer = customer_of(user)
    if checkout is None or customer is None:
        return None
    settle(customer, now=now)
    checkout.refresh_from_db()
    return Finished(checkout.plan, checkout.status == Checkout.Status.COMPLETE)


def customer_of(user: User) -> str | None:
    """Stripe's id of the learner as a customer: the one with a live subscription, else the first."""
    for row in live_subscriptions(user):
        return str(row.stripe_data["customer"])
    known = Customer.objects.filter(
        subscriber=user, date_purged=None, livemode=settings.STRIPE_LIVE_MODE
    ).order_by("djstripe_id")
    return known.values_list("id", flat=True).first()


def may_try(user: User | AnonymousUser) -> bool:
    """Whether a subscription would begin with days of trial, where its plan has some: the first one does."""
    return not user.is_authenticated or not Subscription.objects.filter(customer__subscriber=user).exists()


def _make_customer(user: User) -> str:
    # One who was deleted at Stripe is followed by another.
    number = Customer.objects.filter(subscriber=user).count()
    said = stripe.Customer.create(
        metadata={LEARNER: str(user.pk)}, idempotency_key=f"customer-{user.pk}-{number}", **asked()
    )
    # Set apart, as they may change between two tries, and what a key is asked with may not.
    stripe.Customer.modify(said.id, email=user.email or "", preferred_locales=[language_of(user)], **asked())
    lock_customer(said.id)
    Customer.sync_from_stripe_data(said, api_key=asked()["api_key"])
    Customer.objects.filter(id=said.id).update(subscriber=user)
    return str(said.id)


def _unwanted(user: User, plan: Plan, now: datetime) -> Why | None:
    """Why the learner has no use for a plan."""
    if plan.kind == Plan.Kind.GIFT:
        return None
    if is_for_good(user, now):
        return Why.FOR_GOOD
    return Why.SUBSCRIBED if plan.is_subscription and live_subscriptions(user) else None


def _open(user: User, plan: Plan, customer: str, *, now: datetime) -> Checkout:
    """The learner's one open checkout, for this plan at its price; another one is closed for it."""
    for found in Checkout.objects.filter(user=user, status=Checkout.Status.OPEN):
        if (found.plan_id, found.price) == (plan.pk, plan.price_at_stripe) and found.expires_at > now:
            return found
        _close(found, customer, now=now)
    made = Checkout.objects.create(
        user=user, plan=plan, price=plan.price_at_stripe, created_at=now, expires_at=now + OPEN_FOR
    )
    _open_session(made, customer)
    return made


def _close(checkout: Checkout, customer: str, *, now: datetime) -> None:
    """Nobody pays on Stripe's page of this checkout any more; if somebody just did, that counts."""
    try:
        stripe.checkout.Session.expire(str(checkout.session), **asked())
    except stripe.InvalidRequestError:
        settle(customer, now=now)
        checkout.refresh_from_db()
    if checkout.status == Checkout.Status.OPEN:
        checkout.status = Checkout.Status.EXPIRED
        checkout.save(update_fields=["status"])


def _open_session(checkout: Checkout, customer: str) -> None:
    user, plan = checkout.user, checkout.plan
    about = {LEARNER: str(user.pk), "checkout": str(checkout.pk)}
    if plan.is_subscription:
        subscription: dict[str, Any] = {"metadata": about}
        if plan.trial_days and may_try(user):
            subscription["trial_period_days"] = plan.trial_days
        kind: dict[str, Any] = {"mode": "subscription", "subscription_data": subscription}
    else:
        kind = {
            "mode": "payment",
            "invoice_creation": {"enabled": True},
            "payment_intent_data": {"metadata": about},
        }
    session = stripe.checkout.Session.create(
        customer=customer,
        client_reference_id=str(user.pk),
        line_items=[{"price": checkout.price, "quantity": 1}],
        allow_promotion_codes=True,
        metadata=about,
        locale=language_of(user),
        success_url=f"{settings.SITE_URL}{reverse('billing:bought')}?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=settings.SITE_URL + reverse("billing:pricing"),
        idempotency_key=str(checkout.pk),
        **kind,
        **asked(),
    )
    checkout.session, checkout.url = session.id, session.url or ""
    checkout.save(update_fields=["session", "url"])
