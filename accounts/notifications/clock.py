"""When something is due that belongs to an hour of the learner's own clock; pure."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HOURS = 24
LATE_HOURS = 3
"""So many hours long, from its own on, something may be sent: where workers were down, or the clock was put forward."""


def due_hours(timezone: str, *, now: datetime) -> tuple[date, range]:
    """The day in a time zone, and the hours of it for which it is time now.

    To the last hour there is belong those that the clock skips after it, as where it is put forward at 23.
    """
    zone = ZoneInfo(timezone)
    local, later = now.astimezone(zone), (now + timedelta(hours=1)).astimezone(zone)
    end = local.hour + 1 if later.date() == local.date() else HOURS
    return local.date(), range(max(local.hour - LATE_HOURS + 1, 0), end)


def is_due(timezone: str, hour: int, days: Collection[int] = range(7), *, now: datetime) -> date | None:
    """The day for which it is time now, of those that are wanted; None where it is not."""
    day, hours = due_hours(timezone, now=now)
    return day if hour in hours and day.weekday() in days else None
