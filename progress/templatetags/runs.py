"""The chart of a run and its text, as HTML that is written once: a template would take a cell for each word."""

from collections.abc import Iterator, Sequence

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.units import SpeedUnit, speed, unit_label
from progress.figures.results import Result
from progress.figures.run_chart import Bar, RunChart, Word
from progress.keystrokes.replay import Replay
from progress.models import TypingSession
from progress.wording import clock, visible

register = template.Library()
MOST_SLOW = 3
"""Words that are named to who cannot see them."""
STRIP_TOP = 116
STRIP_HEIGHT = 16
CHARACTER = 6.4
"""How wide a character is on the strip of words, and a little: narrower words are left out there."""


@register.filter
def word_said(word: Word, unit: SpeedUnit) -> str:
    """A word with its speed: "said: 168 CPM"."""
    if word.cpm is None:
        return word.text
    return _("“%(word)s”: %(speed)s %(unit)s") % {
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
    return _("%(seconds)s s") % {"seconds": number_format(session.duration_ms // 1000)}


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
def mistake_ticks(chart: RunChart) -> str:
    """A short line for each mistake, as an SVG path."""
    return "".join(f"M{x:.1f} 102v8" for x in chart.mistakes)


@register.filter
def word_bars(chart: RunChart, unit: SpeedUnit) -> SafeString:
    """A bar for each word in its time, tinted by how slow it was, and the word where there is room for it."""
    bars = format_html_join(
        "",
        '<rect class="pace-{}" x="{}" y="{}" width="{}" height="{}" data-y="{}"><title>{}</title></rect>',
        (
            (
                bar.word.level,
                f"{bar.x:.1f}",
                STRIP_TOP,
                f"{bar.width:.1f}",
                STRIP_HEIGHT,
                f"{bar.y:.1f}",
                word_said(bar.word, unit),
            )
            for bar in chart.bars
        ),
    )
    words = format_html_join("", '<text x="{}" y="{}">{}</text>', _words_that_fit(chart.bars))
    return format_html(
        '<g class="run-bars">{}</g><g class="run-words" aria-hidden="true">{}</g>', bars, words
    )


def _words_that_fit(bars: Sequence[Bar]) -> Iterator[tuple[str, int, str]]:
    for bar in bars:
        if len(bar.word.text) * CHARACTER <= bar.width:
            yield f"{bar.x + bar.width / 2:.1f}", STRIP_TOP + 12, bar.word.text


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
            parts.append(
                format_html('<mark>{}<span class="visually-hidden"> ({}) </span></mark>', shown, typed)
            )
        else:
            parts.append(format_html("{}", units[place]))
    return format_html_join("", "{}", ((part,) for part in parts))
