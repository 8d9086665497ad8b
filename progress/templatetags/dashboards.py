"""The dashboard's figures in words and places."""

from collections.abc import Sequence

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.units import nearest
from lessons.languages import TYPED
from progress import wording
from progress.figures.days import Day, Record
from progress.figures.keys import HeatKey
from progress.keystrokes.costs import Weakness
from progress.keystrokes.fingers import FingerLoad

register = template.Library()
register.filter(wording.layout_name)
register.filter(wording.arrow)
register.filter(wording.growth_sentence)
register.filter(wording.visible)


@register.filter
def typed(keys: str) -> SafeString:
    """Keys in a sentence, for no translator to touch."""
    return format_html('<span translate="no">{}</span>', keys)


@register.filter
def hours(minutes: float) -> SafeString:
    """A long time, its numbers to be shown large: "48 min", "3 h 5 min"."""
    whole = int(minutes)
    if minutes and not whole:
        return format_html("<b>&lt;\u00a01</b> {}", _("min"))
    if whole < 60:
        return format_html("<b>{}</b> {}", whole, _("min"))
    return format_html("<b>{}</b> {} <b>{}</b> {}", number_format(whole // 60), _("h"), whole % 60, _("min"))


@register.filter
def minutes(value: float) -> str:
    """The practice of a day."""
    whole = int(value)
    if value and not whole:
        return _("less than a minute")
    return ngettext("%(count)s minute", "%(count)s minutes", whole) % {"count": whole}


@register.filter
def days(value: float) -> SafeString:
    """So many days, the number to be shown large."""
    return format_html("<b>{}</b> {}", number_format(value, 0), ngettext("day", "days", round(value)))


@register.simple_tag
def pair_rows(pairs: Sequence[Weakness]) -> SafeString:
    """The rows of the costliest pairs, each with a button that makes its drill."""
    row = (
        '<tr><th scope="row"><span class="barred"><span class="typed" translate="no">{}</span>'
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="8"/></svg></span></th><td>{}</td><td>{}</td>'
        '<td><button name="item" value="{}">{}<span class="visually-hidden"> {}</span></button></td></tr>'
    )
    return format_html_join(
        "\n",
        row,
        (
            (
                (named := wording.arrow(one.item)),
                str(bar(one.cost or 0.0, pairs[0].cost or 1.0)),
                number_format(nearest(one.ms), 0),
                number_format(nearest(one.cost or 0.0, 2), 2),
                one.item,
                _("Drill it"),
                named,
            )
            for one in pairs
        ),
    )


@register.filter
def heat_rows(rows: Sequence[Sequence[HeatKey]]) -> SafeString:
    """The keys of the keyboard, each as dark as it is bad."""
    drawn = []
    for row in rows:
        drawn.append('<div class="keys">')
        for place in row:
            key = place.key
            if key.gap:
                drawn.append(f'<i data-width="{key.gap}"></i>')
            width = f' data-width="{key.width}"' if key.width != 1 else ""
            marks = f"{' bump' if key.bump else ''}{' tall' if key.tall else ''}"
            drawn.append(f'<span class="key heat-{place.level}{marks}"{width}>{escape(key.label)}</span>')
        drawn.append("</div>")
    return mark_safe("".join(drawn))  # noqa: S308 (labels are escaped)


@register.filter
def squares(weeks: Sequence[Sequence[Day]]) -> SafeString:
    """The calendar, a column for each week, over it the month that begins there; a square tells its day and minutes
    when there are any."""
    days = [day for week in weeks for day in week if day.level]
    names = wording.days_in_numbers(day.date for day in days)
    told = {day.date: f"{name}: {minutes(day.minutes)}" for day, name in zip(days, names, strict=True)}
    drawn = []
    for week in weeks:
        drawn.append(f"<b>{_month(week)}</b>")
        drawn += [_square(day, told.get(day.date, "")) for day in week]
    return mark_safe("".join(drawn))  # noqa: S308 (dates and numbers)


def _month(week: Sequence[Day]) -> str:
    """The month that begins in a week, in short; "" where none has begun."""
    first = next((day.date for day in week if day.date.day == 1 and day.level is not None), None)
    return escape(date_format(first, "M")) if first else ""


def _square(day: Day, told: str) -> str:
    if day.level is None:
        return "<i></i>"
    return f'<i class="heat-{day.level}" title="{told}"></i>' if told else f'<i class="heat-{day.level}"></i>'


@register.filter
def minute_cells(week: Sequence[Day]) -> SafeString:
    """The week's row of the calendar's table, in whole minutes."""
    return format_html_join("", "<td>{}</td>", ((_whole_minutes(day),) for day in week))


def _whole_minutes(day: Day) -> str:
    if day.level is None:
        return ""
    return number_format(int(day.minutes)) if day.minutes else "–"


@register.simple_tag
def weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


@register.filter
def percent(share: float) -> str:
    """A share as a number of per cent."""
    return number_format(nearest(100 * share, 1), 1)


@register.filter
def finger_name(load: FingerLoad) -> str:
    names = {
        ("left", "little"): _("left little"),
        ("left", "ring"): _("left ring"),
        ("left", "middle"): _("left middle"),
        ("left", "index"): _("left index"),
        ("right", "index"): _("right index"),
        ("right", "middle"): _("right middle"),
        ("right", "ring"): _("right ring"),
        ("right", "little"): _("right little"),
    }
    return names.get((load.hand, load.finger), _("thumbs"))


@register.filter
def finger_colour(load: FingerLoad) -> str:
    """The finger as the keyboard colours it."""
    return f"{load.hand}-index" if load.finger == "index" else load.finger


@register.filter
def bar(value: float, most: float) -> float:
    """The length of its bar, that of `most` 100."""
    return round(100 * value / most, 1)


@register.filter
def busiest(fingers: Sequence[FingerLoad]) -> float:
    """The share of the finger that types the most."""
    return max(load.share for load in fingers)


@register.filter
def hand_share(fingers: Sequence[FingerLoad], hand: str) -> str:
    """The share of a hand in what both hands type, in per cent."""
    both = sum(load.share for load in fingers if load.hand)
    own = sum(load.share for load in fingers if load.hand == hand)
    return number_format(round(100 * own / both) if both else 0)


@register.filter
def record_name(record: Record) -> str:
    return {
        "run": _("Fastest run"),
        "day": _("Fastest day"),
        "accuracy": _("Most accurate day"),
        "minutes": _("Longest day"),
        "streak": _("Longest streak"),
    }[record.kind]


@register.filter
def in_language(code: str) -> str:
    return str(TYPED[code].inside)
