"""Days of practice in a row."""

from collections.abc import Iterable
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
    days = longest = freezes = 0
    last: date | None = None
    for day in sorted(set(practised)):
        missed = (day - last).days - 1 if last else 0
        if missed > freezes:
            days = freezes = 0
        else:
            freezes -= missed
        days += 1
        longest = max(longest, days)
        if days % FREEZE_EVERY == 0:
            freezes = min(freezes + 1, MOST_FREEZES)
        last = day
    if last is None:
        return Streak()
    missed = max((today - last).days - 1, 0)
    if missed > freezes:
        return Streak(0, longest, 0)
    return Streak(days, longest, freezes - missed)
