"""What a learner's days of practice add up to: points over time, the goal, the records, the calendar."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from accounts.models import User
from accounts.weeks import monday_of
from lessons.models import Course
from progress.figures.streaks import longest
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import RECORD_ACCURACY, DailyStat

PERIODS: Final = ("day", "week", "month")
MOST_POINTS: Final = 60
CALENDAR_WEEKS: Final = 26
CALENDAR_MINUTES: Final = (0, 1, 5, 15, 30)
"""Minutes of a day from which on its square is as dark as its place here says; any practice is at least the second."""
RECENT_DAYS: Final = 30
GROWTH_EACH: Final = 3
RECORD_MINUTES: Final = 5
RECORD_CHARACTERS: Final = 500
"""What a day needs for its speed, or its accuracy, to be a record."""


class Practice(NamedTuple):
    """What was typed on a day, summed over layouts and courses as `DailyStat` sums it."""

    date: date
    sessions: int
    characters: int
    duration_ms: int
    accuracy_sum: float
    consistency_sum: float
    consistency_characters: int
    rollover_sum: float
    rollover_characters: int
    best_cpm: float

    @property
    def is_practice(self) -> bool:
        """Whether enough was typed to call it a day of practice."""
        return self.characters >= LEAST_CHARACTERS

    @property
    def cpm(self) -> float:
        return 60_000 * self.characters / self.duration_ms if self.duration_ms else 0.0

    @property
    def accuracy(self) -> float:
        return self.accuracy_sum / self.characters if self.characters else 0.0

    def plus(self, other: "Practice") -> "Practice":
        """With what was typed on the same day on another layout or in another course."""
        sums = (one + more for one, more in zip(self[1:-1], other[1:-1], strict=True))
        return Practice._make((self.date, *sums, max(self.best_cpm, other.best_cpm)))


class Typed(NamedTuple):
    """What was typed on a day on one layout in one course, or in none: drills and tests."""

    layout: str
    course: int | None
    day: Practice


Stats = Iterable[DailyStat | Practice]


@dataclass(frozen=True, slots=True)
class Point:
    """A day, week or month: CPM, accuracy, consistency and rollover in %, minutes; None where nothing tells it."""

    start: date
    cpm: float
    accuracy: float
    consistency: float | None
    rollover: float | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Day:
    """A square of the calendar, `level` 0 to 4; None after today."""

    date: date
    minutes: float
    level: int | None


@dataclass(frozen=True, slots=True)
class Goal:
    """Minutes a day that a learner wants to practise, those of today, and on how many days of this week she did."""

    minutes: int
    today: float
    met: int

    @property
    def whole(self) -> int:
        """Whole minutes of today, so that as many as wanted are shown only when they are done."""
        return int(self.today)

    @property
    def part(self) -> int:
        return min(self.whole, self.minutes)


@dataclass(frozen=True, slots=True)
class Growth:
    """Two speeds, CPM: of the first `GROWTH_EACH` days of practice, which begin on `since`, and of the last ones."""

    since: date
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Record:
    """The best there was of something, and its day; `kind` is "run", "day", "accuracy", "minutes" or "streak"."""

    kind: str
    value: float
    date: date


def practice_of(
    user: User, *, course: Course | None = None, layouts: Sequence[str] | None = None
) -> list[Practice]:
    """What a learner typed by day, in order; of everything, or in one course or on some layouts; one query."""
    return practice_in(typed_by(user), course=course, layouts=layouts)


def typed_by(user: User) -> list[Typed]:
    """What a learner typed by day, layout and course, in order of days; one query."""
    rows = DailyStat.objects.filter(user=user).order_by("date", "layout", "course_id")
    found = rows.values_list("layout", "course_id", *Practice._fields)
    return [Typed(layout, course, Practice._make(sums)) for layout, course, *sums in found]


def practice_in(
    typed: Iterable[Typed], *, course: Course | None = None, layouts: Sequence[str] | None = None
) -> list[Practice]:
    """The days of what was typed, as `practice_of` has them."""
    days: dict[date, Practice] = {}
    for layout, of, day in typed:
        if (course is None or of == course.pk) and (layouts is None or layout in layouts):
            days[day.date] = days[day.date].plus(day) if day.date in days else day
    return list(days.values())


def practised(days: Iterable[Practice]) -> list[Practice]:
    """The days of practice among those on which something was typed: the streak, the calendar, the goal count these."""
    return [day for day in days if day.is_practice]


def days_of_practice(stats: Iterable[DailyStat]) -> list[date]:
    """The dates of those days, of rows of one layout and course each, in order."""
    typed: defaultdict[date, int] = defaultdict(int)
    for stat in stats:
        typed[stat.date] += stat.characters
    return sorted(day for day, characters in typed.items() if characters >= LEAST_CHARACTERS)


def goal_of(stats: Stats, minutes: int, *, today: date) -> Goal:
    """How a daily goal of so many minutes is met today and in the running week."""
    monday = monday_of(today)
    typed: defaultdict[date, float] = defaultdict(float)
    for stat in stats:
        if monday <= stat.date <= today:
            typed[stat.date] += stat.duration_ms / 60_000
    return Goal(minutes, typed[today], sum(one >= minutes for one in typed.values()))


def recent(days: Iterable[Practice], *, today: date) -> list[Practice]:
    """Those of the last `RECENT_DAYS` days, today among them."""
    since = today - timedelta(days=RECENT_DAYS)
    return [day for day in days if day.date > since]


def growth_of(days: Sequence[Practice], *, today: date) -> Growth | None:
    """How the speed on a layout changed lately, from the first `GROWTH_EACH` days of practice to the last; None where
    there are too few for two such groups, which come in order."""
    counted = practised(recent(days, today=today))
    if len(counted) < 2 * GROWTH_EACH:
        return None
    first, last = (
        60_000 * sum(day.characters for day in some) / max(sum(day.duration_ms for day in some), 1)
        for some in (counted[:GROWTH_EACH], counted[-GROWTH_EACH:])
    )
    return Growth(counted[0].date, first, last)


def records(days: Iterable[Practice]) -> list[Record]:
    """The fastest run, and of the days of practice, which come in order, the fastest, the most accurate and the
    longest; the first of equals.

    As of runs, those with too many mistakes set no record, nor is a day fast by runs that set none.
    """
    days = practised(days)
    sure = [day for day in days if day.accuracy >= RECORD_ACCURACY]
    values = {
        "run": [(day.best_cpm, day.date) for day in days],
        "day": [
            (day.cpm, day.date)
            for day in sure
            if day.duration_ms >= RECORD_MINUTES * 60_000 and day.cpm <= day.best_cpm
        ],
        "accuracy": [(day.accuracy, day.date) for day in sure if day.characters >= RECORD_CHARACTERS],
        "minutes": [(day.duration_ms / 60_000, day.date) for day in days],
    }
    best = ((kind, max(found, key=lambda one: one[0])) for kind, found in values.items() if found)
    return [Record(kind, value, day) for kind, (value, day) in best if value > 0]


def streak_record(practised: Iterable[date]) -> list[Record]:
    """The longest streak with its last day, if there was one of two days or more."""
    found = longest(practised)
    return [Record("streak", *found)] if found and found[0] > 1 else []


def points_of(stats: Stats, period: str) -> tuple[str, list[Point]]:
    """The period shown, and its last `MOST_POINTS` points; for "" the shortest period that has no more."""
    typed = list(stats)
    for chosen in (period,) if period else PERIODS:
        points = points_by(chosen, typed)
        if len(points) <= MOST_POINTS:
            break
    return chosen, points[-MOST_POINTS:]


def points_by(period: str, stats: Stats) -> list[Point]:
    """The days, weeks or months in which enough was typed to tell something, in order."""
    grouped: defaultdict[date, list[DailyStat | Practice]] = defaultdict(list)
    for stat in stats:
        grouped[start_of_period(stat.date, period)].append(stat)
    return [
        _point(start, some)
        for start, some in sorted(grouped.items())
        if sum(stat.characters for stat in some) >= LEAST_CHARACTERS
    ]


def start_of_period(day: date, period: str) -> date:
    if period == "week":
        return monday_of(day)
    return day.replace(day=1) if period == "month" else day


def _point(start: date, stats: Sequence[DailyStat | Practice]) -> Point:
    characters = sum(stat.characters for stat in stats)
    even = sum(stat.consistency_characters for stat in stats)
    duration = sum(stat.duration_ms for stat in stats)
    return Point(
        start=start,
        cpm=60_000 * characters / duration if duration else 0.0,
        accuracy=sum(stat.accuracy_sum for stat in stats) / characters if characters else 0.0,
        consistency=sum(stat.consistency_sum for stat in stats) / even if even else None,
        rollover=_rollover(stats),
        minutes=minutes_of(stats),
    )


def _rollover(stats: Sequence[DailyStat | Practice]) -> float | None:
    known = sum(stat.rollover_characters for stat in stats)
    return 100 * sum(stat.rollover_sum for stat in stats) / known if known else None


def minutes_of(stats: Stats) -> float:
    return sum(stat.duration_ms for stat in stats) / 60_000


def calendar(stats: Stats, *, today: date) -> list[list[Day]]:
    """The last `CALENDAR_WEEKS` weeks, Monday first, the running one last."""
    typed: defaultdict[date, float] = defaultdict(float)
    for stat in stats:
        typed[stat.date] += stat.duration_ms / 60_000
    first = monday_of(today) - timedelta(weeks=CALENDAR_WEEKS - 1)
    return [
        [_day(first + timedelta(days=7 * week + day), typed, today) for day in range(7)]
        for week in range(CALENDAR_WEEKS)
    ]


def _day(day: date, typed: dict[date, float], today: date) -> Day:
    minutes = typed.get(day, 0.0)
    level = sum(minutes >= least for least in CALENDAR_MINUTES[1:])
    return Day(day, minutes, None if day > today else max(level, int(minutes > 0)))
