"""What a visit to Stripe's page to pay led to: premium for good, or a gift code; and taken back with the money."""

from datetime import datetime
from typing import Any, Final

import stripe

from billing.entitlement import gifts
from billing.entitlement.grants import close
from billing.models import Checkout, GiftCode, Grant, Notice, Plan
from billing.stripe_api import asked

from .notices import note

OURS_AGAIN: Final = ("won", "warning_closed", "prevented")
"""The statuses of a dispute after which the money is, or stayed, ours."""
PAID: Final = ("paid", "no_payment_required")


def fulfil(checkout: Checkout, *, now: datetime) -> None:
    """Bring a checkout to what Stripe says of it; within the lock of its customer. Raises stripe.StripeError."""
    is_once = not checkout.plan.is_subscription
    if checkout.status == Checkout.Status.OPEN or (is_once and not checkout.payment_intent):
        session = stripe.checkout.Session.retrieve(str(checkout.session), **asked())
        checkout.status = Checkout.Status(session.status or Checkout.Status.OPEN)
        if session.payment_status in PAID and is_once and checkout.status == Checkout.Status.COMPLETE:
            checkout.payment_intent = _id(session.payment_intent) or "free"
            _hand_out(checkout, now=now)
        checkout.save(update_fields=["status", "payment_intent"])
    if is_once and checkout.payment_intent.startswith("pi_"):
        _follow_the_money(checkout, now=now)


def _hand_out(checkout: Checkout, *, now: datetime) -> None:
    if checkout.plan.kind == Plan.Kind.LIFETIME:
        Grant.objects.get_or_create(
            checkout=checkout,
            defaults={"user": checkout.user, "kind": Grant.Kind.LIFETIME, "starts_at": now},
        )
        note(checkout.user, Notice.Kind.LIFETIME, str(checkout.session), now=now)
    elif not GiftCode.objects.filter(checkout=checkout).exists():
        made = gifts.make_code(days=checkout.plan.gift_days, checkout=checkout)
        note(checkout.user, Notice.Kind.GIFT, str(checkout.session), now=now, gift=made.pk)


def _follow_the_money(checkout: Checkout, *, now: datetime) -> None:
    """Close what was bought when all of its money went back, and open it again when a dispute is won."""
    is_back = _is_money_back(checkout.payment_intent)
    if is_back == (checkout.taken_back_at is not None):
        return
    taken_back_at, checkout.taken_back_at = checkout.taken_back_at, now if is_back else None
    checkout.save(update_fields=["taken_back_at"])
    # What support ended or took back by hand at another time stays so.
    for grant in Grant.objects.filter(checkout=checkout):
        if is_back:
            close(grant, now=now)
        elif grant.ends_at == taken_back_at:
            grant.ends_at = None
            grant.save(update_fields=["ends_at"])
    for gift in GiftCode.objects.filter(checkout=checkout):
        if is_back:
            gifts.void(gift, now=now)
        elif gift.void_at == taken_back_at:
            gifts.restore(gift)


def _is_money_back(payment_intent: str) -> bool:
    said = stripe.PaymentIntent.retrieve(payment_intent, expand=["latest_charge"], **asked())
    charge: Any = said.latest_charge
    if charge is None:
        return False
    if charge.refunded:
        return True
    if not charge.disputed:
        return False
    disputes = stripe.Dispute.list(charge=charge.id, limit=10, **asked()).data
    return any(dispute.status not in OURS_AGAIN for dispute in disputes)


def _id(value: Any) -> str:
    return value if isinstance(value, str) else getattr(value, "id", "") or ""
