"""The speed that a question names, told from its words. Pure."""

import re
from typing import Final

NUMBER = re.compile(r"(?<!\d)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)\s*([^\W\d_]+|%)?")
"""A number, thousands apart or not, and the word after it."""
UNITS: Final = {
    "wpm": ("wpm", "слов", "word"),
    "cpm": ("cpm", "зн", "симв", "удар", "char"),
}
NO_SPEED: Final = (
    *(
        "мин",
        "час",
        "дн",
        "ден",
        "недел",
        "мес",
        "год",
        "лет",
        "раз",
        "занят",
        "урок",
        "звезд",
        "звёзд",
        "проц",
    ),
    *("min", "hour", "day", "week", "month", "year", "time", "lesson", "star", "perc", "%"),
)
"""What is counted besides speed. Beginnings of words, as those of UNITS."""


def speed_named(text: str) -> tuple[str, str]:
    """A number and its unit, "" for none: of several the greatest, as in "from 200 to 300", those with a unit first."""
    speeds = [
        (re.sub(r"\s", "", number).replace(",", "."), _unit(word))
        for number, word in NUMBER.findall(text.lower())
        if not word.startswith(NO_SPEED)
    ]
    with_unit = [one for one in speeds if one[1]]
    return max(with_unit or speeds, key=lambda one: float(one[0]), default=("", ""))


def _unit(word: str) -> str:
    return next((code for code, beginnings in UNITS.items() if word.startswith(beginnings)), "")
