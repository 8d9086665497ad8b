"""Takes what Stripe posts: what it did not sign leaves no trace, what it did is kept once and applied by a task."""

import json
from datetime import datetime
from typing import Any, Final

import stripe
from django.conf import settings
from django.db import transaction

from billing.entitlement.rules import moment
from billing.models import WebhookEvent
from outbox import events

TOLERANCE: Final = 300
"""Seconds after which a signature is too old."""
LONGEST: Final = 120
"""Characters of an id or a type."""
TASK: Final = "billing.tasks.apply_events"


class Forged(ValueError):
    """Not signed by Stripe for us, or too long ago."""


def receive(body: bytes, signature: str, *, now: datetime) -> bool:
    """Keep a signed event and have it applied; False for one that is known. Raises Forged."""
    event = verified(body, signature)
    with transaction.atomic():
        return keep(event, now=now)


def verified(body: bytes, signature: str) -> dict[str, Any]:
    """The event in a body that one of our secrets signed. Raises Forged."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Forged from error
    if not any(_is_signed(text, signature, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS if secret):
        raise Forged
    try:
        event: dict[str, Any] = json.loads(text)
        is_event = (
            all(isinstance(event[name], str) and 0 < len(event[name]) < LONGEST for name in ("id", "type"))
            and isinstance(event["created"], int)
            and isinstance(event["data"]["object"], dict)
            and "\\u0000" not in text
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Forged from error
    if not is_event:
        raise Forged
    if event.get("livemode", settings.STRIPE_LIVE_MODE) != settings.STRIPE_LIVE_MODE:
        raise Forged
    return event


def keep(event: dict[str, Any], *, now: datetime) -> bool:
    """Inside a transaction: store an event that is not known yet, and have it applied once that commits."""
    new = WebhookEvent(
        id=event["id"],
        type=event["type"],
        customer=customer_in(event["data"]["object"]),
        payload=event["data"],
        created_at=moment(event["created"]),
        received_at=now,
    )
    # Of two at once the second waits for the first, and then finds it.
    WebhookEvent.objects.bulk_create([new], ignore_conflicts=True)
    if WebhookEvent.objects.filter(pk=new.pk, received_at=now, applied_at=None).exists():
        events.add(TASK, now=now, customer=new.customer)
        return True
    return False


def customer_in(said: dict[str, Any]) -> str:
    """Stripe's id of whom an object is about; empty for a price, a product and a dispute."""
    customer = said.get("id") if said.get("object") == "customer" else said.get("customer")
    return str((customer.get("id") if isinstance(customer, dict) else customer) or "")


def _is_signed(text: str, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE)
    # Signatures that are no ASCII cannot even be compared.
    except (stripe.SignatureVerificationError, TypeError):
        return False
    return True
