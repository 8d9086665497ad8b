"""How long a subscription opens premium, from what Stripe says of it. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

GRACE: Final = timedelta(days=7)
"""How long premium stays open beyond what is paid: a card failed, or the news of a renewal is late."""
LIVE: Final = ("active", "trialing", "past_due")
"""The statuses of a subscription that opens premium, the last one only within the grace."""
PAID_AHEAD: Final = ("active", "trialing")
OVER: Final = ("canceled", "incomplete_expired")
"""The statuses that never change again."""


def paid_until(subscription: Mapping[str, Any]) -> datetime | None:
    """The end of what is paid: of this period, or of the one before while this one is past due; None if not live."""
    items = (subscription.get("items") or {}).get("data") or []
    status = subscription.get("status")
    if status not in LIVE or not items:
        return None
    name = "current_period_end" if status in PAID_AHEAD else "current_period_start"
    return moment(max(item[name] for item in items))


def open_until(subscription: Mapping[str, Any]) -> datetime | None:
    """When premium closes unless Stripe tells otherwise meanwhile: after the grace, or where it is cancelled to.

    None for a subscription that is not live.
    """
    paid = paid_until(subscription)
    if paid is None:
        return None
    cancelled = cancelled_to(subscription)
    return min(paid + GRACE, cancelled) if cancelled else paid + GRACE


def cancelled_to(subscription: Mapping[str, Any]) -> datetime | None:
    """When a live subscription ends, if it is cancelled."""
    if subscription.get("cancel_at"):
        return moment(subscription["cancel_at"])
    return paid_until(subscription) if subscription.get("cancel_at_period_end") else None


def renews(subscription: Mapping[str, Any]) -> bool:
    """Whether another payment will be asked for."""
    return subscription.get("status") in LIVE and cancelled_to(subscription) is None


def moment(seconds: float) -> datetime:
    """A time of Stripe's."""
    return datetime.fromtimestamp(seconds, UTC)
