"""What all practice of a learner adds up to, in a few numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from progress.figures.dashboard import Filters, stars_of
from progress.figures.days import Record, minutes_of, practice_of, practised, records, streak_record
from progress.figures.streaks import Streak, streak


@dataclass(frozen=True, slots=True)
class Totals:
    """Of everything a learner typed; `accuracy` in %, None before the first session; `lessons` that have `stars`."""

    sessions: int
    characters: int
    minutes: float
    best_cpm: float
    accuracy: float | None
    stars: int
    lessons: int
    streak: Streak
    records: Sequence[Record]


def totals_of(user: User, *, now: datetime) -> Totals:
    """Two queries."""
    days = practice_of(user)
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    stars, _possible = stars_of(user, Filters())
    characters = sum(day.characters for day in days)
    return Totals(
        sessions=sum(day.sessions for day in days),
        characters=characters,
        minutes=minutes_of(days),
        best_cpm=max((day.best_cpm for day in days), default=0.0),
        accuracy=sum(day.accuracy_sum for day in days) / characters if characters else None,
        stars=sum(stars),
        lessons=len(stars),
        streak=streak((day.date for day in practised(days)), today=today),
        records=[*records(days), *streak_record(day.date for day in practised(days))],
    )
