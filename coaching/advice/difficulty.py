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
"""Keystrokes that two lost runs must have together."""
STEP: Final = 1.05
"""The factor by which the target speed grows."""
TOO_FAST: Final = 0.85
"""Whose usual speed is less than this part of the target has another one: her own speed."""


class Level(StrEnum):
    """What the exercises ask, compared with before."""

    MORE = "more"
    SAME = "same"
    LESS = "less"
    TWO_KEYS = "two-keys"


@dataclass(frozen=True, slots=True)
class Run:
    """A session: its character keystrokes, accuracy in % and CPM."""

    keystrokes: int
    accuracy: float
    cpm: float


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The level, the target in CPM, and the accuracy in % of the last `LAST_KEYS` keystrokes that led to them."""

    level: Level
    target_cpm: float
    accuracy: float


def aim(runs: Sequence[Run], last_cpm: float | None) -> float:
    """The target so far, CPM: the last one, or the usual speed of who has none or is far behind it."""
    usual = usual_cpm(runs)
    return last_cpm if last_cpm and usual >= TOO_FAST * last_cpm else usual


def difficulty(runs: Sequence[Run], target_cpm: float) -> Difficulty:
    """What the runs, the last first, say of the target so far (DESIGN §8).

    The last 300 keystrokes above 97 % and on target: a target 5 % higher. Below 92 %: less weak material. The last two
    runs below 88 %: two keys at a time. Too few keystrokes change nothing.
    """
    last = _last(runs)
    keystrokes = sum(run.keystrokes for run in last)
    accuracy = sum(run.accuracy * run.keystrokes for run in last) / keystrokes if keystrokes else 100.0
    cpm = sum(run.cpm * run.keystrokes for run in last) / keystrokes if keystrokes else 0.0
    two = runs[:2]
    if (
        len(two) == 2
        and all(run.accuracy < LOST for run in two)
        and sum(run.keystrokes for run in two) >= LOST_KEYS
    ):
        return Difficulty(Level.TWO_KEYS, target_cpm, accuracy)
    if keystrokes < LAST_KEYS:
        return Difficulty(Level.SAME, target_cpm, accuracy)
    if accuracy < UNSAFE:
        return Difficulty(Level.LESS, target_cpm, accuracy)
    if accuracy > SAFE and round(cpm, 9) >= round(target_cpm, 9):
        return Difficulty(Level.MORE, target_cpm * STEP, accuracy)
    return Difficulty(Level.SAME, target_cpm, accuracy)


def usual_cpm(runs: Sequence[Run]) -> float:
    """The speed of the last `LAST_KEYS` keystrokes, or of as many as there are; 0.0 of none."""
    last = _last(runs)
    keystrokes = sum(run.keystrokes for run in last)
    return sum(run.cpm * run.keystrokes for run in last) / keystrokes if keystrokes else 0.0


def _last(runs: Sequence[Run]) -> list[Run]:
    """Whole runs, the last first, until they have `LAST_KEYS` keystrokes."""
    found, keystrokes = [], 0
    for run in runs:
        if keystrokes >= LAST_KEYS:
            break
        found.append(run)
        keystrokes += run.keystrokes
    return found
