"""Lines of figures over time, drawn as SVG."""

from collections.abc import Sequence
from typing import Final

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.units import SpeedUnit, accuracies, speeds, wholes
from progress.figures.charts import HEIGHT, WIDTH, Chart
from progress.wording import days_in_numbers

register = template.Library()
GRID: Final = format_html_join(
    "", '<line x1="0" x2="100%" y1="{0}%" y2="{0}%"/>', ((y,) for y in (0, 25, 50, 75, 100))
)
LINES: Final = (
    '<svg viewBox="0 0 {} {}" width="100%" height="100%" preserveAspectRatio="none">'
    '<polyline class="raw" points="{}" vector-effect="non-scaling-stroke"/>'
    '<polyline points="{}" vector-effect="non-scaling-stroke"/></svg>'
)


@register.simple_tag
def line_chart(chart: Chart, title: str, sign: str, kind: str, unit: SpeedUnit) -> SafeString:
    """A figure with grid, points and a smoothed line; each point tells its day and value.

    Lines lie in a stretched box of their own; points and words keep their size, so places are in per cent.
    """
    every = [chart.lowest, chart.highest, chart.latest, *chart.values]
    shown = {"speed": lambda: speeds(every, unit), "percent": lambda: accuracies(every)}.get(
        kind, lambda: wholes(every)
    )()
    values = dict(zip(("lowest", "highest", "latest"), shown, strict=False)) | {"title": title}
    label = _("%(title)s: from %(lowest)s to %(highest)s, now %(latest)s") % values
    days = days_in_numbers(chart.days)
    return format_html(
        '<figure class="chart"><figcaption>{}{} <b aria-hidden="true">{}</b></figcaption>'
        '<p class="chart-range soft" aria-hidden="true">{}</p>'
        '<told-chart><svg class="plot" role="img" aria-label="{}">{}{}{}</svg></told-chart>'
        '<p class="chart-ends soft" aria-hidden="true">{}</p></figure>',
        title,
        f", {sign}" if sign else "",
        values["latest"],
        _range(values["lowest"], values["highest"]),
        label,
        GRID,
        format_html(LINES, WIDTH, HEIGHT, chart.points, chart.smooth),
        _marks(chart, days, shown[3:], f"\u00a0{sign}" if sign else "", radius=3 if kind == "speed" else 2),
        format_html_join("", "<span>{}</span>", ((end,) for end in days[:1] + days[1:][-1:])),
    )


def _range(lowest: str, highest: str) -> SafeString:
    """What top and bottom of the box are; of a level line, which lies in the middle, what that is."""
    told = ("", highest, "") if lowest == highest else (highest, lowest)
    return format_html_join("", "<span>{}</span>", ((one,) for one in told))


def _marks(chart: Chart, days: Sequence[str], shown: Sequence[str], sign: str, *, radius: int) -> SafeString:
    """The points; written plainly, as there are hundreds on a page, of numbers and dates only."""
    sign = escape(sign)
    drawn = [
        f'<circle cx="{100 * x / WIDTH:.2f}%" cy="{100 * y / HEIGHT:.1f}%" r="{radius}">'
        f"<title>{day}: {value}{sign}</title></circle>"
        for day, value, (x, y) in zip(days, shown, chart.places, strict=True)
    ]
    return mark_safe("".join(drawn))  # noqa: S308 (numbers, dates and the sign, which is escaped)
