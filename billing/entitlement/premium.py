"""Who may open what is paid for: from grants and from dj-stripe's rows of subscriptions, nothing else."""

from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateTimeField, JSONField, Value
from djstripe.models import Subscription

from accounts.models import User
from billing.models import Grant

from . import rules

FOR_GOOD: Final = datetime.max.replace(tzinfo=UTC)


def premium_until(user: User | AnonymousUser, now: datetime) -> datetime | None:
    """When premium ends that is open now, FOR_GOOD if it never does; None if it isn't open. One query."""
    if not user.is_authenticated:
        return None
    grants = Grant.objects.active(now).filter(user=user)
    subscriptions = Subscription.objects.filter(customer__subscriber=user)
    both = (
        grants.order_by()
        .values_list("ends_at", Value(None, JSONField()))
        .union(subscriptions.order_by().values_list(Value(None, DateTimeField()), "stripe_data"), all=True)
    )
    ends = [(rules.open_until(said) if said else ends_at or FOR_GOOD) for ends_at, said in both]
    return max((end for end in ends if end and end > now), default=None)


def is_premium(user: User | AnonymousUser, now: datetime) -> bool:
    """Whether all lessons are open; one query, none for the anonymous."""
    return premium_until(user, now) is not None
