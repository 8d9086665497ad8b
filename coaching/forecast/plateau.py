"""Whether a learner's speed has stopped growing. Pure."""

from collections.abc import Sequence
from typing import Final

from coaching.forecast.learning_curve import PractisedDay, learning_curve

STANDSTILL: Final = 0.05
"""A growth β below is as good as none."""
SURE: Final = 0.8
"""The probability from which on a plateau is believed."""
LEAST_MINUTES: Final = 60
LEAST_DAYS: Final = 7
"""What a plateau needs: so many minutes of practice, on so many days."""


def is_plateau(days: Sequence[PractisedDay]) -> bool:
    """Whether P(β < 0.05) > 0.8 (DESIGN §8) over all practice or over its later half, of at least 60 minutes on 7 days.

    Half of it, because speed grows with the logarithm of practice: an hour tells a beginner what takes the advanced
    a month. All of it, because half of a short history tells little of who never grew.
    """
    total = sum(day.minutes for day in days)
    return any(_stands_still(_last(days, minutes), total) for minutes in (total, total / 2))


def _last(days: Sequence[PractisedDay], minutes: float) -> list[PractisedDay]:
    """The last days of so many minutes together, at least of `LEAST_MINUTES` and `LEAST_DAYS` where there are."""
    found: list[PractisedDay] = []
    for day in reversed(days):
        if sum(one.minutes for one in found) >= max(minutes, LEAST_MINUTES) and len(found) >= LEAST_DAYS:
            break
        found.insert(0, day)
    return found


def _stands_still(days: Sequence[PractisedDay], total: float) -> bool:
    minutes = sum(day.minutes for day in days)
    if minutes < LEAST_MINUTES or len(days) < LEAST_DAYS:
        return False
    curve = learning_curve(days, known=total - minutes)
    return curve is not None and curve.growth.cdf(STANDSTILL) > SURE
