"""Premium that is granted: by support, for a gift code, for what was paid once."""

from datetime import datetime

from django.db.models import F

from accounts.models import User
from billing.models import Grant


class EndsTooEarly(ValueError):
    """A grant has to end after it starts."""


def grant(*, user: User, ends_at: datetime | None, reason: str, granted_by: User, now: datetime) -> Grant:
    """Open premium to `user` from now until `ends_at`, for good if None, on record with the reason.

    Raises EndsTooEarly.
    """
    if ends_at is not None and ends_at <= now:
        raise EndsTooEarly
    return Grant.objects.create(
        user=user, starts_at=now, ends_at=ends_at, reason=reason, granted_by=granted_by
    )


def close(given: Grant, *, now: datetime) -> bool:
    """End a grant now, or before it begins; False for one that is over already."""
    if given.ends_at is not None and given.ends_at <= max(now, given.starts_at):
        return False
    given.ends_at = max(now, given.starts_at)
    given.save(update_fields=["ends_at"])
    return True


def is_for_good(user: User, now: datetime) -> bool:
    """Whether premium never ends: bought, or granted so."""
    return Grant.objects.active(now).filter(user=user, ends_at=None).exists()


def granted_until(user: User, now: datetime) -> datetime | None:
    """When the last of what was granted ends, where it ends; None without any."""
    kept = Grant.objects.filter(user=user, ends_at__gt=now).exclude(ends_at=F("starts_at"))
    ends = kept.values_list("ends_at", flat=True)
    return max((end for end in ends if end), default=None)
