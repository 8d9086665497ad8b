"""Who may open what is paid for."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

from .models import Entitlement, EntitlementQuerySet


class EndsTooEarly(ValueError):
    """An entitlement has to end after it starts."""


def is_premium(user: User | AnonymousUser, now: datetime) -> bool:
    return user.is_authenticated and Entitlement.objects.active(now).filter(user=user).exists()


def grant(*, user: User, ends_at: datetime, reason: str, granted_by: User, now: datetime) -> Entitlement:
    """Open premium to `user` from now until `ends_at`, on record with the reason. Raises EndsTooEarly."""
    if ends_at <= now:
        raise EndsTooEarly
    return Entitlement.objects.create(
        user=user, starts_at=now, ends_at=ends_at, reason=reason, granted_by=granted_by
    )


def end(entitlements: EntitlementQuerySet, *, now: datetime) -> int:
    """End those that run now; returns how many."""
    return entitlements.active(now).update(ends_at=now)


def move(guest: User, into: User) -> None:
    """Merging: what support granted a guest stays the learner's."""
    Entitlement.objects.filter(user=guest).update(user=into)
