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
    """Whether P(β < 0.05) > 0.8 over 60 minutes on 7 days at least (DESIGN §8): over all practice, or its later half.

    All of it tells of who came here with a speed of her own; half of it of who grew and then stopped, because speed
    grows with the logarithm of practice: an hour tells a beginner what takes the advanced a month.
    """
    total = sum(day.minutes for day in days)
    recent: list[PractisedDay] = []
    minutes = 0.0
    for day in reversed(days):
        if minutes >= max(total / 2, LEAST_MINUTES) and len(recent) >= LEAST_DAYS:
            break
        recent.insert(0, day)
        minutes += day.minutes
    return _stands_still(days, known=0.0) or _stands_still(recent, known=total - minutes)


def _stands_still(days: Sequence[PractisedDay], *, known: float) -> bool:
    if sum(day.minutes for day in days) < LEAST_MINUTES or len(days) < LEAST_DAYS:
        return False
    curve = learning_curve(days, known=known)
    return curve is not None and curve.growth.cdf(STANDSTILL) > SURE
