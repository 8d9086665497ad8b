"""Passages for tests: short pieces of prose that stand by themselves. Data in `lessons/content/passages/`."""

from collections.abc import Iterable, Sequence
from functools import cache
from random import Random
from typing import Final

from .content_files import content
from .prose import SENTENCE_END, prose

KEY: Final = 30
"""Characters by which a passage is known where it begins in a text; no two share them."""


@cache
def passages(language: str, *, hard: bool) -> tuple[str, ...]:
    """Those of letters and punctuation alone, or the `hard` ones, with figures, names and signs; of a language that has
    none, the lines of its course's prose."""
    path = content("passages", f"{language}{'-hard' if hard else ''}.txt")
    return tuple(path.read_text("utf-8").splitlines()) if path.exists() else prose(language)[hard]


def met_in(typed: Iterable[tuple[str, int]], known: Sequence[str]) -> list[str]:
    """Which of the `known` passages begin in texts as far as they were typed, so many characters each; each once, in
    the order of the texts."""
    by_key = {one[:KEY]: one for one in known}
    found: dict[str, None] = {}
    for text, length in typed:
        for start in (0, *(end.end() for end in SENTENCE_END.finditer(text, 0, length))):
            if start < length and (passage := by_key.get(text[start : start + KEY])):
                found[passage] = None
    return list(found)


def in_new_order(known: Sequence[str], met: Sequence[str], random: Random) -> list[str]:
    """The passages, those not met first and in any order, then the `met` ones, the one met last at the end."""
    there = set(known)
    fresh = sorted(there - set(met))
    random.shuffle(fresh)
    return [*fresh, *(one for one in reversed(met) if one in there)]
