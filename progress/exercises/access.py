"""Who may type a lesson now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.urls import reverse

from accounts.models import User
from billing.entitlement.premium import is_premium
from lessons.models import Course, Lesson
from lessons.outlines import LessonInCourse
from progress.keystrokes.passing import Runs, is_open
from progress.models import LessonProgress, Placement


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
    """`previous`, the lesson before it, has to be passed first."""

    def __init__(self, lesson: Lesson, previous: Lesson) -> None:
        super().__init__(lesson)
        self.previous = previous


def way_to(lesson: Lesson) -> str:
    """Where a lesson is typed; to the first one by the opening, which sends on who needs none."""
    course = lesson.course.slug
    if lesson.number == 1:
        return reverse("progress:start", args=[course])
    return reverse("progress:practice", args=[course, lesson.number])


def progress_around(user: User | AnonymousUser, found: LessonInCourse) -> dict[int, LessonProgress]:
    """How far a learner is in a lesson and in the one before it; one query, none for the anonymous."""
    if not user.is_authenticated:
        return {}
    lessons = [lesson.pk for lesson in (found.lesson, found.previous) if lesson]
    return {row.lesson_id: row for row in LessonProgress.objects.filter(user=user, lesson__in=lessons)}


def runs_around(user: User | AnonymousUser, found: LessonInCourse) -> dict[int, Runs]:
    """What a learner did in a lesson and in the one before it; one query, none for the anonymous."""
    return {lesson: row.as_runs() for lesson, row in progress_around(user, found).items()}


@dataclass(frozen=True, slots=True)
class Placed:
    """How far placement tests opened courses to a learner: the number of the last lesson, by course."""

    levels: Mapping[int, int]

    @classmethod
    def of(cls, user: User | AnonymousUser, courses: Iterable[Course | int]) -> Self:
        """One query, none for the anonymous. A test that is not ranked is not believed and opens nothing."""
        if not user.is_authenticated:
            return cls({})
        placements = Placement.objects.filter(
            user=user, lesson__course__in=courses, session__ranked=True
        ).values_list("lesson__course")
        return cls(dict(placements.annotate(Max("lesson__number"))))

    def opens(self, lesson: Lesson) -> bool:
        return lesson.number <= self.levels.get(lesson.course_id, 0)


def is_placed(user: User | AnonymousUser, lesson: Lesson) -> bool:
    """Whether a placement test opened a lesson to the learner; one query."""
    return Placed.of(user, [lesson.course_id]).opens(lesson)


def require_access(
    user: User | AnonymousUser,
    found: LessonInCourse,
    *,
    now: datetime,
    runs: Mapping[int, Runs] | None = None,
    is_begun: bool = False,
) -> None:
    """Pass in silence where the lesson may be typed now; raises a LessonClosed.

    `runs`: what the learner did in it and in the one before it, where that is known. `is_begun`: she had access when
    she was given the ticket; premium that ended meanwhile takes no finished exercise away. At most three queries.
    """
    lesson, previous = found.lesson, found.previous
    if not lesson.is_ready:
        raise LessonComing(lesson)
    if not (lesson.is_free or is_begun) and not is_premium(user, now):
        raise PremiumNeeded(lesson)
    if previous is None:
        return
    known = runs_around(user, found) if runs is None else runs
    if not is_open(lesson.pk, previous.pk, known) and not is_placed(user, lesson):
        raise LessonLocked(lesson, previous)
