"""What learners pay, as parts of the page of business figures, each with the definitions to count it anew by."""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter, methodcaller
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.units import nearest
from billing.buying.money import money
from billing.figures.report import MoneyReport
from billing.models import ConversionWeek, Grant, Plan
from billing.models.figures import WINDOW_DAYS
from progress.business.shown import (
    NOTHING,
    Measure,
    Section,
    Tile,
    Timeline,
    Value,
    count,
    day_name,
    draw_chart,
    points,
    relative,
    row,
    section,
    share,
)

GIVEN: Final = (
    (Grant.Kind.LIFETIME, "lifetime"),
    (Grant.Kind.GIFT, "gifts"),
    (Grant.Kind.SUPPORT, "support"),
)
"""Premium by grants, and what it is called in a `MoneyDay`."""


def paying(report: MoneyReport | None, conversions: Sequence[ConversionWeek]) -> list[Section]:
    """The parts for a period; none before there was anything to count."""
    if report is None:
        return []
    timeline = Timeline(report.now, report.before, {day_name(step.start): step for step in report.steps})
    parts = [_subscriptions(timeline, report.currencies), _plans(report)]
    return [*parts, _conversion(conversions)] if conversions else parts


def in_currency(currency: str, value: Value) -> str:
    """An amount in the currency's smallest unit, as money."""
    return NOTHING if value is None else money(int(nearest(value)), currency)


def _subscriptions(timeline: Timeline, currencies: Sequence[str]) -> Section:
    monthly = [
        Measure(
            _("MRR, %(currency)s") % {"currency": currency.upper()},
            methodcaller("monthly", currency),
            partial(in_currency, currency),
            relative,
        )
        for currency in currencies
    ]
    paid = Measure(_("Paid subscriptions"), lambda of: of.paid, count, relative)
    past_due = Measure(_("Past due"), lambda of: of.past_due, count, relative)
    trialing = Measure(_("On trial"), lambda of: of.trialing, count, relative)
    churn = Measure(_("Churn"), lambda of: of.churn, share, points)
    given = [Measure(str(kind.label), attrgetter(f"day.{name}"), count, relative) for kind, name in GIVEN]
    return section(
        timeline,
        [*monthly, paid, past_due, trialing, churn, *given],
        drawn=[*([one] for one in monthly), [paid, trialing], [churn]],
        slug="money",
        title=_("Subscriptions"),
        file="money",
        definitions=_definitions(),
    )


def _definitions() -> list[tuple[str, str]]:
    return [
        (
            _("The end of a day"),
            _(
                "All figures are as of the end of a day (UTC), by what Stripe had reported within the hour after. "
                "Past days are not recounted. For several days: the value of the last one."
            ),
        ),
        (
            _("MRR"),
            _(
                "Monthly recurring revenue: of all paid subscriptions, price times quantity for one month, a year "
                "being 12\u00a0months, minus lasting discounts. Lifetime purchases, gifts and taxes are not in it, "
                "and currencies are never added to each other."
            ),
        ),
        (
            _("Paid subscriptions"),
            _(
                "Subscriptions that Stripe calls active or past_due, the latter shown as past due as well. Those on "
                "trial are not among them, nor are unpaid, paused and incomplete ones."
            ),
        ),
        (
            _("Churn"),
            _(
                "Of the subscriptions that were paid %(days)s days before, the share that has ended or become unpaid "
                "since. One that is canceled and still runs has not ended."
            )
            % {"days": WINDOW_DAYS},
        ),
        (
            ", ".join(str(kind.label) for kind, _name in GIVEN),
            _(
                "Learners who have premium this way, with or without a subscription as well; each is counted once in "
                "each figure."
            ),
        ),
    ]


def _plans(report: MoneyReport) -> Section:
    names = {plan.code: plan.name for plan in Plan.objects.all()}
    return Section(
        slug="plans",
        title=_("Plans"),
        file="plans",
        definitions=[
            (
                capfirst(_("plan")),
                _("The price of a subscription's first item, by its lookup key at Stripe, on the last day."),
            )
        ],
        what=capfirst(_("plan")),
        head=[_("Paid subscriptions"), _("Past due"), _("On trial"), _("MRR")],
        rows=[
            row(
                names.get(plan.plan, plan.plan),
                [
                    count(plan.active + plan.past_due),
                    count(plan.past_due),
                    count(plan.trialing),
                    in_currency(plan.currency, float(plan.monthly)),
                ],
            )
            for plan in report.now.plans
        ],
    )


def _conversion(weeks: Sequence[ConversionWeek]) -> Section:
    accounts, paid = sum(one.accounts for one in weeks), sum(one.paid for one in weeks)
    in_order = list(reversed(weeks))
    return Section(
        slug="conversion",
        title=_("Conversion"),
        file="conversion",
        definitions=[
            (
                _("Accounts"),
                _(
                    "Accounts with an email, by the week (Monday to Sunday, UTC) in which they, or the guests they "
                    "were before, were created."
                ),
            ),
            (
                _("Conversion"),
                _(
                    "The share of a week's accounts whose first payment of more than 0 came less than %(days)s days "
                    "after. A subscription is paid when Stripe says so, what is paid once when its payment page was "
                    "opened. Shown are weeks whose last account has had its %(days)s days."
                )
                % {"days": WINDOW_DAYS},
            ),
        ],
        tiles=[
            Tile(_("Conversion"), share(paid / accounts if accounts else None)),
            Tile(_("Accounts"), count(accounts)),
            Tile(_("Accounts that paid"), count(paid)),
        ],
        charts=[
            draw_chart(
                [day_name(one.week) for one in in_order],
                share,
                [(_("Conversion"), [_rate(one) for one in in_order])],
            )
        ],
        head=[_("Accounts"), _("Accounts that paid"), _("Conversion")],
        rows=[
            row(day_name(one.week), [count(one.accounts), count(one.paid), share(_rate(one))])
            for one in weeks
        ],
    )


def _rate(week: ConversionWeek) -> float | None:
    return week.paid / week.accounts if week.accounts else None
