"""Speeds and shares in the units and signs people read."""

import math
from typing import Final, Literal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

SpeedUnit = Literal["cpm", "wpm"]
CPM_PER_WPM: Final = 5
"""Characters in a word, as typists count words."""


def speed(cpm: float, unit: SpeedUnit) -> str:
    """Characters per minute as a whole number of `unit`, as people write it."""
    return number_format(shown_speed(cpm, unit), decimal_pos=0)


def shown_speed(cpm: float, unit: SpeedUnit) -> int:
    """Characters per minute as a whole number of `unit`, halves rounded up as browsers do."""
    value = cpm if unit == "cpm" else cpm / CPM_PER_WPM
    return math.floor(value + 0.5)


def unit_label(unit: SpeedUnit) -> str:
    return gettext("CPM") if unit == "cpm" else gettext("WPM")


def percent_sign() -> str:
    """What follows a number in per cent: "95%" in English, "95 %" in Russian."""
    return "\u00a0%" if (get_language() or "").startswith("ru") else "%"
