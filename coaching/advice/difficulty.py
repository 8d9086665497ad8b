"""How hard the next exercises should be, by how the last ones went. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LAST_KEYS: Final = 300
SAFE: Final = 97.0
UNSAFE: Final = 92.0
LOST: Final = 88.0
"""Accuracies in %: above the first more is asked, below the second less, and below the third twice running least."""
LOST_KEYS: Final = 60
"""Keystrokes after which an accuracy below `LOST` tells enough; others take `LAST_KEYS`."""
STEP: Final = 1.05
"""The factor by which the target speed grows."""
TOO_FAR: Final = 0.85
"""Whose usual speed is less than this part of the target, or the target less than this part of it, has another target:
her own speed."""


class Level(StrEnum):
    """What the exercises ask, compared with before."""

    MORE = "more"
    SAME = "same"
    LESS = "less"
    TWO_KEYS = "two-keys"

    @property
    def is_accuracy_first(self) -> bool:
        """Whether speed does not matter now."""
        return self in (Level.LESS, Level.TWO_KEYS)


@dataclass(frozen=True, slots=True)
class Run:
    """A session: its character keystrokes, accuracy in % and CPM."""

    keystrokes: int
    accuracy: float
    cpm: float


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The level, the target in CPM, and the accuracy in % of the last keystrokes, `LAST_KEYS` or fewer, that led to
    them."""

    level: Level
    target_cpm: float
    accuracy: float


def aim(runs: Sequence[Run], last_cpm: float | None) -> float:
    """The target so far, CPM: the last one, or the usual speed of who has none or is far from it."""
    usual = usual_cpm(runs)
    if last_cpm and TOO_FAR * last_cpm <= usual and TOO_FAR * usual <= last_cpm:
        return last_cpm
    return usual


def difficulty(runs: Sequence[Run], target_cpm: float) -> Difficulty:
    """What the runs, the last first, say of the target so far (DESIGN §8).

    The last 300 keystrokes above 97 % and on target: a target 5 % higher. Below 92 %, or after 60 keystrokes below
    88 %: less weak material. The last two runs below 88 %: two keys at a time. Too few keystrokes change nothing.
    """
    last, two = _last(runs), runs[:2]
    keystrokes, accuracy = _keystrokes(last), mean_accuracy(last)
    level, target = Level.SAME, target_cpm
    if len(two) == 2 and all(run.accuracy < LOST for run in two) and _keystrokes(two) >= LOST_KEYS:
        level = Level.TWO_KEYS
    elif accuracy < (UNSAFE if keystrokes >= LAST_KEYS else LOST) and keystrokes >= LOST_KEYS:
        level = Level.LESS
    elif keystrokes >= LAST_KEYS and accuracy > SAFE and round(usual_cpm(runs), 9) >= round(target_cpm, 9):
        level, target = Level.MORE, target_cpm * STEP
    return Difficulty(level, target, accuracy)


def usual_cpm(runs: Sequence[Run]) -> float:
    """The speed of the last `LAST_KEYS` keystrokes, or of as many as there are; 0.0 of none."""
    last = _last(runs)
    return sum(run.cpm * run.keystrokes for run in last) / (_keystrokes(last) or 1)


def mean_accuracy(runs: Sequence[Run]) -> float:
    """The accuracy of all their keystrokes, %; 100.0 of none."""
    keystrokes = _keystrokes(runs)
    return sum(run.accuracy * run.keystrokes for run in runs) / keystrokes if keystrokes else 100.0


def _keystrokes(runs: Sequence[Run]) -> int:
    return sum(run.keystrokes for run in runs)


def _last(runs: Sequence[Run]) -> list[Run]:
    """Whole runs, the last first, until they have `LAST_KEYS` keystrokes."""
    found, keystrokes = [], 0
    for run in runs:
        if keystrokes >= LAST_KEYS:
            break
        found.append(run)
        keystrokes += run.keystrokes
    return found
