"""One run as a chart: its speed over time, its mistakes, and how long each of its words took. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from accounts.units import CPM_PER_WPM, SpeedUnit
from progress.figures.charts import round_ticks, smooth
from progress.keystrokes import scoring
from progress.keystrokes.replay import Replay

STEPS: Final = 3
LEVELS: Final = 3
SLOWEST: Final = (50, 75, 90)
"""The per cent of the words that each level leaves below it, by the time a character took."""


class Frame(NamedTuple):
    """Where things stand on a chart: the curve between `left`, `right`, `top` and `bottom`, below it what belongs to
    its times: mistakes, bars, the names of words, and the legend, the last two by their base line."""

    width: int = 820
    height: int = 164
    left: int = 40
    right: int = 816
    top: int = 12
    bottom: int = 94
    mistakes: int = 97
    bars: int = 108
    names: int = 131
    legend: int = 160


FRAME: Final = Frame()


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, from `start` to `end` in ms; `first` and `last` are the places of its ends in the text.

    `cpm` is None where no time passed; `level` goes from 0, as fast as half of the words, to 3, the slowest
    tenth, one word at least.
    """

    text: str
    first: int
    last: int
    start: int
    end: int
    cpm: float | None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A word on the chart: where it begins, how wide it is, and how high the speed was in its middle."""

    word: Word
    x: float
    width: float
    y: float


@dataclass(frozen=True, slots=True)
class RunChart:
    """Coordinates within `frame`; `ticks` are round speeds in the unit asked for, with their heights.

    `speed` is an SVG path, `mistakes` where keys were missed; `record` is None without one.
    """

    speed: str
    ticks: Sequence[tuple[int, float]]
    mean: float
    record: float | None
    mistakes: Sequence[float]
    bars: Sequence[Bar]
    frame: Frame = FRAME


def run_chart(played: Replay, *, mean: float, record: float | None, unit: SpeedUnit) -> RunChart | None:
    """The chart of a run; `mean` and `record` in CPM, the ticks in `unit`.

    None where no time passed.
    """
    speeds = scoring.curve(played)
    if not speeds:
        return None
    everything = [*speeds, mean, *([record] if record else [])]
    per_unit = CPM_PER_WPM if unit == "wpm" else 1
    ticks = round_ticks(min(everything) / per_unit, max(everything) / per_unit, steps=STEPS)
    low, high = ticks[0] * per_unit, ticks[-1] * per_unit

    def across(ms: float) -> float:
        return FRAME.left + (FRAME.right - FRAME.left) * min(ms / played.duration, 1.0)

    def up(cpm: float) -> float:
        return FRAME.bottom - (FRAME.bottom - FRAME.top) * (cpm - low) / (high - low)

    heights = [up(speed) for speed in speeds]
    step = (FRAME.right - FRAME.left) / (len(heights) - 1)

    def height_at(x: float) -> float:
        place = min(int((x - FRAME.left) / step), len(heights) - 2)
        share = (x - FRAME.left) / step - place
        return heights[place] * (1 - share) + heights[place + 1] * share

    bars = []
    for word in words_of(played):
        x, end = across(word.start), across(word.end)
        bars.append(Bar(word, x, max(end - x, 0.5), height_at((x + end) / 2)))
    return RunChart(
        speed=smooth([(FRAME.left + step * place, height) for place, height in enumerate(heights)]),
        ticks=[(tick, up(tick * per_unit)) for tick in ticks],
        mean=up(mean),
        record=up(record) if record else None,
        mistakes=[across(stroke.t) for stroke in played.strokes if not stroke.right],
        bars=bars,
    )


def words_of(played: Replay) -> list[Word]:
    """The words typed so far, each with how slow it was among them."""
    words = list(_timed_words(played))
    pauses = sorted(60_000 / word.cpm for word in words if word.cpm)
    limits = [pauses[max(part * len(pauses) // 100, 1) - 1] for part in SLOWEST if pauses]
    return [_levelled(word, limits) for word in words]


def _levelled(word: Word, limits: Sequence[float]) -> Word:
    if not word.cpm:
        return word
    return replace(word, level=sum(60_000 / word.cpm > limit for limit in limits))


def _timed_words(played: Replay) -> Iterator[Word]:
    # What was typed again counts as it was typed last: its time is that of all tries.
    struck = {stroke.position: stroke.t for stroke in played.strokes}
    units = played.units[: played.cursor]
    first = None
    for place, unit in enumerate((*units, " ")):
        if not unit.isspace():
            first = place if first is None else first
        elif first is not None:
            start, end = struck[first - 1] if first else 0, struck[place - 1]
            # The first key of all has no time.
            timed = place - first - (first == 0)
            pace = 60_000 * timed / (end - start) if timed and end > start else None
            yield Word("".join(units[first:place]), first, place - 1, start, end, pace)
            first = None
