"""Where a learner stands on a keyboard layout: what the coach knows before it says anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import User
from coaching.advice.difficulty import Run, usual_cpm
from coaching.forecast.learning_curve import Forecast, PractisedDay, forecast
from coaching.forecast.plateau import is_plateau
from lessons.languages import of_layout
from progress.figures.days import Practice, practice_of
from progress.figures.keys import MOST_NAMED, KnownKeys
from progress.keystrokes.costs import Weakness
from progress.keystrokes.plausibility import MAX_CPM
from progress.models import TypingSession

RUNS: Final = 20
"""The last sessions that are looked at."""
SLOWEST: Final = 50
FASTEST: Final = 1000
"""The goals one may choose, CPM."""
GOAL_STEP: Final = 50
GOAL_AHEAD: Final = 1.1
"""A goal not chosen is the next round speed, at least so many times the usual one."""


@dataclass(frozen=True)
class Standing:
    """A learner's keys, her days of practice and her last runs on a layout, the last run first."""

    user: User
    layout: str
    keys: KnownKeys
    days: Sequence[PractisedDay]
    runs: Sequence[Run]
    now: datetime

    @classmethod
    def of(
        cls,
        user: User,
        layout: str,
        *,
        now: datetime,
        keys: KnownKeys | None = None,
        practice: Sequence[Practice] | None = None,
    ) -> "Standing":
        """Three queries, one less where her keys on the layout are at hand, and one where her days of practice are."""
        days = practice_of(user, layouts=[layout]) if practice is None else practice
        last = TypingSession.objects.filter(user=user, layout=layout).order_by("-started_at", "-recorded_at")
        runs = last.filter(cpm__lte=MAX_CPM).values_list("keystrokes", "accuracy", "cpm")[:RUNS]
        return cls(
            user,
            layout,
            keys or KnownKeys.of(user.pk, layout),
            [PractisedDay(day.date, day.duration_ms / 60_000, day.cpm) for day in days if day.cpm <= MAX_CPM],
            [Run(*run) for run in runs],
            now,
        )

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.user.timezone)).date()

    @property
    def language(self) -> str:
        return of_layout(self.layout).code

    @cached_property
    def usual_cpm(self) -> float:
        return usual_cpm(self.runs)

    @property
    def accuracy(self) -> float:
        """That of the last `RUNS` runs, %; one run may be lucky."""
        keystrokes = sum(run.keystrokes for run in self.runs)
        return sum(run.accuracy * run.keystrokes for run in self.runs) / keystrokes if keystrokes else 100.0

    @cached_property
    def weaknesses(self) -> Sequence[Weakness]:
        """The weak keys and pairs, the costliest first."""
        return self.keys.weaknesses

    @property
    def worst(self) -> Sequence[Weakness]:
        return self.weaknesses[:MOST_NAMED]

    @property
    def strengths(self) -> Sequence[str]:
        """Keys and pairs that she types surely faster than the rest."""
        return [one.item for one in self.keys.strengths[:MOST_NAMED]]

    @cached_property
    def is_plateau(self) -> bool:
        return is_plateau(self.days)

    @property
    def suggested_goal(self) -> int:
        """The next round speed that is some way ahead, CPM."""
        return min(GOAL_STEP * (int(self.usual_cpm * GOAL_AHEAD) // GOAL_STEP + 1), FASTEST)

    def forecast(self, goal_cpm: float) -> Forecast | None:
        return forecast(self.days, goal_cpm, today=self.today)
