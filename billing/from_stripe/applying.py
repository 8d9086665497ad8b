"""Applies kept events: one look at Stripe for all that wait of a customer, and the mails that follow each."""

import logging
from datetime import datetime, timedelta
from typing import Final

import stripe
from django.db import transaction
from django.db.models import Min

from billing.models import WebhookEvent
from billing.stripe_api import asked, for_the_log
from outbox import events

from . import prices
from .notices import note_event
from .receiving import TASK
from .settling import lock_customer, settle

LATE: Final = timedelta(minutes=1)
"""An event that still waits after this is tried again."""
MOST_AT_ONCE: Final = 30
"""Customers queued again in a minute: while Stripe hangs, each holds a worker for seconds."""
KEPT: Final = timedelta(days=90)
OF_PRICES: Final = ("price.", "product.")

log = logging.getLogger(__name__)


def apply_waiting(customer: str, *, now: datetime) -> int:
    """Apply what waits of a customer, or of nobody (""); how many events. What fails stays for `queue_late`."""
    try:
        return _apply_of(customer, now=now) if customer else _apply_of_nobody(now=now)
    except stripe.StripeError as error:
        said = for_the_log(error)
        log.warning("Events of %s wait: %s", customer or "nobody", said)
        WebhookEvent.objects.filter(customer=customer, applied_at=None).update(failure=said)
        return 0


def _apply_of(customer: str, *, now: datetime) -> int:
    with transaction.atomic():
        lock_customer(customer)
        waiting = list(
            WebhookEvent.objects.filter(customer=customer, applied_at=None).order_by("created_at", "id")
        )
        if not waiting:
            return 0
        stored = settle(customer, now=now)
        for event in waiting:
            if stored and stored.subscriber:
                note_event(event, stored.subscriber, now=now)
        if stored is None or (stored.subscriber is None and stored.date_purged):
            # Deleted at Stripe, and nobody's here: what it told of her is not kept.
            WebhookEvent.objects.filter(customer=customer).update(payload={})
        return _applied(waiting, now=now)


def _apply_of_nobody(*, now: datetime) -> int:
    """Each by itself, so that what cannot be looked up holds up nothing else."""
    waiting = list(WebhookEvent.objects.filter(customer="", applied_at=None).order_by("created_at", "id"))
    if any(event.type.startswith(OF_PRICES) for event in waiting):
        prices.sync_plans()
    applied = 0
    for event in waiting:
        try:
            if event.type.startswith("charge.dispute."):
                charge = stripe.Charge.retrieve(event.payload["object"]["charge"], **asked())
                if charge.customer:
                    settle(str(charge.customer), now=now)
        except stripe.StripeError as error:
            if error.code != "resource_missing":
                WebhookEvent.objects.filter(pk=event.pk).update(failure=for_the_log(error))
                continue
        applied += _applied([event], now=now)
    return applied


def _applied(waiting: list[WebhookEvent], *, now: datetime) -> int:
    ids = [event.pk for event in waiting]
    return WebhookEvent.objects.filter(pk__in=ids, applied_at=None).update(applied_at=now, failure="")


def queue_late(*, now: datetime) -> int:
    """Queue once more the customers whose events have been waiting longest; how many."""
    late = WebhookEvent.objects.filter(applied_at=None, received_at__lt=now - LATE)
    waiting = late.values("customer").annotate(since=Min("received_at")).order_by("since")
    customers = [one["customer"] for one in waiting[:MOST_AT_ONCE]]
    with transaction.atomic():
        events.add_each(TASK, [{"customer": customer} for customer in customers], now=now)
    return len(customers)


def prune(*, now: datetime) -> int:
    """Forget applied events after KEPT; how many."""
    old = WebhookEvent.objects.filter(received_at__lt=now - KEPT, applied_at__isnull=False)
    return old.delete()[0]
