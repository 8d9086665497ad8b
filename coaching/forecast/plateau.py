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
    """Whether P(β < 0.05) > 0.8 over the later half of the practice, of at least 60 minutes on 7 days (DESIGN §8).

    Half of it, because speed grows with the logarithm of practice: an hour tells a beginner what takes the advanced
    a month.
    """
    total = sum(day.minutes for day in days)
    recent: list[PractisedDay] = []
    minutes = 0.0
    for day in reversed(days):
        if minutes >= max(total / 2, LEAST_MINUTES) and len(recent) >= LEAST_DAYS:
            break
        recent.insert(0, day)
        minutes += day.minutes
    if minutes < LEAST_MINUTES or len(recent) < LEAST_DAYS:
        return False
    curve = learning_curve(recent, known=total - minutes)
    return curve is not None and curve.growth.cdf(STANDSTILL) > SURE
