"""Premium that is granted: by support, for a gift code, for what was paid once."""

from datetime import datetime

from accounts.models import User
from billing.models import Grant, GrantQuerySet


class EndsTooEarly(ValueError):
    """A grant has to end after it starts."""


def grant(*, user: User, ends_at: datetime, reason: str, granted_by: User, now: datetime) -> Grant:
    """Open premium to `user` from now until `ends_at`, on record with the reason. Raises EndsTooEarly."""
    if ends_at <= now:
        raise EndsTooEarly
    return Grant.objects.create(
        user=user, starts_at=now, ends_at=ends_at, reason=reason, granted_by=granted_by
    )


def end(grants: GrantQuerySet, *, now: datetime) -> int:
    """End those that run now; returns how many."""
    return grants.active(now).update(ends_at=now)


def close(given: Grant, *, now: datetime) -> None:
    """End a grant now, or before it begins."""
    if given.ends_at is None or given.ends_at > now:
        given.ends_at = max(now, given.starts_at)
        given.save(update_fields=["ends_at"])
