"""Deleting a session, with all that it was counted in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

import outbox.events
from accounts.merging import lock_learner
from accounts.models import User
from lessons.models import Lesson
from progress.exercises.access import LessonClosed, require_access
from progress.honours import leaderboards
from progress.keystrokes.passing import is_open
from progress.models import DailyStat, LessonProgress, TypingSession


def delete_session(*, session_id: UUID, learner: User, now: datetime) -> None:
    """Delete one of the learner's sessions with its keystrokes; its lesson and its day are counted anew at once.

    The skill profile follows by a task, which replays every session. Raises TypingSession.DoesNotExist, or Gone (the
    learner was merged away meanwhile).
    """
    with transaction.atomic():
        lock_learner(learner.pk)
        session = TypingSession.objects.select_related("lesson").get(pk=session_id, user=learner)
        runs, day = _runs_without(session), _day_without(session)
        LessonProgress.objects.filter(user=learner, lesson=session.lesson_id).delete()
        if runs:
            runs.save()
        DailyStat.objects.filter(
            user=learner,
            date=session.local_date,
            layout=session.layout,
            course=session.lesson.course_id if session.lesson else None,
        ).delete()
        if day:
            day.save()
        leaderboards.forget_standings(session.board_entries.all())
        session.delete()
        leaderboards.rebuild_entries(learner.pk, now=now)
        outbox.events.add("progress.tasks.rebuild_learner", now=now, user_id=str(learner.pk))


def closing(session: TypingSession, *, now: datetime) -> list[Lesson]:
    """The lessons, `with_previous`, that can be typed now and no longer without this session: the one after its own,
    or its own where the lesson before it does not open it any more. At most eight queries.
    """
    if session.lesson is None:
        return []
    left = _runs_without(session)
    lessons = Lesson.objects.with_previous().select_related("course").filter(course=session.lesson.course_id)
    following = lessons.ready().filter(number__gt=session.lesson.number).order_by("number")[:1]
    closed = []
    for lesson in [*lessons.filter(pk=session.lesson.pk), *following]:
        try:
            at = require_access(session.user, lesson, now=now)
        except LessonClosed:
            continue
        own = left if lesson.pk == session.lesson_id else at.own
        previous = left if lesson.previous_id == session.lesson_id else at.previous
        if own is None and not is_open(
            previous.as_runs() if previous else None, first=lesson.previous_id is None
        ):
            closed.append(lesson)
    return closed


def _runs_without(session: TypingSession) -> LessonProgress | None:
    """What the learner's other sessions of the lesson add up to, unsaved; None without any."""
    if session.lesson is None:
        return None
    made = None
    others = TypingSession.objects.filter(user=session.user_id, lesson=session.lesson).exclude(pk=session.pk)
    for other in others.iterator():
        if made is None:
            made = LessonProgress(user_id=session.user_id, lesson=session.lesson, last_at=other.recorded_at)
        made.add(other)
    return made


def _day_without(session: TypingSession) -> DailyStat | None:
    """What the learner's other sessions of that day, layout and course add up to, unsaved; None without any."""
    made = None
    others = TypingSession.objects.filter(
        user=session.user_id,
        local_date=session.local_date,
        layout=session.layout,
        lesson__course=session.lesson.course_id if session.lesson else None,
    )
    others = others.exclude(pk=session.pk).select_related("lesson").order_by("counted_at", "id")
    for day in map(DailyStat.of, others):
        if made is None:
            made = day
        else:
            made.add(day)
    return made
