"""The chart of a run and its text, as HTML that is written once: a template would take a cell for each word."""

from collections.abc import Sequence
from math import inf

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.units import SpeedUnit, speed, unit_label
from progress.figures.results import Result
from progress.figures.run_chart import Bar, Frame, RunChart, Word
from progress.keystrokes.replay import Replay
from progress.models import TypingSession
from progress.wording import clock, visible

register = template.Library()
_MISSED = '<mark title="{}">{}<span class="visually-hidden"> ({}) </span></mark>'
MOST_SLOW = 3
"""Words that are named to who cannot see them."""
BAR_HEIGHT = 8
CHARACTER = 6.0
"""How wide a character is in the name of a word; on phones, where charts are drawn smaller, `ON_PHONES` times that."""
ON_PHONES = 2
BETWEEN_NAMES = 5.0


@register.filter
def word_said(word: Word, unit: SpeedUnit) -> str:
    """A word with its speed: "said: 168 CPM"."""
    if word.cpm is None:
        return word.text
    return _("“%(word)s”: %(speed)s\u00a0%(unit)s") % {
        "word": word.text,
        "speed": speed(word.cpm, unit),
        "unit": unit_label(unit),
    }


@register.filter
def coordinate(value: float, below: float = 0) -> str:
    """A coordinate for SVG, so much further down, whatever the language writes between a number and its tenths."""
    return f"{value + below:.1f}"


@register.filter
def run_length(session: TypingSession) -> str:
    """How long a run took, at the end of its axis: "58 s", "4:07"."""
    if session.duration_ms >= 100_000:
        return clock(session.duration_ms)
    return _("%(seconds)s\u00a0s") % {"seconds": number_format(session.duration_ms // 1000)}


@register.filter
def run_in_words(result: Result, unit: SpeedUnit) -> str:
    """The chart for those who cannot see it: how fast, and which words took longest."""
    chart = result.chart
    words = [bar.word for bar in chart.bars if bar.word.cpm] if chart else []
    if not words:
        return _("Speed over the exercise")
    slow = sorted(words, key=lambda word: word.cpm or 0.0)[:MOST_SLOW]
    return _("Speed over the exercise. The slowest words: %(words)s.") % {
        "words": ", ".join(word_said(word, unit) for word in slow)
    }


@register.filter
def level_line(frame: Frame, y: float) -> SafeString:
    """A line across the chart at a height."""
    return format_html('<line x1="{}" x2="{}" y1="{}" y2="{}"/>', frame.left, frame.right, *[f"{y:.1f}"] * 2)


@register.filter
def legend_line(frame: Frame, x: int) -> SafeString:
    """A short line like one of the chart, before the words that tell what it is."""
    return format_html('<line x1="{}" x2="{}" y1="{}" y2="{}"/>', x, x + 28, *[frame.legend - 4] * 2)


@register.filter
def mistake_ticks(chart: RunChart) -> str:
    """A short line for each mistake, as an SVG path."""
    return "".join(f"M{x:.1f} {chart.frame.mistakes}v8" for x in chart.mistakes)


@register.filter
def word_bars(chart: RunChart, unit: SpeedUnit) -> SafeString:
    """A bar for each word in its time, tinted by how slow it was, and under it the words themselves, as many as there
    is room for."""
    bars = format_html_join(
        "",
        '<rect class="pace-{}" x="{}" y="{}" width="{}" height="{}" data-y="{}"><title>{}</title></rect>',
        (
            (
                bar.word.level,
                f"{bar.x:.1f}",
                chart.frame.bars,
                f"{bar.width:.1f}",
                BAR_HEIGHT,
                f"{bar.y:.1f}",
                word_said(bar.word, unit),
            )
            for bar in chart.bars
        ),
    )
    return format_html(
        '<g class="run-bars">{}</g><g class="run-words" aria-hidden="true">{}</g>', bars, _names(chart)
    )


def _names(chart: RunChart) -> SafeString:
    on_phones = bars_with_names(chart, ON_PHONES * CHARACTER)
    everywhere = bars_with_names(chart, CHARACTER, before=on_phones)
    return format_html_join(
        "",
        '<text{} x="{}" y="{}">{}</text>',
        (
            (
                "" if bar in on_phones else SafeString(' class="if-wide"'),
                f"{_middle(bar, chart.frame):.1f}",
                chart.frame.names,
                bar.word.text,
            )
            for bar in everywhere
        ),
    )


def bars_with_names(chart: RunChart, character: float, *, before: Sequence[Bar] = ()) -> list[Bar]:
    """The bars whose words can stand beneath them without touching, the slowest first, after those that stand there."""
    found = list(before)
    taken = [_ends(bar, chart.frame, character) for bar in found]
    for bar in sorted(chart.bars, key=lambda bar: bar.word.cpm or inf):
        start, end = _ends(bar, chart.frame, character)
        if bar not in before and all(end <= left or right <= start for left, right in taken):
            found.append(bar)
            taken.append((start, end))
    return found


def _ends(bar: Bar, frame: Frame, character: float) -> tuple[float, float]:
    middle, half = _middle(bar, frame), (len(bar.word.text) * character + BETWEEN_NAMES) / 2
    return middle - half, middle + half


def _middle(bar: Bar, frame: Frame) -> float:
    """Where the name of a bar is centred: beneath it, and within the picture on phones, too."""
    half = len(bar.word.text) * ON_PHONES * CHARACTER / 2
    return max(min(bar.x + bar.width / 2, frame.width - half), half)


@register.filter
def told_text(result: Result, unit: SpeedUnit) -> SafeString:
    """What was typed, each word tinted by how slow it was, each character missed at first marked with what came."""
    played, chart = result.replay, result.chart
    if played is None or chart is None:
        return SafeString("")
    missed = _missed(played)
    parts, place = [], 0
    for bar in chart.bars:
        word = bar.word
        parts.append(_marked(played, place, word.first, missed))
        inner = _marked(played, word.first, word.last + 1, missed)
        said = word_said(word, unit)
        parts.append(format_html('<span class="pace-{}" title="{}">{}</span>', word.level, said, inner))
        place = word.last + 1
    parts.append(_marked(played, place, played.cursor, missed))
    return format_html_join("", "{}", ((part,) for part in parts))


def _missed(played: Replay) -> dict[int, str]:
    """What was typed in place of each character that was missed at the first try."""
    first: dict[int, str | None] = {}
    for stroke in played.strokes:
        first.setdefault(stroke.position, None if stroke.right else stroke.typed)
    return {place: typed for place, typed in first.items() if typed is not None}


def _marked(played: Replay, start: int, end: int, missed: dict[int, str]) -> SafeString:
    parts, units = [], played.units
    for place in range(start, end):
        if place in missed:
            typed = _("typed %(typed)s") % {"typed": visible(missed[place])}
            shown = visible(units[place])
            parts.append(format_html(_MISSED, typed, shown, typed))
        else:
            parts.append(format_html("{}", units[place]))
    return format_html_join("", "{}", ((part,) for part in parts))
