"""A forecast as SVG coordinates. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from coaching.forecast.learning_curve import CHANCES, Forecast, PractisedDay

WIDTH: Final = 640
HEIGHT: Final = 200
STEPS: Final = 24
LEAST_AHEAD: Final = 14
"""Days that are drawn ahead at least."""
MOST_BEHIND: Final = 90
AHEAD: Final = 180
"""Days that are drawn ahead where the goal is not reached."""


@dataclass(frozen=True, slots=True)
class Row:
    """A day ahead with its speeds, CPM, each by how likely the learner is no faster."""

    date: date
    speeds: Sequence[float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """`low` and `high` are the speeds at the bottom and the top, CPM.

    `past` and `middle` are points of polylines, `band` of the polygon between the outer chances; `today`, `goal_y` and
    `marks` (the dates of the goal) are coordinates; `rows` say the same in numbers.
    """

    past: str
    middle: str
    band: str
    low: float
    high: float
    today: float
    goal_y: float
    marks: Sequence[float]
    first: date
    last: date
    rows: Sequence[Row]

    @property
    def today_place(self) -> str:
        """Where today is, from the left, in per cent of the width."""
        return f"{100 * self.today / WIDTH:.1f}%"

    @property
    def is_mostly_past(self) -> bool:
        """Whether words beside today have more room on its left."""
        return self.today > WIDTH / 2

    @property
    def goal_height(self) -> str:
        """Where the goal is, from the top, in per cent of the height."""
        return f"{100 * self.goal_y / HEIGHT:.1f}%"


def drawn(told: Forecast, days: Sequence[PractisedDay], *, today: date) -> Drawing:
    """The days of practice, what follows them, and the goal."""
    first = max(days[0].date, today - timedelta(days=MOST_BEHIND))
    past = [day for day in days if day.date >= first and day.cpm > 0]
    farthest = (
        max([(day - today).days for day in told.dates if day], default=0) if told.is_in_reach else AHEAD
    )
    ahead = max(farthest, LEAST_AHEAD)
    last = today + timedelta(days=ahead)
    rows = [_row(told, today, ahead * step / STEPS) for step in range(STEPS + 1)]
    speeds = [day.cpm for day in past] + [one for row in rows for one in row.speeds] + [told.goal_cpm]
    low, high = min(speeds), max(speeds)

    def place(x: float, cpm: float) -> str:
        return f"{x:.1f},{up(cpm):.1f}"

    def across(day: date) -> float:
        return WIDTH * (day - first).days / max((last - first).days, 1)

    def up(cpm: float) -> float:
        return HEIGHT * (1 - (cpm - low) / ((high - low) or 1.0))

    # The rows' dates are whole days, their places are not.
    places = [across(today) + (WIDTH - across(today)) * step / STEPS for step in range(STEPS + 1)]
    slow, usual, fast = (
        [place(x, row.speeds[n]) for x, row in zip(places, rows, strict=True)] for n in range(3)
    )
    return Drawing(
        past=" ".join(place(across(day.date), day.cpm) for day in past),
        middle=" ".join(usual),
        band=" ".join(fast + slow[::-1]),
        low=low,
        high=high,
        today=across(today),
        goal_y=up(told.goal_cpm),
        marks=[] if told.is_reached else [across(day) for day in told.dates if day and day <= last],
        first=first,
        last=last,
        rows=rows[:: STEPS // 6],
    )


def _row(told: Forecast, today: date, days: float) -> Row:
    minutes = told.curve.practised + told.minutes_a_day * days
    return Row(today + timedelta(days=round(days)), [told.curve.cpm(minutes, chance) for chance in CHANCES])
