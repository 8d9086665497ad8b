"""A curve of speed as a picture, for mail, where no SVG is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from math import floor
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from accounts.palette import colour
from progress.figures.charts import round_ticks
from progress.typeface import FONT

WIDTH: Final = 1200
HEIGHT: Final = 400
"""Twice the size it is shown in, for screens with small pixels."""
LEFT: Final = 96
RIGHT: Final = WIDTH - 88
TOP: Final = 72
BOTTOM: Final = HEIGHT - 72
FINER: Final = 2
"""Lines are drawn so many times larger and made small again, which smooths them."""
STEPS: Final = 3
SMALL: Final = 30
LARGE: Final = 34


@dataclass(frozen=True, slots=True)
class Curve:
    """Speeds, in the unit they are shown in, on their days; at least one, in order."""

    days: Sequence[date]
    speeds: Sequence[float]

    @property
    def ticks(self) -> list[int]:
        """Round speeds from below the lowest to above the highest, evenly apart."""
        return round_ticks(min(self.speeds), max(self.speeds), steps=STEPS)

    def x(self, day: date) -> float:
        span = (self.days[-1] - self.days[0]) / timedelta(days=1)
        share = (day - self.days[0]) / timedelta(days=1) / span if span else 0.5
        return LEFT + share * (RIGHT - LEFT)

    def y(self, speed: float) -> float:
        low, *_, high = self.ticks
        return BOTTOM - (speed - low) / (high - low) * (BOTTOM - TOP)

    @property
    def places(self) -> list[tuple[float, float]]:
        """Where its points are, in pixels from the upper left corner."""
        return [(self.x(day), self.y(speed)) for day, speed in zip(self.days, self.speeds, strict=True)]


def draw_curve(curve: Curve, *, unit: str, label: Callable[[date], str]) -> bytes:
    """The curve as a PNG of `WIDTH` by `HEIGHT`; `label` puts a day into a few words."""
    picture = _lines(curve)
    pen = ImageDraw.Draw(picture)
    pen.text((LEFT, TOP - 28), unit, colour("soft"), _font(SMALL), anchor="ls")
    for tick in curve.ticks:
        pen.text((LEFT - 16, curve.y(tick)), str(tick), colour("soft"), _font(SMALL), anchor="rm")
    free = float(WIDTH)
    for day in reversed(curve.days):
        words = label(day)
        half = _font(SMALL).getlength(words) / 2
        middle = curve.x(day)
        if middle + half < free:
            pen.text((middle, BOTTOM + 20), words, colour("soft"), _font(SMALL), anchor="ma")
            free = middle - half - 32
    x, y = curve.places[-1]
    pen.text((x + 18, y), str(floor(curve.speeds[-1])), colour("ink"), _font(LARGE), anchor="lm")
    file = BytesIO()
    picture.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _lines(curve: Curve) -> Image.Image:
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), colour("paper"))
    pen = ImageDraw.Draw(picture)
    for tick in curve.ticks:
        y = curve.y(tick) * FINER
        pen.line([(LEFT * FINER, y), (RIGHT * FINER, y)], colour("line"), 2 * FINER)
    places = [(x * FINER, y * FINER) for x, y in curve.places]
    pen.line(places, colour("accent"), 5 * FINER, joint="curve")
    for place in places:
        pen.circle(place, (9 if place == places[-1] else 6) * FINER, colour("accent"))
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)
