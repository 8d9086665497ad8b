"""The business figures as tables for a spreadsheet, a row a day or a pair of weeks, nothing rounded or shortened."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

import tablib
from django.db.models import QuerySet

from accounts.weeks import monday_of
from billing.figures.report import conversions_of
from billing.models import MoneyDay, PlanDay
from progress.business.figures import period_of
from progress.models import Retention


def days_table(length: int, today: date) -> tablib.Dataset:
    """Each day that is over; medians and means in seconds."""
    table = tablib.Dataset(
        headers=[
            *("date", "active", "active_in_7_days", "active_in_30_days", "new", "sessions"),
            *("median_seconds", "mean_seconds", "lessons_typed", "lessons_passed"),
        ]
    )
    for day in period_of(length, today=today, step=1).steps:
        people = round(day.daily), day.week, day.month, day.newcomers
        table.append([day.start, *people, day.sessions, day.median_s, day.mean_s, day.lessons, day.passed])
    return table


def retention_table(length: int, today: date) -> tablib.Dataset:
    """How many of each cohort were active in each week that is over."""
    rows = Retention.objects.filter(
        cohort__gte=monday_of(today - timedelta(days=length)), week__lt=monday_of(today)
    )
    return _table(rows.order_by("cohort", "week"), "cohort", "week", "learners")


def money_table(length: int, today: date) -> tablib.Dataset:
    """The end of each day that is over."""
    rows = MoneyDay.objects.filter(date__gte=today - timedelta(days=length)).order_by("date")
    return _table(rows, "date", "churn_base", "churned", "lifetime", "gifts", "support")


def plans_table(length: int, today: date) -> tablib.Dataset:
    """Each plan at the end of each day that is over; money in the smallest unit of the currency."""
    rows = PlanDay.objects.filter(date__gte=today - timedelta(days=length)).order_by(
        "date", "plan", "currency"
    )
    return _table(rows, "date", "plan", "currency", "active", "past_due", "trialing", "monthly")


def conversion_table(length: int, today: date) -> tablib.Dataset:
    """The weeks whose last account has had its time to pay."""
    rows = [(one.week, one.accounts, one.paid) for one in reversed(conversions_of(length, today=today))]
    return tablib.Dataset(*rows, headers=["week", "accounts", "paid"])


def _table(rows: QuerySet, *names: str) -> tablib.Dataset:
    return tablib.Dataset(*rows.values_list(*names), headers=names)


FILES: Final[Mapping[str, Callable[[int, date], tablib.Dataset]]] = {
    "days": days_table,
    "retention": retention_table,
    "money": money_table,
    "plans": plans_table,
    "conversion": conversion_table,
}
"""By the name in the address: what makes it of the length of a period and the day it is."""
