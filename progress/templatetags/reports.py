"""A weekly report in words, in the language that is active."""

from dataclasses import dataclass
from datetime import date

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.preferences import SpeedUnit
from accounts.templatetags.units import speed, unit_label
from progress.reports import Advice, Report

from .dashboards import arrow, layout_name, visible
from .results import percent_sign

register = template.Library()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to be shown large, with its unit and what there is to say of it."""

    label: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()


def figures(report: Report, unit: SpeedUnit) -> list[Figure]:
    """The numbers of the week."""
    speed_label = _("Speed") if report.layouts == 1 else f"{_('Speed')}, {layout_name(report.layout)}"
    notes = tuple(filter(None, (change(report, unit), record(report, unit))))
    exercises = ngettext("%(shown)s exercise", "%(shown)s exercises", report.exercises)
    streak = ngettext("%(count)s day in a row", "%(count)s days in a row", report.streak)
    return [
        Figure(speed_label, speed(report.cpm, unit), unit_label(unit), notes),
        Figure(_("Accuracy"), number_format(report.accuracy, 1) + percent_sign()),
        Figure(
            _("Days of practice"),
            str(report.days),
            _("of 7"),
            (streak % {"count": number_format(report.streak)},) if report.streak > 1 else (),
        ),
        Figure(
            _("Time"),
            number_format(max(round(report.minutes), 1)),
            _("min"),
            (exercises % {"shown": number_format(report.exercises)},),
        ),
    ]


@register.filter
def day(value: date) -> str:
    """A day of a recent year: "November 9"."""
    # Translators: a day and its month as Django's date format.
    return date_format(value, _("F j"))


def change(report: Report, unit: SpeedUnit) -> str:
    """The speed against the week before; "" without one."""
    if report.before is None:
        return ""
    amount = speed(abs(report.cpm - report.before), unit)
    if amount == "0":
        return _("as fast as the week before")
    wording = (
        _("%(amount)s %(unit)s more than the week before")
        if report.cpm > report.before
        else _("%(amount)s %(unit)s less than the week before")
    )
    return wording % {"amount": amount, "unit": unit_label(unit)}


def record(report: Report, unit: SpeedUnit) -> str:
    """The speed against the fastest earlier week; "" without one."""
    if report.best is None:
        return ""
    if report.cpm > report.best:
        return _("your fastest week so far")
    return _("your fastest week: %(speed)s %(unit)s") % {
        "speed": speed(report.best, unit),
        "unit": unit_label(unit),
    }


def short_day(value: date) -> str:
    """A day for an axis: "Nov 9"."""
    # Translators: a day and its month, shortened, as Django's date format.
    return date_format(value, _("M j"))


@register.filter
def curve(report: Report, unit: SpeedUnit) -> str:
    """The curve for those who do not see it."""
    speeds = [point.cpm for point in report.points]
    if len(speeds) == 1:
        return _("Speed on %(day)s: %(speed)s %(unit)s.") % {
            "day": day(report.points[0].start),
            "speed": speed(speeds[0], unit),
            "unit": unit_label(unit),
        }
    values = {
        "first": speed(speeds[0], unit),
        "last": speed(speeds[-1], unit),
        "highest": speed(max(speeds), unit),
        "unit": unit_label(unit),
        "start": day(report.points[0].start),
        "end": day(report.sunday),
    }
    if report.period == "week":
        sentence = _(
            "Speed by week, %(start)s – %(end)s: from %(first)s to %(last)s %(unit)s, %(highest)s at most."
        )
    else:
        sentence = _(
            "Speed by day, %(start)s – %(end)s: from %(first)s to %(last)s %(unit)s, %(highest)s at most."
        )
    return sentence % values


@register.filter
def sentence(advice: Advice) -> str:
    """One piece of advice."""
    if advice.kind == "slower":
        return _(
            "Slow down until hardly any mistakes are left: whoever types surely becomes fast without trying."
        )
    if advice.kind == "pair":
        return _(
            "“%(keys)s” costs you %(cost)s s per 1,000 characters: "
            "type it slowly and evenly a few times before you start."
        ) % {"keys": arrow(visible(advice.keys)), "cost": number_format(advice.cost, 1)}
    if advice.kind == "key":
        return _(
            "The key “%(keys)s” costs you %(cost)s s per 1,000 characters: "
            "find it a few times without looking before you start."
        ) % {"keys": visible(advice.keys), "cost": number_format(advice.cost, 1)}
    return _(
        "A short exercise every day does more than a long one now and then: ten minutes are plenty. "
        "Choose a time of day for it."
    )
