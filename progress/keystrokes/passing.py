"""When a lesson is passed, and which lessons are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STARS_TO_PASS: Final = 2
ACCURATE: Final = 95.0
"""Accuracy in % from which a run counts as accurate."""
ACCURATE_RUNS_TO_PASS: Final = 3


@dataclass(frozen=True, slots=True)
class Runs:
    """What a learner has done in a lesson: the best stars, the accurate runs."""

    best_stars: int
    accurate_runs: int

    @property
    def is_passed(self) -> bool:
        """Two stars pass a lesson; so do three accurate runs, lest careful and slow be locked out."""
        return self.best_stars >= STARS_TO_PASS or self.accurate_runs >= ACCURATE_RUNS_TO_PASS


def is_open(lesson: int, previous: int | None, runs: Mapping[int, Runs]) -> bool:
    """Whether a lesson is open to one who did `runs`, by the lessons' primary keys: the first of its course
    (`previous` is None), one she typed before, or one whose previous lesson she passed.

    So is one that a placement test opened: `progress.exercises.access.is_placed`.
    """
    if previous is None or lesson in runs:
        return True
    return previous in runs and runs[previous].is_passed
