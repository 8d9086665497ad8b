"""Deleting a session, with all that it was counted in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

import outbox.events
from accounts.merging import lock_learner
from accounts.models import User
from lessons.outlines import LessonInCourse, following, lesson_in_course
from progress.exercises.access import LessonClosed, is_placed, require_access, runs_around
from progress.honours.leaderboards import forget_standings, rebuild_entries
from progress.keystrokes.passing import Runs, is_open
from progress.models import LessonProgress, TypingSession
from progress.recording.aggregates import recount, recounted


def delete_session(*, session_id: UUID, learner: User, now: datetime) -> None:
    """Delete one of the learner's sessions with its keystrokes; its lesson and its day are counted anew at once.

    The skill profile follows by a task, which replays every session. Raises TypingSession.DoesNotExist, or Gone (the
    learner was merged away meanwhile).
    """
    with transaction.atomic():
        lock_learner(learner.pk)
        session = TypingSession.objects.select_related("lesson").get(pk=session_id, user=learner)
        recount(session, without=True)
        forget_standings(session.board_entries.all())
        session.delete()
        rebuild_entries(learner.pk, now=now)
        outbox.events.add("progress.tasks.rebuild_learner", now=now, user_id=str(learner.pk))


def closing(session: TypingSession, *, now: datetime) -> list[LessonInCourse]:
    """The lessons that can be typed now and no longer without this session: the one after its own, or its own where the
    lesson before it does not open it any more. At most nine queries.
    """
    own = lesson_in_course(session.lesson_id) if session.lesson_id else None
    if own is None:
        return []
    left = _runs_without(session)
    closed = []
    for found in (own, following(own.lesson)):
        if found is None:
            continue
        runs = runs_around(session.user, found)
        try:
            require_access(session.user, found, now=now, runs=runs)
        except LessonClosed:
            continue
        runs.pop(own.lesson.pk, None)
        if left:
            runs[own.lesson.pk] = left
        is_left = is_open(found.lesson.pk, found.previous.pk if found.previous else None, runs)
        if not is_left and not is_placed(session.user, found.lesson):
            closed.append(found)
    return closed


def _runs_without(session: TypingSession) -> Runs | None:
    """What the learner's other sessions of the lesson add up to."""
    rows = recounted(session, without=True).values()
    return next((row.as_runs() for row in rows if isinstance(row, LessonProgress)), None)
