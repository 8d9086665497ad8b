"""Compares with Stripe every night: events that never came, and subscriptions that differ."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

import stripe
from django.db import transaction
from djstripe.models import Subscription

from billing.entitlement import rules
from billing.models import WebhookEvent
from billing.stripe_api import asked, plain

from . import prices
from .receiving import keep
from .settling import settle

LOOK_BACK: Final = timedelta(days=3)
"""How old an event may be that we never got."""
TYPES: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "customer.deleted",
    "customer.updated",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.updated",
    "invoice.voided",
    "charge.refunded",
    "charge.dispute.closed",
    "charge.dispute.created",
    "price.created",
    "price.updated",
    "product.updated",
)
"""What the webhook's endpoint at Stripe is to send, at most 20; docs/operations.md repeats it."""

log = logging.getLogger(__name__)


def compare_with_stripe(*, now: datetime) -> dict[str, int]:
    """Take over what differs; how many events were missed, how many customers differed. Raises StripeError."""
    prices.sync_plans()
    missed = _missed_events(now)
    different = _different_customers()
    for customer in different:
        settle(customer, now=now)
    if missed or different:
        log.warning("Reconciling: %s events had not come, %s customers differed", missed, len(different))
    return {"events": missed, "customers": len(different)}


def _missed_events(now: datetime) -> int:
    since = round((now - LOOK_BACK).timestamp())
    found = stripe.Event.list(types=list(TYPES), created={"gte": since}, limit=100, **asked())
    missed = 0
    for event in found.auto_paging_iter():
        said = plain(event)
        if not WebhookEvent.objects.filter(pk=said["id"]).exists():
            with transaction.atomic():
                missed += keep(said, now=now)
    return missed


def _different_customers() -> list[str]:
    """Whose subscriptions Stripe tells otherwise than they are stored, or not at all while they are live here."""
    stored = {row.id: row.stripe_data for row in Subscription.objects.iterator()}
    different: set[str] = set()
    for said in stripe.Subscription.list(status="all", limit=100, **asked()).auto_paging_iter():
        ours = stored.pop(said.id, None)
        if ours is None or state_of(ours) != state_of(plain(said)):
            different.add(str(said.customer))
    # Stripe lists no subscriptions of customers deleted there.
    live = [ours for ours in stored.values() if ours.get("status") not in rules.OVER]
    return sorted(different | {str(ours["customer"]) for ours in live})


def state_of(said: dict[str, Any]) -> tuple[object, ...]:
    """What of a subscription makes a difference to its learner."""
    items = (said.get("items") or {}).get("data") or []
    return (
        said.get("status"),
        said.get("cancel_at"),
        said.get("cancel_at_period_end"),
        sorted((item["price"]["id"], item["current_period_end"], item.get("quantity")) for item in items),
    )
