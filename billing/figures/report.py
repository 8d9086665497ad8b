"""The figures of money in a period: how things stood at the end of its days, and whose weeks paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.models import ConversionWeek, MoneyDay, PlanDay
from billing.models.figures import WINDOW_DAYS


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when the last of some days was over; `start` is the first of them."""

    start: date
    day: MoneyDay
    plans: Sequence[PlanDay]

    def monthly(self, currency: str) -> float:
        """What all live paid subscriptions pay for a month, in the smallest unit of the currency."""
        return float(sum(plan.monthly for plan in self.plans if plan.currency == currency))

    @property
    def paid(self) -> int:
        return sum(plan.active + plan.past_due for plan in self.plans)

    @property
    def past_due(self) -> int:
        return sum(plan.past_due for plan in self.plans)

    @property
    def trialing(self) -> int:
        return sum(plan.trialing for plan in self.plans)

    @property
    def churn(self) -> float | None:
        return self.day.churned / self.day.churn_base if self.day.churn_base else None


@dataclass(frozen=True, slots=True)
class MoneyReport:
    """The standing at the end of the last day that is over, of the period before, and of each step of the period."""

    now: Standing
    before: Standing | None
    steps: Sequence[Standing]

    @property
    def currencies(self) -> list[str]:
        """All in which somebody pays or paid in the period."""
        return sorted({plan.currency for step in self.steps for plan in step.plans})


def money_of(length: int, step: int, *, today: date) -> MoneyReport | None:
    """The figures of the last `length` days that are over, in steps of so many days; None before the first count.

    They end with the last day that was counted: the count of a day that is over may be an hour away. Three queries.
    """
    counted = MoneyDay.objects.order_by("-date").values_list("date", flat=True).first()
    today = min(today, counted + timedelta(days=1)) if counted else today
    start = today - timedelta(days=length)
    starts = [start + timedelta(days=n) for n in range(-step, length, step)]
    ends = {begun + timedelta(days=step - 1): begun for begun in starts}
    plans: dict[date, list[PlanDay]] = {end: [] for end in ends}
    for plan in PlanDay.objects.filter(date__in=ends).order_by("plan", "currency"):
        plans[plan.date].append(plan)
    found = MoneyDay.objects.filter(date__in=ends).order_by("date")
    standings = [Standing(ends[day.date], day, plans[day.date]) for day in found]
    steps = [one for one in standings if one.start >= start]
    before = next((one for one in standings if one.start < start), None)
    return MoneyReport(steps[-1], before, steps) if steps else None


def conversions_of(length: int, *, today: date) -> list[ConversionWeek]:
    """The weeks of a period whose last account has had its time to pay, the latest first; at least four, if there are.

    One query.
    """
    last = today - timedelta(days=7 + WINDOW_DAYS)
    first = last - timedelta(days=max(length, 28))
    return list(ConversionWeek.objects.filter(week__gt=first, week__lte=last).order_by("-week"))
