"""Lines of figures over time, drawn as SVG."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.units import SpeedUnit, accuracy, nearest, speed
from progress.figures.charts import HEIGHT, WIDTH, Chart
from progress.figures.days import Point

register = template.Library()
GRID: Final = (0, 0.25, 0.5, 0.75, 1)


@register.simple_tag
def line_chart(
    chart: Chart, points: Sequence[Point], title: str, sign: str, kind: str, unit: SpeedUnit
) -> SafeString:
    """A figure with grid, points and a smoothed line; each point tells its day and value.

    The speed's do so on focus, too, and the others as the browser does.

    Lines lie in a stretched box of their own; points and words keep their size, so places are in per cent.
    """
    shown = {"speed": lambda value: speed(value, unit), "percent": accuracy}.get(kind, _whole)
    values = {"title": title, "lowest": shown(chart.lowest), "highest": shown(chart.highest)}
    values["latest"] = shown(chart.latest)
    label = _("%(title)s: from %(lowest)s to %(highest)s, now %(latest)s") % values
    # Figures that are not known of every point are too few to name their days.
    days = [_short(point.start) for point in points] if len(points) == len(chart.values) else []
    marks = _marks(chart, days, shown, sign, is_large=kind == "speed")
    grid = format_html_join("", '<line x1="0" x2="100%" y1="{0}%" y2="{0}%"/>', ((100 * y,) for y in GRID))
    lines = format_html(
        '<svg viewBox="0 0 {} {}" width="100%" height="100%" preserveAspectRatio="none">'
        '<polyline class="raw" points="{}" vector-effect="non-scaling-stroke"/>'
        '<polyline points="{}" vector-effect="non-scaling-stroke"/></svg>',
        WIDTH,
        HEIGHT,
        chart.points,
        chart.smooth,
    )
    ends = days[:1] + days[1:][-1:]
    return format_html(
        '<figure class="chart"><figcaption>{}{} <b aria-hidden="true">{}</b></figcaption>'
        '<p class="chart-range soft" aria-hidden="true"><span>{}</span><span>{}</span></p>'
        '<svg class="plot" role="group" aria-label="{}">{}{}{}</svg>'
        '<p class="chart-ends soft" aria-hidden="true">{}</p></figure>',
        title,
        f", {sign}" if sign else "",
        values["latest"],
        values["highest"],
        values["lowest"] if values["lowest"] != values["highest"] else "",
        label,
        grid,
        lines,
        marks,
        format_html_join("", "<span>{}</span>", ((end,) for end in ends)),
    )


def _marks(
    chart: Chart, days: Sequence[str], shown: Callable[[float], str], sign: str, *, is_large: bool
) -> SafeString:
    """The points; written plainly, as there are hundreds on a page, of numbers and dates only."""
    drawn = []
    for n, (value, (x, y)) in enumerate(zip(chart.values, chart.places, strict=True)):
        told = f"{shown(value)}\u00a0{sign}" if sign else shown(value)
        told = escape(f"{days[n]}: {told}" if days else told)
        anchor = "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle"
        left, top = f"{100 * x / WIDTH:.2f}%", f"{100 * y / HEIGHT:.1f}%"
        if not is_large:
            drawn.append(f'<circle cx="{left}" cy="{top}" r="2"><title>{told}</title></circle>')
            continue
        drawn.append(
            f'<g role="img" tabindex="0" aria-label="{told}"><circle cx="{left}" cy="{top}" r="3"/>'
            f'<text x="{left}" y="{top}" dy="-.75em" text-anchor="{anchor}">{told}</text></g>'
        )
    return mark_safe("".join(drawn))  # noqa: S308 (what is told is escaped)


def _short(day: date) -> str:
    return _in_language(day, get_language() or "")


@lru_cache(maxsize=1000)
def _in_language(day: date, _language: str) -> str:
    """The four charts of a page name the same days."""
    return date_format(day, "SHORT_DATE_FORMAT")


def _whole(value: float) -> str:
    return number_format(nearest(value), 0)
