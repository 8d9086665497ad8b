"""Who may type a lesson now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from billing.entitlement import is_premium
from lessons.models import Lesson
from progress.keystrokes.passing import Runs, is_open
from progress.models import LessonProgress


class LessonClosed(Exception):
    """The lesson may not be typed now."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(str(lesson))
        self.lesson = lesson


class LessonComing(LessonClosed):
    """It has no text yet, or is not published."""


class PremiumNeeded(LessonClosed):
    """It is not among the free lessons, and the learner has no subscription."""


class LessonLocked(LessonClosed):
    """The lesson before it wants two stars, or three accurate runs, first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A learner's progress in one lesson and in the one before it."""

    own: LessonProgress | None
    previous: LessonProgress | None

    @property
    def opens(self) -> Runs | None:
        return self.previous.as_runs() if self.previous else None


def standing(user: User | AnonymousUser, lesson: Lesson) -> Standing:
    """One query, none for the anonymous; the lesson comes `with_previous`."""
    rows: Iterable[LessonProgress] = ()
    if user.is_authenticated:
        rows = LessonProgress.objects.filter(user=user, lesson__in=(lesson.pk, lesson.previous_id))
    found = {row.lesson_id: row for row in rows}
    return Standing(found.get(lesson.pk), found.get(lesson.previous_id) if lesson.previous_id else None)


def require_access(
    user: User | AnonymousUser, lesson: Lesson, *, now: datetime, at: Standing | None = None
) -> Standing:
    """The learner's standing in a lesson that may be typed now, `at` where that is known. Raises a LessonClosed.

    The lesson comes `with_previous`. At most two queries.
    """
    if not lesson.is_ready:
        raise LessonComing(lesson)
    if not lesson.is_free and not is_premium(user, now):
        raise PremiumNeeded(lesson)
    at = at or standing(user, lesson)
    if at.own is None and not is_open(at.opens, first=lesson.previous_id is None):
        raise LessonLocked(lesson)
    return at
