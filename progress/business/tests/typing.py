"""Sessions as they stand in the database, begun at a moment of UTC, without their keystrokes."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from lessons.models import Lesson
from progress.models import TypingSession
from tests.factories import make_test


def at(day: str, clock: str = "12:00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


def guest() -> User:
    return User.objects.create_guest(uuid.uuid4(), now=at("2026-10-01"))


def typed(user: User, start: datetime, lesson: Lesson | None = None, **fields: Any) -> TypingSession:
    """A run of a minute and 300 characters, recorded as it ended unless told otherwise."""
    ended = start + timedelta(milliseconds=fields.get("duration_ms", 60_000))
    times = {"started_at": start, "recorded_at": ended, "counted_at": ended, "local_date": start.date()}
    of_lesson = {"kind": "lesson", "lesson": lesson, "minutes": None, "difficulty": "", "stars": 3}
    return make_test(user, **(times | (of_lesson if lesson else {}) | fields))
