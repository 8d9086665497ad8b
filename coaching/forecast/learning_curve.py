"""How a learner's speed grows with practice, and when it will reach a goal. Pure.

log v = a + β·log(h + 30) (DESIGN §8): v in characters per minute, h minutes of practice, β ~ N(0.20, 0.10²) before
anything is known; a power law of practice (Newell & Rosenbloom 1981). Days scatter about it by σ, whose prior is worth
`SCATTER_DAYS` days.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Final

HEAD_START: Final = 30.0
"""Minutes of practice before the first that is known."""
GROWTH: Final = NormalDist(0.20, 0.10)
"""β before anything is known."""
SCATTER: Final = 0.08
SCATTER_DAYS: Final = 4
LEAST_DAYS: Final = 3
"""Fewer days of practice are no curve."""
LEAST_MINUTES: Final = 10
PACE_DAYS: Final = 28
"""The pace of practice is that of so many days back."""
FARTHEST_DAYS: Final = 3 * 365
"""A goal that is farther is out of reach at this pace."""
CHANCES: Final = (0.1, 0.5, 0.9)
"""The chances of having reached the goal by the dates of a forecast."""
CEILING: Final = 600.0
"""No faster is foretold, CPM: of 168,000 volunteers hardly anybody typed more than 120 words a minute (Dhakal and
others, "Observations on Typing from 136 Million Keystrokes", 2018)."""
BEYOND: Final = 1.2
"""But for who is near it already: so many times her present speed."""
_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class PractisedDay:
    """A day's minutes of practice and speed, CPM."""

    date: date
    minutes: float
    cpm: float


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """What is believed of a and β: their normal distribution, given at the middle of what was practised.

    `middle` is the mean of log(h + 30), `level` the log speed there and `level_variance` its uncertainty; `growth` is
    β; `scatter` the SD of a day's log speed about the curve; `practised` the minutes so far.
    """

    middle: float
    level: float
    level_variance: float
    growth: NormalDist
    scatter: float
    practised: float

    def log_speed(self, minutes: float) -> NormalDist:
        """The learner's usual log speed after so many minutes of practice."""
        distance = math.log(minutes + HEAD_START) - self.middle
        variance = self.level_variance + (distance * self.growth.stdev) ** 2
        return NormalDist(self.level + self.growth.mean * distance, math.sqrt(variance))

    @property
    def now_cpm(self) -> float:
        """The usual speed after what was practised so far."""
        return math.exp(self.log_speed(self.practised).mean)

    @property
    def ceiling(self) -> float:
        """The speed beyond which nothing is foretold, CPM."""
        return max(CEILING, BEYOND * self.now_cpm)

    def chance(self, cpm: float, minutes: float) -> float:
        """How likely the usual speed is at least `cpm` after so many minutes, 0 to 1."""
        if cpm > self.ceiling:
            return 0.0
        return 1 - self.log_speed(minutes).cdf(math.log(cpm))

    def cpm(self, minutes: float, quantile: float = 0.5) -> float:
        """A quantile of the usual speed after so many minutes."""
        return min(math.exp(self.log_speed(minutes).inv_cdf(quantile)), self.ceiling)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a goal is reached. `dates` has one for each of `CHANCES`, None where it is not reached within
    `FARTHEST_DAYS`; `minutes_a_day` is the pace they suppose."""

    goal_cpm: float
    now_cpm: float
    minutes_a_day: float
    dates: tuple[date | None, ...]
    curve: LearningCurve

    @property
    def is_reached(self) -> bool:
        return self.now_cpm >= self.goal_cpm

    @property
    def early(self) -> date | None:
        """The date if all goes well."""
        return self.dates[0]

    @property
    def middle(self) -> date | None:
        """The most likely date."""
        return self.dates[1]

    @property
    def late(self) -> date | None:
        """The date if little goes well."""
        return self.dates[2]

    @property
    def is_in_reach(self) -> bool:
        """Whether the goal is likelier reached at this pace than not."""
        return self.middle is not None


def learning_curve(days: Sequence[PractisedDay], *, known: float = 0.0) -> LearningCurve | None:
    """The curve that the days of practice tell, which come in order; None where they are too few.

    `known` are the minutes practised before the first of them.
    """
    points = _points(days, known)
    practised = known + sum(day.minutes for day in days)
    if len(points) < LEAST_DAYS or practised - known < LEAST_MINUTES:
        return None
    count = len(points)
    middle = sum(x for x, _ in points) / count
    height = sum(y for _, y in points) / count
    spread = sum((x - middle) ** 2 for x, _ in points)
    slope = sum((x - middle) * (y - height) for x, y in points) / spread if spread else GROWTH.mean
    left = sum((y - height - slope * (x - middle)) ** 2 for x, y in points)
    variance = (SCATTER_DAYS * SCATTER**2 + left) / (SCATTER_DAYS + count - 2)
    precision = spread / variance + 1 / GROWTH.variance
    growth = (slope * spread / variance + GROWTH.mean / GROWTH.variance) / precision
    return LearningCurve(
        middle=middle,
        level=height,
        level_variance=variance / count,
        growth=NormalDist(growth, math.sqrt(1 / precision)),
        scatter=math.sqrt(variance),
        practised=practised,
    )


def _points(days: Sequence[PractisedDay], known: float) -> list[tuple[float, float]]:
    """log(h + 30) at the middle of each day, and its log speed."""
    points, minutes = [], known
    for day in days:
        if day.cpm > 0:
            points.append((math.log(minutes + day.minutes / 2 + HEAD_START), math.log(day.cpm)))
        minutes += day.minutes
    return points


def minutes_a_day(days: Sequence[PractisedDay], *, today: date) -> float:
    """The pace of practice over the last `PACE_DAYS` days, or since the first day of practice if that is later."""
    first = max(min((day.date for day in days), default=today), today - timedelta(days=PACE_DAYS - 1))
    minutes = sum(day.minutes for day in days if day.date >= first)
    return minutes / ((today - first).days + 1)


def forecast(days: Sequence[PractisedDay], goal_cpm: float, *, today: date) -> Forecast | None:
    """When the usual speed reaches a goal at the present pace; None where too little is known."""
    curve = learning_curve(days)
    if curve is None:
        return None
    pace = minutes_a_day(days, today=today)
    return Forecast(goal_cpm, curve.now_cpm, pace, _dates(curve, goal_cpm, pace, today), curve)


def _dates(curve: LearningCurve, goal_cpm: float, pace: float, today: date) -> tuple[date | None, ...]:
    def chance(day: int) -> float:
        return curve.chance(goal_cpm, curve.practised + pace * day)

    # Looked at are days ever farther apart, as what practice brings does; then those between two of them.
    days = sorted(
        {round(math.expm1(math.log1p(FARTHEST_DAYS) * step / _STEPS)) for step in range(_STEPS + 1)}
    )
    chances = [chance(day) for day in (days if pace else days[:1])]
    found: list[date | None] = []
    for wanted in CHANCES:
        place = next((place for place, one in enumerate(chances) if one >= wanted), None)
        if place is None:
            found.append(None)
            continue
        between = range(days[place - 1] + 1, days[place]) if place else ()
        day = next((day for day in between if chance(day) >= wanted), days[place])
        found.append(today + timedelta(days=day))
    return tuple(found)
