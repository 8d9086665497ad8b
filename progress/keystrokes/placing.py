"""How far into a course a placement test opens the lessons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from progress.keystrokes import scoring
from progress.keystrokes.tallies import Tries

STARS_TO_SKIP: Final = 3
"""A lesson need not be typed first where the test, had it been that lesson, would have earned so many stars."""
MOST_MISSED: Final = 0.5
"""The share of first tries that may have missed a letter without its being unknown; one slip may always be."""


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson of a course: the letters it teaches, in small, and its target."""

    letters: frozenset[str]
    target_cpm: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What a test showed: speed, accuracy in %, and the letters that are not known.

    A letter that did not come up in time stops nobody: it came up late because it is rare, and says as little as one
    that came up once.
    """

    cpm: float
    accuracy: float
    unknown: frozenset[str]


def opened(course: Sequence[Step], shown: Shown) -> int:
    """How many lessons from the first on are open after the test: those it leaves no doubt of and the next one."""
    known = 0
    for step in course:
        stars = scoring.stars(shown.cpm, shown.accuracy, step.target_cpm)
        if stars < STARS_TO_SKIP or step.letters & shown.unknown:
            break
        known += 1
    return min(known + 1, len(course))


def unknown_letters(tries: Mapping[str, Tries]) -> frozenset[str]:
    """The letters that were missed more often than may be, in small: capitals and small ones together."""
    count: dict[str, float] = {}
    missed: dict[str, float] = {}
    for character, tried in tries.items():
        letter = character.lower()
        count[letter] = count.get(letter, 0) + tried.count
        missed[letter] = missed.get(letter, 0) + tried.missed
    return frozenset(
        letter for letter, times in count.items() if missed[letter] > max(1, times * MOST_MISSED)
    )
