"""Speeds and shares in the units and signs people read.

What is judged exactly is shown rounded, so one rule says how: what was reached is cut, what is wanted rounded up. Thus
who is shown to have what is wanted has it.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, Literal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

SpeedUnit = Literal["cpm", "wpm"]
CPM_PER_WPM: Final = 5
"""Characters in a word, as typists count words."""
EXACT_DIGITS: Final = {"cpm": 1, "wpm": 2}
"""With so many, stars can be told apart: they want a tenth of a target that is a whole number of characters."""
Figure = float | Decimal


def as_reached(value: Figure, digits: int = 0) -> Decimal:
    """A figure that was reached, such as a speed or an accuracy, cut after so many digits."""
    return _to(value, digits, ROUND_FLOOR)


def as_wanted(value: Figure, digits: int = 0) -> Decimal:
    """A figure that something asks for, rounded up to so many digits."""
    return _to(value, digits, ROUND_CEILING)


def nearest(value: Figure, digits: int = 0) -> Decimal:
    """A figure that nothing is judged by, halves rounded up."""
    return _to(value, digits, ROUND_HALF_UP)


def in_unit(cpm: Figure, unit: SpeedUnit) -> Decimal:
    """Characters per minute in `unit`, unrounded."""
    return _exact(cpm) / CPM_PER_WPM if unit == "wpm" else _exact(cpm)


def reached_whole(cpm: Figure, unit: SpeedUnit) -> Decimal:
    return as_reached(in_unit(cpm, unit))


def speed(cpm: Figure, unit: SpeedUnit) -> str:
    """A speed that was reached as a whole number of `unit`, as people write it."""
    return speeds([cpm], unit)[0]


def speeds(cpm: Iterable[Figure], unit: SpeedUnit) -> list[str]:
    """Speeds likewise."""
    return _written([reached_whole(one, unit) for one in cpm], 0)


def exact_speed(cpm: Figure, unit: SpeedUnit) -> str:
    """A speed that was reached, beside what is judged by it."""
    return plain(reached_exactly(cpm, unit))


def reached_exactly(cpm: Figure, unit: SpeedUnit) -> Decimal:
    return as_reached(in_unit(cpm, unit), EXACT_DIGITS[unit])


def wanted_speed(cpm: Figure, unit: SpeedUnit) -> str:
    """A speed that something asks for."""
    return plain(as_wanted(in_unit(cpm, unit), EXACT_DIGITS[unit]))


def plain(number: Decimal) -> str:
    """A number with no more digits than it needs."""
    return number_format(f"{number.normalize():f}")


def accuracy(percent: Figure) -> str:
    """An accuracy that was reached, or another share in per cent something is judged by, to the tenth."""
    return accuracies([percent])[0]


def accuracies(percent: Iterable[Figure]) -> list[str]:
    """Accuracies likewise."""
    return _written([as_reached(one, 1) for one in percent], 1)


def wholes(values: Iterable[Figure]) -> list[str]:
    """Figures that nothing is judged by, as whole numbers."""
    return _written([nearest(value) for value in values], 0)


def unit_label(unit: SpeedUnit) -> str:
    return gettext("CPM") if unit == "cpm" else gettext("WPM")


def percent_sign() -> str:
    """What follows a number in per cent: "95%" in English, "95 %" in Russian."""
    return "\u00a0%" if (get_language() or "").startswith("ru") else "%"


def _written(numbers: Iterable[Decimal], digits: int) -> list[str]:
    """Numbers as people write them; a page has hundreds, so the language is asked for once."""
    language = get_language() or ""
    return [_write(number, digits, language) for number in numbers]


@lru_cache(maxsize=10_000)
def _write(number: Decimal, digits: int, _language: str) -> str:
    return number_format(number, decimal_pos=digits)


def _to(value: Figure, digits: int, rounding: str) -> Decimal:
    return _exact(value).quantize(Decimal(1).scaleb(-digits), rounding)


def _exact(value: Figure) -> Decimal:
    """A float as it is written: 53.2, not the binary number beside it, nor what an average loses on its way."""
    return value if isinstance(value, Decimal) else Decimal(repr(round(value, 9)))
