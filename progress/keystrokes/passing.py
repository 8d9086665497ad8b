"""When a lesson opens."""

from dataclasses import dataclass
from typing import Final

STARS_TO_OPEN: Final = 2
ACCURATE: Final = 95.0
"""Accuracy in % from which a run counts as accurate."""
ACCURATE_RUNS_TO_OPEN: Final = 3


@dataclass(frozen=True, slots=True)
class Runs:
    """What a learner has done in a lesson: the best stars (0 before the first run), the accurate runs."""

    best_stars: int
    accurate_runs: int


def is_open(previous: Runs | None, *, first: bool) -> bool:
    """Whether a lesson is open to one who did `previous` in the lesson before it; the `first` has none before it.

    The first is always open. Two stars open the next; so do three accurate runs, lest careful and slow be
    locked out.
    """
    if first:
        return True
    return previous is not None and (
        previous.best_stars >= STARS_TO_OPEN or previous.accurate_runs >= ACCURATE_RUNS_TO_OPEN
    )
