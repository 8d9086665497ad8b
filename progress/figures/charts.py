"""Figures as SVG coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 96


@dataclass(frozen=True, slots=True)
class Chart:
    """A line of values in a box of `WIDTH` by `HEIGHT`, the lowest at the bottom and the highest at the top; a day
    for each value."""

    days: Sequence[date]
    values: Sequence[float]
    points: str
    places: Sequence[tuple[float, float]]
    smooth: str

    @property
    def lowest(self) -> float:
        return min(self.values, default=0.0)

    @property
    def highest(self) -> float:
        return max(self.values, default=0.0)

    @property
    def latest(self) -> float:
        return self.values[-1] if self.values else 0.0


def smooth(points: Sequence[tuple[float, float]]) -> str:
    """A line through all points as an SVG path, bent between them and never beyond their heights."""
    if not points:
        return ""
    x, y = points[0]
    parts = [f"M{x:.1f} {y:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        parts.append(f"C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}")
    return "".join(parts)


def round_ticks(low: float, high: float, *, steps: int) -> list[int]:
    """Round figures from below the lowest to above the highest, evenly apart, about as many steps between them."""
    step = _round_step(max(high - low, high / 10, 3) / steps)
    first = floor(low / step)
    return [step * n for n in range(first, max(ceil(high / step), first + 1) + 1)]


def _round_step(wish: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50 … from `wish` on."""
    power = 10 ** max(floor(log10(wish)), 0)
    return int(next(power * n for n in (1, 2, 5, 10) if power * n >= wish))


def chart(known: Sequence[tuple[date, float | None]]) -> Chart:
    """A line that shows change, of the days whose value is known: its box begins at the lowest value."""
    days = [day for day, value in known if value is not None]
    values = [value for _, value in known if value is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)
    span = high - low or 1.0
    step = WIDTH / max(len(values) - 1, 1)
    places = [(i * step, HEIGHT * (1 - (value - low) / span)) for i, value in enumerate(values)]
    if high == low:
        places = [(x, HEIGHT / 2) for x, _ in places]
    if len(places) == 1:
        places = [(WIDTH / 2, HEIGHT / 2)]
    return Chart(days, values, _points(places), places, _points(smoothed(places)))


def smoothed(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line through the mean of each place and up to two before and after it, as many on either side."""
    means = []
    for here, (x, _) in enumerate(places):
        beside = min(2, here, len(places) - 1 - here)
        near = [y for _, y in places[here - beside : here + beside + 1]]
        means.append((x, sum(near) / len(near)))
    return means


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places) if len(places) > 1 else ""


def path(values: Sequence[float | None], *, top: float) -> str:
    """A line over the whole width as an SVG path, 0 at the bottom and `top` at the top; None leaves a gap."""
    step, parts, is_drawing = WIDTH / max(len(values) - 1, 1), [], False
    for place, value in enumerate(values):
        if value is not None:
            x, y = place * step if len(values) > 1 else WIDTH / 2, HEIGHT * (1 - value / (top or 1))
            # A line of no length, which a round end makes a point, should nothing follow.
            parts.append(f"L{x:.1f} {y:.1f}" if is_drawing else f"M{x:.1f} {y:.1f}h0")
        is_drawing = value is not None
    return "".join(parts)
