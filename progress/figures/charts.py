"""Figures as SVG coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 96


@dataclass(frozen=True, slots=True)
class Chart:
    """A line of values in a box of `WIDTH` by `HEIGHT`, the lowest at the bottom and the highest at the top."""

    values: Sequence[float]
    points: str
    places: Sequence[tuple[float, float]]
    smooth: str
    last: tuple[float, float] | None

    @property
    def lowest(self) -> float:
        return min(self.values, default=0.0)

    @property
    def highest(self) -> float:
        return max(self.values, default=0.0)

    @property
    def latest(self) -> float:
        return self.values[-1] if self.values else 0.0


def polyline(values: Sequence[float], *, width: float, height: float) -> str:
    """The `points` of a polyline: values evenly spaced over `width`, 0 at the bottom, the highest at the top."""
    if len(values) < 2:
        return ""
    top = max(values) or 1
    step = width / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{height - value / top * height:.1f}" for i, value in enumerate(values))


def chart(values: Sequence[float]) -> Chart:
    """A line that shows change: its box begins at the lowest value."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    span = high - low or 1.0
    step = WIDTH / max(len(values) - 1, 1)
    places = [(i * step, HEIGHT * (1 - (value - low) / span)) for i, value in enumerate(values)]
    if high == low:
        places = [(x, HEIGHT / 2) for x, _ in places]
    if len(places) == 1:
        places = [(WIDTH / 2, HEIGHT / 2)]
    return Chart(values, _points(places), places, _points(smoothed(places)), places[-1] if places else None)


def smoothed(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line through the mean of each place and up to two before and after it, as many on either side."""
    means = []
    for here, (x, _) in enumerate(places):
        beside = min(2, here, len(places) - 1 - here)
        near = places[here - beside : here + beside + 1]
        means.append((x, sum(y for _, y in near) / len(near)))
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
