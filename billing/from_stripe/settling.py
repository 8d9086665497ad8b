"""Brings what is stored of a customer to what Stripe says now, whatever event or hand made us look."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import stripe
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from djstripe.models import Customer, Invoice, Subscription

from accounts.models import User
from billing.entitlement import rules
from billing.entitlement.grants import is_for_good
from billing.models import Checkout, Notice
from billing.stripe_api import asked, plain

from .fulfilment import fulfil
from .notices import note

MOST_INVOICES: Final = 100
DISCOUNTS: Final = "data.discounts.source.coupon"
"""What the figures have to know of a subscription beside what Stripe tells anyway."""
LEARNER: Final = "learner"
"""The key of a customer's metadata at Stripe that names whose she is."""


def lock_customer(customer: str) -> None:
    """Inside a transaction: nobody else settles this customer until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [customer])


def settle(customer: str, *, now: datetime) -> Customer | None:
    """Fetch and store a customer, her subscriptions and invoices, and what she paid once; None if nobody's.

    Asked within the lock, so that what is stored last was true last, in whatever order events come. Raises
    stripe.StripeError, with nothing stored.
    """
    with transaction.atomic():
        lock_customer(customer)
        said = _asked_for(customer)
        if said is None:
            return _settle_deleted(customer, now=now)
        stored = _with_learner(_synced(Customer, said))
        found = stripe.Subscription.list(
            customer=customer, status="all", limit=100, expand=[DISCOUNTS], **asked()
        )
        for subscription in found.auto_paging_iter():
            _synced(Subscription, subscription)
        invoices = stripe.Invoice.list(
            customer=customer,
            limit=MOST_INVOICES,
            expand=["data.discounts", "data.lines.data.discounts"],
            **asked(),
        )
        for invoice in invoices.data:
            _synced(Invoice, invoice)
        if stored.subscriber:
            visits = Checkout.objects.filter(user=stored.subscriber, session__isnull=False)
            for checkout in visits.exclude(status=Checkout.Status.EXPIRED).select_related("plan", "user"):
                fulfil(checkout, now=now)
            _pay_no_more_for_what_is_for_good(stored.subscriber, now=now)
            tell_of_two(stored.subscriber, now=now)
        return stored


def _asked_for(customer: str) -> stripe.Customer | None:
    """What Stripe says of a customer; None for one it does not have any more."""
    try:
        said = stripe.Customer.retrieve(customer, **asked())
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            return None
        raise
    return None if getattr(said, "deleted", False) else said


def live_subscriptions(user: User) -> list[Subscription]:
    """The learner's subscriptions that are paid for or about to be, the newest first."""
    rows = Subscription.objects.filter(customer__subscriber=user).order_by("-created", "-djstripe_id")
    return [row for row in rows if row.stripe_data.get("status") in rules.LIVE]


def tell_of_two(user: User, *, now: datetime) -> None:
    """Say so, once, when a learner pays for two subscriptions, as after merging two accounts."""
    renewing = sorted(row.id for row in live_subscriptions(user) if rules.renews(row.stripe_data))
    if len(renewing) > 1:
        note(user, Notice.Kind.TWO_SUBSCRIPTIONS, " ".join(renewing)[:300], now=now)


def _synced(model: Any, said: Any) -> Any:
    """The row of what Stripe said; written only if that is new, as dj-stripe asks for all that belongs to it."""
    stored = model.objects.filter(id=said.id).first()
    if stored and stored.stripe_data == plain(said):
        return stored
    return model.sync_from_stripe_data(said, api_key=asked()["api_key"])


def _with_learner(stored: Customer) -> Customer:
    """Whoever was stored first, the webhook or the page that made the customer: she belongs to her learner."""
    if stored.subscriber is None and (learner := (stored.metadata or {}).get(LEARNER)):
        try:
            stored.subscriber = User.objects.filter(pk=learner).first()
        except (ValidationError, ValueError):
            return stored
        stored.save(update_fields=["subscriber"])
    return stored


def _settle_deleted(customer: str, *, now: datetime) -> Customer | None:
    """A customer deleted at Stripe can't be listed by any more, but each of her subscriptions still be asked for."""
    stored: Customer | None = Customer.objects.filter(id=customer).first()
    for row in Subscription.objects.filter(customer__id=customer):
        if row.stripe_data.get("status") not in rules.OVER:
            with suppress(stripe.InvalidRequestError):
                _synced(Subscription, stripe.Subscription.retrieve(row.id, **asked()))
    if stored and not stored.date_purged:
        stored.date_purged = now
        stored.save(update_fields=["date_purged"])
    return stored


def _pay_no_more_for_what_is_for_good(user: User, *, now: datetime) -> None:
    """Who has premium for good pays for no further period."""
    if not is_for_good(user, now):
        return
    for row in live_subscriptions(user):
        if rules.renews(row.stripe_data):
            _synced(Subscription, stripe.Subscription.modify(row.id, cancel_at_period_end=True, **asked()))
