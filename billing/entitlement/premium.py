"""Who may open what is paid for: from grants and from dj-stripe's rows of subscriptions, nothing else."""

from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateTimeField, JSONField, Q, Value
from djstripe.models import Subscription

from accounts.models import User
from billing.models import Grant

from . import rules

FOR_GOOD: Final = datetime.max.replace(tzinfo=UTC)


def premium_until(user: User | AnonymousUser, now: datetime) -> datetime | None:
    """When premium ends that is open now, one gift after another; FOR_GOOD if never, None if not open. One query."""
    if not user.is_authenticated:
        return None
    grants = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), user=user)
    subscriptions = Subscription.objects.filter(customer__subscriber=user)
    both = (
        grants.order_by()
        .values_list("starts_at", "ends_at", Value(None, JSONField()))
        .union(
            subscriptions.order_by().values_list(*[Value(None, DateTimeField())] * 2, "stripe_data"), all=True
        )
    )
    stretches = [
        (now, rules.open_until(said)) if said else (starts_at, ends_at or FOR_GOOD)
        for starts_at, ends_at, said in both
    ]
    until = now
    for starts_at, ends_at in sorted((start, end) for start, end in stretches if end and end > now):
        if starts_at <= until:
            until = max(until, ends_at)
    return until if until > now else None


def is_premium(user: User | AnonymousUser, now: datetime) -> bool:
    """Whether all lessons are open; one query, none for the anonymous."""
    return premium_until(user, now) is not None
