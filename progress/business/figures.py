"""The business figures of learners: what the counted days of a period add up to, and the period before it.

All is read from one row a day and one a pair of weeks, as many for ten sessions as for ten million.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from operator import attrgetter, sub
from typing import Final, NamedTuple

from django.db.models import F

from accounts.weeks import monday_of
from progress.models import BusinessDay, Retention
from progress.models.business import STEP_MS, STEPS

PERIODS: Final = {30: 1, 91: 7, 364: 7}
"""How many days are shown together, and how many of them are a point of a chart: the longer ones have whole weeks."""
ONE_DAY: Final = timedelta(days=1)
MOST_WEEKS: Final = 12
"""Weeks after its first for which a cohort is followed on the page."""


class Day(NamedTuple):
    """A `BusinessDay` without its durations, which are many."""

    date: date
    active: int
    week: int
    month: int
    newcomers: int
    sessions: int
    duration_ms: int
    lessons: int
    passed: int


Counts = Sequence[int]
"""How many sessions lasted 0, 1, … steps."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Days that follow each other, summed up; a figure is None where there is nothing to divide by.

    `until` counts the durations of all sessions until the last of the days, `earlier` those before the first.
    """

    days: Sequence[Day]
    earlier: Counts
    until: Counts

    @property
    def start(self) -> date:
        return self.days[0].date

    @property
    def end(self) -> date:
        return self.days[-1].date

    @property
    def daily(self) -> float:
        """Active learners a day, on average."""
        return self._sum("active") / len(self.days)

    @property
    def week(self) -> int:
        return self.days[-1].week

    @property
    def month(self) -> int:
        return self.days[-1].month

    @property
    def stickiness(self) -> float | None:
        """The share of the month's learners who come on a day."""
        return _share(self._sum("active"), self._sum("month"))

    @property
    def newcomers(self) -> int:
        return self._sum("newcomers")

    @property
    def sessions(self) -> int:
        return self._sum("sessions")

    @property
    def mean_s(self) -> float | None:
        """How long a session lasts on average, in s."""
        return _share(self._sum("duration_ms") / 1000, self.sessions)

    @property
    def median_s(self) -> int | None:
        """The middle of all durations, each cut to a whole step; in s."""
        found = median_place(list(map(sub, self.until, self.earlier)))
        return None if found is None else found * STEP_MS // 1000

    @property
    def lessons(self) -> int:
        return self._sum("lessons")

    @property
    def passed(self) -> int:
        return self._sum("passed")

    @property
    def completion(self) -> float | None:
        """Of the lessons typed on a day, by learner and day, the share that this day's runs pass."""
        return _share(self.passed, self.lessons)

    def _sum(self, name: str) -> int:
        return sum(map(attrgetter(name), self.days))


@dataclass(frozen=True, slots=True)
class Report:
    """The last `length` days that are over, in `steps`; `before`: as many before them, None if not all were counted.

    `now` is None where no day is over yet, `today` where nothing was counted today.
    """

    length: int
    now: Totals | None
    before: Totals | None
    steps: Sequence[Totals]
    today: BusinessDay | None

    @property
    def is_empty(self) -> bool:
        """Whether nobody typed anything all the time."""
        return not any(of and of.sessions for of in (self.now, self.before))


def period_of(length: int, *, today: date, step: int = 0) -> Report:
    """The figures of a period of `PERIODS`, in its steps or of so many days; four queries.

    It ends with the last day that was counted whole: counting may have missed a midnight.
    """
    now, today = today, min(today, _after_the_last_whole_day() or today)
    start, first, step = (
        today - timedelta(days=length),
        today - timedelta(days=2 * length),
        step or PERIODS[length],
    )
    rows = BusinessDay.objects.filter(date__gte=first, date__lt=today).order_by("date")
    days = [Day._make(row) for row in rows.values_list(*Day._fields)]
    edges = {first - ONE_DAY, *(start + timedelta(days=n) - ONE_DAY for n in range(0, length + 1, step))}
    durations = dict(BusinessDay.objects.filter(date__in=edges).values_list("date", "durations"))

    def totals(begin: date, end: date) -> Totals | None:
        """Of the days from `begin` to before `end`, as far as there are some."""
        some = [day for day in days if begin <= day.date < end]
        # Before the first day that was counted there was no session.
        earlier = durations.get(begin - ONE_DAY, [0] * (STEPS + 1))
        return Totals(some, earlier, durations[end - ONE_DAY]) if some else None

    begins = [start + timedelta(days=n) for n in range(0, length, step)]
    steps = [totals(begin, begin + timedelta(days=step)) for begin in begins]
    before = totals(first, start)
    return Report(
        length=length,
        now=totals(start, today),
        before=before if before and len(before.days) == length else None,
        steps=[one for one in steps if one],
        today=BusinessDay.objects.filter(date=now).first(),
    )


@dataclass(frozen=True, slots=True)
class Cohort:
    """Learners first active in the week of a Monday; `active`: how many of them were in that week and each after it."""

    monday: date
    active: Sequence[int]

    @property
    def shares(self) -> list[float]:
        return [count / self.active[0] for count in self.active]


def _after_the_last_whole_day() -> date | None:
    last = BusinessDay.objects.order_by("-date").first()
    if last is None:
        return None
    is_whole = last.counted_at.astimezone(UTC).date() > last.date
    return last.date + ONE_DAY if is_whole else last.date


def cohorts_of(length: int, *, today: date) -> list[Cohort]:
    """The cohorts of a period's weeks, as far as their weeks are over; the latest first. One query."""
    running, first = monday_of(today), monday_of(today - timedelta(days=length))
    rows = Retention.objects.filter(
        cohort__gte=first, week__lt=running, week__lte=F("cohort") + timedelta(weeks=MOST_WEEKS)
    )
    found = {(cohort, week): count for cohort, week, count in rows.values_list("cohort", "week", "learners")}
    cohorts = []
    for start in sorted({cohort for cohort, _ in found}, reverse=True):
        weeks = range(min((running - start).days // 7, MOST_WEEKS + 1))
        cohorts.append(Cohort(start, [found.get((start, start + timedelta(weeks=n)), 0) for n in weeks]))
    return cohorts


def retention_of(cohorts: Sequence[Cohort]) -> list[float]:
    """The share of all cohorts together that was active so many weeks after the first, by those that came so far."""
    shares = []
    for n in range(max((len(one.active) for one in cohorts), default=0)):
        old = [one for one in cohorts if len(one.active) > n]
        shares.append(sum(one.active[n] for one in old) / sum(one.active[0] for one in old))
    return shares


def median_place(counts: Sequence[int]) -> int | None:
    """The place of the middle of values sorted by their place, the lower of two; None without any."""
    left = (sum(counts) + 1) // 2
    for place, count in enumerate(counts):
        if count and left <= count:
            return place
        left -= count
    return None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
