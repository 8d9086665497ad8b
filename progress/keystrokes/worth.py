"""What practising a word is worth to a learner."""

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Final

from lessons import frequencies
from progress.keystrokes.skill import ERROR_INTERVALS, Expected, Skill
from progress.keystrokes.strikes import strikes

REACHABLE: Final = 0.45
"""The part of her usual interval to which practice may bring any key or pair."""
SPACED: Final = 10
"""Strokes after which another strike of the same key teaches 63 % of what it would by itself."""
FAR_APART: Final = 40
"""Strokes beyond which it isn't looked for."""
BETWEEN_WORDS: Final = 1.3
"""Usual intervals that the space before a word takes."""


def worth_of(skill: Skill, layout: str, language: str) -> Callable[[str, str], float]:
    """What practising a word after a text gains this learner per second it takes, over all its keys and pairs, weak or
    not.

    Σ f·s·[max(0, ms − 0.45·L) + 3·p·L] over the strokes and Σ f·max(0, ms − 0.45·L) over the pairs, per expected
    interval; L cancels out, so before anything was timed the layout's priors tell. A strike d strokes after the last of
    its key counts s = 1 − e^(−d/10): practice massed teaches less than practice spaced (Cepeda and others, "Distributed
    practice in verbal recall tasks", 2006).
    """
    expected = Expected(skill, strikes(layout))
    singles, doubles = frequencies.characters(language), frequencies.pairs(language)

    @cache
    def key(character: str) -> tuple[float, float]:
        takes = math.exp(expected.slowness(character))
        loses = max(0.0, takes - REACHABLE) + ERROR_INTERVALS * expected.error_rate(character)
        return singles.get(character, frequencies.RARE) * loses, takes

    @cache
    def pair(one: str, other: str) -> float:
        takes = key(other)[1] * math.exp(expected.pair_slowness(one + other))
        return doubles.get(one + other, 0.0) * max(0.0, takes - REACHABLE)

    @cache
    def alone(word: str) -> tuple[tuple[float, ...], float, float]:
        keys = [key(character) for character in word]
        takes = BETWEEN_WORDS + math.fsum(takes for _, takes in keys)
        return tuple(gain for gain, _ in keys), math.fsum(pair(*two) for two in pairwise(word)), takes

    def worth(word: str, before: str) -> float:
        gains, found, takes = alone(word)
        text = f"{before[-FAR_APART:]} {word}"
        start = len(text) - len(word)
        for place, gain in enumerate(gains, start):
            last = text.rfind(text[place], 0, place)
            found += gain if last < 0 else gain * -math.expm1((last - place) / SPACED)
        return found / takes

    return worth
