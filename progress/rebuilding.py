"""Making aggregates anew from the sessions they count."""

from typing import cast
from uuid import UUID

from django.db import transaction

from accounts.models import User

from .models import LessonProgress, TypingSession


def rebuild(user_id: UUID) -> None:
    """Replace a learner's lesson progress by what her recorded sessions add up to."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        LessonProgress.objects.bulk_create(
            lesson_progress(user_id),
            update_conflicts=True,
            unique_fields=["user", "lesson"],
            update_fields=["runs", "accurate_runs", "best_stars", "best_cpm", "best_accuracy", "last_at"],
        )
        sessions = TypingSession.objects.filter(user=user_id, lesson__isnull=False)
        LessonProgress.objects.filter(user=user_id).exclude(lesson__in=sessions.values("lesson")).delete()


def lesson_progress(user_id: UUID) -> list[LessonProgress]:
    """One unsaved row for every lesson the learner has typed."""
    rows: dict[int, LessonProgress] = {}
    sessions = TypingSession.objects.filter(user=user_id, lesson__isnull=False).order_by("recorded_at", "id")
    for session in sessions.defer("flags", "submission_sha256", "rhythm").iterator(chunk_size=2000):
        lesson = cast(int, session.lesson_id)
        if lesson not in rows:
            rows[lesson] = LessonProgress(user_id=user_id, lesson_id=lesson, last_at=session.recorded_at)
        rows[lesson].add(session)
    return list(rows.values())
