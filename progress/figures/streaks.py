"""Days of practice in a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FREEZE_EVERY: Final = 7
"""Days of practice in a row that earn a freeze."""
MOST_FREEZES: Final = 2
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """`days` of practice in a row up to today or yesterday, `longest` of all time, and the `freezes` in hand."""

    days: int = 0
    longest: int = 0
    freezes: int = 0


def streak(practised: Iterable[date], *, today: date) -> Streak:
    """The streak of the days practised, in any order; days after `today` count: another time zone was ahead.

    Every seventh day in a row earns a freeze, two at most are kept, and a missed day uses one up by itself; frozen days
    hold the streak together and do not lengthen it. Today is not missed before it is over.
    """
    counted = list(_counted(practised))
    if not counted:
        return Streak()
    longest = max(days for _, days, _ in counted)
    last, days, freezes = counted[-1]
    missed = max((today - last).days - 1, 0)
    if missed > freezes:
        return Streak(0, longest, 0)
    return Streak(days, longest, freezes - missed)


def longest(practised: Iterable[date]) -> tuple[int, date] | None:
    """The days of the longest streak and its last day, the first of equals; None without practice."""
    found = max(_counted(practised), key=lambda counted: counted[1], default=None)
    return (found[1], found[0]) if found else None


def _counted(practised: Iterable[date]) -> Iterator[tuple[date, int, int]]:
    """Every day practised in order, with the days in a row up to it and the freezes in hand after it."""
    days = freezes = 0
    last: date | None = None
    for day in sorted(set(practised)):
        missed = (day - last).days - 1 if last else 0
        if missed > freezes:
            days = freezes = 0
        else:
            freezes -= missed
        days += 1
        if days % FREEZE_EVERY == 0:
            freezes = min(freezes + 1, MOST_FREEZES)
        last = day
        yield day, days, freezes
