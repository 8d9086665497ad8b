"""What the weekly report tells a learner: her week, her curve and one piece of advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from accounts.models import User
from progress.figures.days import Point, days_of_practice, points_by
from progress.figures.keys import KnownKeys
from progress.figures.streaks import streak
from progress.models import DailyStat

WEEK: Final = timedelta(weeks=1)
CURVE_WEEKS: Final = 12
LEAST_WEEKS: Final = 4
"""With fewer weeks to draw, the curve is drawn by days."""
ADVICE_ACCURACY: Final = 92
"""The accuracy, in %, under which nothing helps but to slow down."""
FEW_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next; `keys` are a pair's two characters or a key's one, `cost` theirs in s per 1,000 characters, None
    where it is not known yet."""

    kind: Literal["slower", "often", "pair", "key"]
    keys: str = ""
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A learner's week from its Monday, `week`.

    Days, minutes, exercises and the streak, as of Sunday, are of everything she typed; speeds in CPM, accuracy in %,
    curve and advice are of `layout`, the one she typed most on in this week. `before` is the speed of the week before,
    `best` that of her fastest earlier week, None where there was none.
    """

    week: date
    days: int
    minutes: float
    exercises: int
    streak: int
    layout: str
    layouts: int
    cpm: float
    before: float | None
    best: float | None
    accuracy: float
    period: str
    points: Sequence[Point]
    advice: Advice

    @property
    def sunday(self) -> date:
        return self.week + timedelta(days=6)


def report_of(user: User, week: date) -> Report | None:
    """The report of the week from the Monday `week`, in two queries; None when she practised on no day of it."""
    every = list(DailyStat.objects.filter(user=user, date__lt=week + WEEK).order_by("date"))
    practised = days_of_practice(every)
    days = [day for day in practised if day >= week]
    if not days:
        return None
    in_week = [stat for stat in every if stat.date in days]
    characters: dict[str, int] = {}
    for stat in in_week:
        characters[stat.layout] = characters.get(stat.layout, 0) + stat.characters
    layout = max(characters, key=lambda name: characters[name])
    typed = [stat for stat in every if stat.layout == layout]
    weeks = points_by("week", typed)
    speeds = {point.start: point.cpm for point in weeks}
    this = weeks[-1]
    period, points = _curve(typed, weeks, week)
    return Report(
        week=week,
        days=len(days),
        minutes=sum(stat.duration_ms for stat in in_week) / 60_000,
        exercises=sum(stat.sessions for stat in in_week),
        streak=streak(practised, today=week + timedelta(days=6)).days,
        layout=layout,
        layouts=len({stat.layout for stat in every}),
        cpm=this.cpm,
        before=speeds.get(week - WEEK),
        best=max((point.cpm for point in weeks[:-1]), default=None),
        accuracy=this.accuracy,
        period=period,
        points=points,
        advice=advise(this.accuracy, len(days), KnownKeys.of(user.pk, layout)),
    )


def _curve(typed: Sequence[DailyStat], weeks: Sequence[Point], week: date) -> tuple[str, list[Point]]:
    first = week - (CURVE_WEEKS - 1) * WEEK
    recent = [point for point in weeks if point.start >= first]
    if len(recent) >= LEAST_WEEKS:
        return "week", recent
    return "day", points_by("day", (stat for stat in typed if stat.date >= first))


def advise(accuracy: float, days: int, keys: KnownKeys) -> Advice:
    """The one thing that helps most: accuracy comes before everything, the habit before single keys."""
    if accuracy < ADVICE_ACCURACY:
        return Advice("slower")
    if days <= FEW_DAYS:
        return Advice("often")
    for weakness in keys.weaknesses[:1]:
        return Advice("pair" if weakness.is_pair else "key", weakness.item, weakness.cost)
    return Advice("often")
