"""What the page of business figures is made of: parts with definitions, numbers, charts and a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.units import nearest, percent_sign
from progress.figures import charts

Value = float | None
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the whole period; `change` is what it has changed by since the period before."""

    name: str
    shown: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart with its last value."""

    name: str
    path: str
    latest: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the same days on one scale, which begins at 0."""

    lines: Sequence[Line]
    top: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; `file` names the CSV with the same in all detail."""

    slug: str
    title: str
    definitions: Sequence[tuple[str, str]]
    file: str
    tiles: Sequence[Tile] = ()
    charts: Sequence[Chart] = ()
    head: Sequence[str] = ()
    rows: Sequence[SafeString] = ()
    what: str = ""
    """What the rows are, where they aren't days."""


def number(value: float, digits: int = 0) -> str:
    """A number with its thousands apart; `number_format` takes several times as long, and a page has hundreds."""
    whole, _point, part = f"{nearest(value, digits):,}".partition(".")
    whole = whole.replace(",", get_format("THOUSAND_SEPARATOR"))
    return whole + get_format("DECIMAL_SEPARATOR") + part if part else whole


def count(value: Value) -> str:
    return NOTHING if value is None else number(value)


def average(value: Value) -> str:
    """A mean of numbers, to the tenth while they are few."""
    return tenths(value) if value and value < 10 else count(value)


def tenths(value: Value) -> str:
    return NOTHING if value is None else number(value, 1)


def share(value: Value) -> str:
    """A share in per cent."""
    return NOTHING if value is None else tenths(100 * value) + percent_sign()


def seconds(value: Value) -> str:
    return NOTHING if value is None else _("%(number)s\u00a0s") % {"number": count(value)}


def relative(now: Value, before: Value) -> str:
    """How a number has changed, in per cent of what it was; "" where that says nothing."""
    return _signed(now / before - 1, share) if now is not None and before else ""


def points(now: Value, before: Value) -> str:
    """How a share has changed, in percentage points."""
    if now is None or before is None:
        return ""
    return _("%(number)s\u00a0pp") % {"number": _signed(100 * (now - before), tenths)}


def difference(now: Value, before: Value) -> str:
    """How a duration has changed."""
    return _signed(now - before, seconds) if now is not None and before is not None else ""


def _signed(change: float, shown: Callable[[Value], str]) -> str:
    number = shown(abs(change))
    if not any(digit in number for digit in "123456789"):
        return "±" + number
    return ("+" if change > 0 else "−") + number


def draw_chart(
    days: Sequence[str], shown: Callable[[Value], str], lines: Sequence[tuple[str, Sequence[Value]]]
) -> Chart:
    """A chart of named values, one of each for each of `days`."""
    top = max((value for _name, values in lines for value in values if value is not None), default=0.0)
    drawn = [
        Line(name, charts.path(values, top=top), shown(values[-1]) if values[-1] is not None else NOTHING)
        for name, values in lines
    ]
    return Chart(drawn, shown(top), days[0], days[-1])


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that any stretch of days has, how it is written, and how its change is."""

    name: str
    of: Callable[[Any], Value]
    shown: Callable[[Value], str]
    change: Callable[[Value, Value], str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A period, the one before it where there is one to compare with, and its steps by the name of their first day."""

    now: Any
    before: Any
    steps: Mapping[str, Any]


def section(
    timeline: Timeline,
    measures: Sequence[Measure],
    *,
    drawn: Sequence[Sequence[Measure]],
    slug: str,
    title: str,
    definitions: Sequence[tuple[str, str]],
    file: str,
) -> Section:
    """A part whose measures have a tile each and a column of the table; those `drawn` together share a chart."""
    return Section(
        slug=slug,
        title=title,
        definitions=definitions,
        file=file,
        tiles=[_tile(one, timeline) for one in measures],
        charts=[
            draw_chart(
                list(timeline.steps),
                lines[0].shown,
                [(one.name, [one.of(step) for step in timeline.steps.values()]) for one in lines],
            )
            for lines in drawn
        ],
        head=[one.name for one in measures],
        rows=[
            row(name, [one.shown(one.of(step)) for one in measures]) for name, step in timeline.steps.items()
        ],
    )


def _tile(measure: Measure, timeline: Timeline) -> Tile:
    now = measure.of(timeline.now)
    change = measure.change(now, measure.of(timeline.before)) if timeline.before else ""
    return Tile(measure.name, measure.shown(now), change)


def row(name: str, cells: Sequence[str]) -> SafeString:
    """The cells of a table's row; written out here, as a template takes long over a thousand."""
    return format_html('<th scope="row">{}</th>' + "<td>{}</td>" * len(cells), name, *cells)


def day_name(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
