"""What the coach knows of a learner: sums of her practice and of her keys, never what she typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts.models import User
from accounts.preferences import unit_of
from accounts.units import CPM_PER_WPM, SpeedUnit, as_reached, in_unit, nearest
from coaching.plans.overview import Overview, overview_of
from lessons import languages
from progress.figures.days import Practice, points_by, practice_of, practised
from progress.figures.keys import KnownKeys
from progress.figures.streaks import Streak, streak
from progress.keystrokes.costs import Weakness
from progress.keystrokes.fingers import FingerLoad
from progress.keystrokes.skill import ERROR_INTERVALS

RECENT: Final = timedelta(days=7)
BEFORE: Final = timedelta(days=35)
"""How far back that goes which the last week is measured by."""
LEAST_SHARE: Final = 0.01
"""The share of all hits from which on a finger is judged."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of practice: their speed in CPM, accuracy in %, minutes and number."""

    cpm: float
    accuracy: float
    minutes: float
    days: int

    @classmethod
    def of(cls, days: Sequence[Practice]) -> "Span | None":
        characters = sum(day.characters for day in days)
        duration = sum(day.duration_ms for day in days)
        if not characters or not duration:
            return None
        return cls(
            cpm=60_000 * characters / duration,
            accuracy=sum(day.accuracy_sum for day in days) / characters,
            minutes=duration / 60_000,
            days=len(days),
        )


@dataclass(frozen=True)
class Knowledge:
    """One learner on the layout typed on last, `layout`, or on that of her language where nothing was typed; `days` are
    those of practice, of everything she typed; `coach` is what the coach's page says, None where nothing was."""

    layout: str
    unit: SpeedUnit
    keys: KnownKeys
    days: Sequence[Practice]
    today: date
    coach: Overview | None

    @classmethod
    def of(cls, learner: User, *, now: datetime) -> "Knowledge":
        """At most a dozen queries."""
        coach = overview_of(learner, "", now=now)
        layout = coach.standing.layout if coach else own_layout(learner)
        return cls(
            layout=layout,
            unit=unit_of(learner),
            keys=coach.standing.keys if coach else KnownKeys.of(learner.pk, layout),
            days=practised(practice_of(learner)),
            today=now.astimezone(ZoneInfo(learner.timezone)).date(),
            coach=coach,
        )

    @property
    def language(self) -> str:
        return languages.of_layout(self.layout).code

    @property
    def recent(self) -> Span | None:
        """The last seven days."""
        return Span.of([day for day in self.days if day.date > self.today - RECENT])

    @property
    def before(self) -> Span | None:
        """The four weeks before them."""
        return Span.of([day for day in self.days if self.today - BEFORE < day.date <= self.today - RECENT])

    @property
    def latest(self) -> Span | None:
        """The last seven days, or the last day of practice where that was earlier."""
        return self.recent or Span.of(self.days[-1:])

    @property
    def this_month(self) -> Span | None:
        return Span.of([day for day in self.days if day.date >= self.today.replace(day=1)])

    @property
    def last_month(self) -> Span | None:
        first = self.today.replace(day=1)
        start = (first - timedelta(days=1)).replace(day=1)
        return Span.of([day for day in self.days if start <= day.date < first])

    @property
    def streak(self) -> Streak:
        return streak((day.date for day in self.days), today=self.today)

    @property
    def fingers(self) -> list[FingerLoad]:
        """The fingers that type enough to be judged, the slowest and least sure first."""
        known = [load for load in self.keys.fingers if load.hand and load.ms and load.share >= LEAST_SHARE]
        return sorted(known, key=burden, reverse=True)

    def figures(self) -> dict[str, Any]:
        """What a language model may see: aggregates by week, keys and fingers, rounded as pages round them. No name, no
        mail, no keystroke."""
        weeks = points_by("week", self.days)[-8:]
        return {
            "speed_unit": "characters a minute"
            if self.unit == "cpm"
            else f"words a minute, {CPM_PER_WPM} characters each",
            "weeks": [
                {
                    "begins": point.start.isoformat(),
                    "characters_a_minute": int(as_reached(point.cpm)),
                    "words_a_minute": int(as_reached(in_unit(point.cpm, "wpm"))),
                    "accuracy_percent": float(as_reached(point.accuracy, 1)),
                    "minutes": int(point.minutes),
                }
                for point in weeks
            ],
            "days_in_a_row": self.streak.days,
            "keyboard_layout": self.layout,
            "has_stopped_growing": self.coach is not None and self.coach.standing.is_plateau,
            "weak_keys": [_weakness("key", one) for one in self.keys.weak],
            "weak_pairs": [_weakness("pair", one) for one in self.keys.weak_pairs],
            "slowest_fingers": [
                {
                    "finger": f"{load.hand} {load.finger}",
                    "milliseconds": int(nearest(load.ms or 0)),
                    "missed_percent": int(nearest(100 * load.error_rate)),
                }
                for load in self.fingers[:2]
            ],
        }


def burden(load: FingerLoad) -> float:
    """What a finger takes a keystroke, its mistakes included, in ms."""
    return (load.ms or 0.0) * (1 + ERROR_INTERVALS * load.error_rate)


def _weakness(kind: str, one: Weakness) -> dict[str, Any]:
    return {
        kind: one.item,
        "milliseconds": int(nearest(one.ms)),
        "missed_percent": int(nearest(100 * one.error_rate)),
        "seconds_lost_in_1000_characters": None if one.cost is None else float(nearest(one.cost, 1)),
    }


def own_layout(learner: User) -> str:
    """The layout she prefers, else that of the language she reads."""
    if learner.layout:
        return learner.layout
    return languages.TYPED.get(learner.language or "ru", languages.RUSSIAN).layout
