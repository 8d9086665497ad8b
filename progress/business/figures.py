"""The business figures of learners: what the counted days of a period add up to, and the period before it.

All is read from one row a day and one a pair of weeks, as many for ten sessions as for ten million.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from progress.business.counting import monday
from progress.models import BusinessDay, Retention
from progress.models.business import STEP_MS

PERIODS: Final = {30: 1, 91: 7, 364: 7}
"""How many days are shown together, and how many of them are a point of a chart: the longer ones have whole weeks."""
MOST_WEEKS: Final = 12
"""Weeks after its first for which a cohort is followed on the page."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Days that follow each other, summed up; a figure is None where there is nothing to divide by."""

    days: Sequence[BusinessDay]

    @property
    def start(self) -> date:
        return self.days[0].date

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
        found = median_place(
            [sum(counts) for counts in zip(*(day.durations for day in self.days), strict=True)]
        )
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
        return sum(getattr(day, name) for day in self.days)


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
    def last(self) -> date | None:
        return self.now.days[-1].date if self.now else None

    @property
    def is_empty(self) -> bool:
        """Whether nobody typed anything all the time."""
        return not any(of and of.sessions for of in (self.now, self.before))


def report_of(length: int, *, today: date) -> Report:
    """The figures of a period of `PERIODS`; one query."""
    found = list(
        BusinessDay.objects.filter(date__gte=today - timedelta(days=2 * length), date__lte=today).order_by(
            "date"
        )
    )
    current = found.pop() if found and found[-1].date == today else None
    start, step = today - timedelta(days=length), PERIODS[length]
    days = [day for day in found if day.date >= start]
    earlier = [day for day in found if day.date < start]
    grouped: defaultdict[int, list[BusinessDay]] = defaultdict(list)
    for day in days:
        grouped[(day.date - start).days // step].append(day)
    return Report(
        length=length,
        now=Totals(days) if days else None,
        before=Totals(earlier) if len(earlier) == length else None,
        steps=[Totals(some) for _, some in sorted(grouped.items())],
        today=current,
    )


@dataclass(frozen=True, slots=True)
class Cohort:
    """Learners first active in the week of a Monday; `active`: how many of them were in that week and each after it."""

    monday: date
    active: Sequence[int]

    @property
    def shares(self) -> list[float]:
        return [count / self.active[0] for count in self.active]


def cohorts_of(length: int, *, today: date) -> list[Cohort]:
    """The cohorts of a period's weeks, as far as their weeks are over; the latest first. One query."""
    running, first = monday(today), monday(today - timedelta(days=length))
    found = {
        (one.cohort, one.week): one.learners
        for one in Retention.objects.filter(cohort__gte=first, week__lt=running)
    }
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
