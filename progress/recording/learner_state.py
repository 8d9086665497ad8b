"""What stands when a session comes to be recorded: its learner locked, and read in the same query."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.merging import LOCK_LEARNER, Gone
from lessons.models import Lesson
from progress.exercises.access import Standing
from progress.models import LessonProgress, SkillProfile

RUNNING = 9
"""Sessions before this one whose accuracy is looked at."""

_PROGRESS = [field.attname for field in LessonProgress._meta.concrete_fields]
_QUERY = f"""
{LOCK_LEARNER};
SELECT
    EXISTS (SELECT FROM progress_typingsession WHERE id = %(session)s),
    EXISTS (SELECT FROM progress_opensession WHERE id = %(session)s AND user_id = %(user)s),
    EXISTS (SELECT FROM progress_typingsession WHERE rhythm = %(rhythm)s),
    EXISTS (
        SELECT FROM progress_typingsession
        WHERE user_id = %(user)s AND text_id = %(text)s AND keystrokes = %(keystrokes)s
    ),
    ARRAY (SELECT code FROM progress_award WHERE user_id = %(user)s),
    (
        SELECT count(*) FROM progress_lessonprogress
        WHERE user_id = %(user)s AND best_stars = 5 AND lesson_id IS DISTINCT FROM %(lesson)s
    ),
    waiting.*,
    days.*,
    ARRAY (
        SELECT accuracy FROM progress_typingsession
        WHERE user_id = %(user)s ORDER BY recorded_at DESC LIMIT %(running)s
    ),
    (
        SELECT cpm FROM progress_typingsession
        WHERE user_id = %(user)s AND lesson_id = %(lesson)s ORDER BY recorded_at DESC LIMIT 1
    ),
    {", ".join(f"own.{name}" for name in _PROGRESS)}, {", ".join(f"previous.{name}" for name in _PROGRESS)},
    profile.id, profile.state, profile.counted_at
FROM (
    SELECT count(*) FILTER (WHERE lesson.is_free), count(*) FROM lessons_lesson AS lesson
    WHERE course_id = %(course)s AND is_published AND text_id IS NOT NULL AND id <> %(lesson)s
    AND NOT EXISTS (
        SELECT FROM progress_lessonprogress AS done
        WHERE done.user_id = %(user)s AND done.lesson_id = lesson.id
        AND (done.best_stars >= 2 OR done.accurate_runs >= 3)
    )
) AS waiting, (
    SELECT count(DISTINCT date) FILTER (WHERE date <> %(date)s),
        max(date) FILTER (WHERE date < %(date)s), coalesce(sum(duration_ms), 0)
    FROM progress_dailystat WHERE user_id = %(user)s
) AS days
LEFT JOIN progress_lessonprogress AS own ON own.user_id = %(user)s AND own.lesson_id = %(lesson)s
LEFT JOIN progress_lessonprogress AS previous ON previous.user_id = %(user)s AND previous.lesson_id = %(previous)s
LEFT JOIN progress_skillprofile AS profile ON profile.user_id = %(user)s AND profile.layout = %(layout)s
"""  # noqa: S608 (names of columns)


@dataclass(frozen=True, slots=True)
class Before:
    """A learner's record without the session to come, and her name on the leaderboards.

    `is_stored`: the session itself is there already; `is_open`: parts of it are kept; `is_known_rhythm`: another has
    its very intervals, and `may_be_copied`: the learner has typed this text with as many keystrokes. `five_stars`
    counts other lessons; `free_waiting` and `waiting` the other lessons of the course that are not passed yet. `days`
    and `last_day` are of other days; `accuracies` of the last `RUNNING` sessions; `cpm` of the last one of the lesson.
    """

    board_name: str
    is_stored: bool
    is_open: bool
    is_known_rhythm: bool
    may_be_copied: bool
    earned: Collection[str]
    five_stars: int
    free_waiting: int
    waiting: int
    days: int
    last_day: date | None
    duration_ms: int
    accuracies: Sequence[float]
    cpm: float | None
    standing: Standing
    profile: SkillProfile


def before(
    user_id: UUID,
    *,
    session_id: UUID,
    text: str,
    lesson: Lesson | None,
    layout: str,
    day: date,
    keystrokes: int,
    rhythm: bytes | None,
) -> Before:
    """Inside a transaction, lock the learner, then read, in one query; the profile is unsaved where there is none.

    Raises Gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _QUERY,
            {
                "user": user_id,
                "session": session_id,
                "text": text,
                "lesson": lesson.pk if lesson else None,
                "previous": lesson.previous_id if lesson else None,
                "course": lesson.course_id if lesson else None,
                "layout": layout,
                "date": day,
                "keystrokes": keystrokes,
                "rhythm": rhythm,
                "running": RUNNING,
            },
        )
        held = cursor.fetchone()
        if held is None:
            raise Gone
        cursor.nextset()
        row: Any = cursor.fetchone()
    width = len(_PROGRESS)
    own, previous = row[-2 * width - 3 : -width - 3], row[-width - 3 : -3]
    found: list[Any] = [*held, *row[: -2 * width - 3], Standing(_progress(own), _progress(previous))]
    found.append(_profile(user_id, layout, *row[-3:]))
    return Before(*found)


def _progress(values: Sequence[Any]) -> LessonProgress | None:
    return None if values[0] is None else LessonProgress.from_db(connection.alias, _PROGRESS, values)


def _profile(
    user_id: UUID, layout: str, profile_id: int | None, state: str | None, counted_at: datetime | None
) -> SkillProfile:
    profile = SkillProfile(user_id=user_id, layout=layout)
    if profile_id is not None:
        profile.pk, profile.counted_at = profile_id, counted_at
        profile.state = json.loads(state) if isinstance(state, str) else state
        profile._state.adding = False
    return profile
