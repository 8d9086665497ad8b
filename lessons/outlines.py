"""The lessons of a course without their texts, kept in memory for an hour."""

import time
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import connection

from .models import Block, Course, Lesson

KEPT_FOR = 3600
"""Seconds."""
_COURSE_OF = """
SELECT course.id, course.revision FROM lessons_lesson AS lesson
JOIN lessons_course AS course ON course.id = lesson.course_id WHERE lesson.id = %s
"""


def outline(course: Course) -> tuple[Lesson, ...]:
    """The lessons of a course in order, each with its block; shared, so only to be read.

    A course, its blocks and its lessons get a new revision with every change and in the same transaction: each
    process sees an edit with the next course it reads, whether or not there is a cache server.
    """
    return _lessons(course.pk, course.revision, int(time.time() // KEPT_FOR))


def placed(lesson: int) -> Lesson | None:
    """A lesson of those above by its primary key, `with_previous`, with course and block; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COURSE_OF, [lesson])
        found = cursor.fetchone()
    return _placed(*found, int(time.time() // KEPT_FOR)).get(lesson) if found else None


def following(lesson: Lesson) -> Lesson | None:
    """The next lesson of a course that can be typed, else the next one, for a lesson that is `placed` or has its
    course; None at the end."""
    course = lesson.course
    lessons = _placed(course.pk, course.revision, int(time.time() // KEPT_FOR)).values()
    later = sorted((one for one in lessons if one.number > lesson.number), key=attrgetter("number"))
    return next((one for one in later if one.is_ready), later[0] if later else None)


@lru_cache(maxsize=64)
def _placed(course: int, revision: UUID, hour: int) -> dict[int, Lesson]:
    before: Lesson | None = None
    found = {}
    owner = Course.objects.get(pk=course)
    for lesson in sorted(_lessons(course, revision, hour), key=attrgetter("number")):
        copied = copy(lesson)
        copied.course = owner
        copied.previous_id = before.pk if before else None
        copied.previous_number = before.number if before else None
        found[lesson.pk] = copied
        if lesson.is_ready:
            before = lesson
    return found


@lru_cache(maxsize=64)
def _lessons(course: int, revision: UUID, hour: int) -> tuple[Lesson, ...]:
    rows = Lesson.objects.filter(course=course).select_related("block").defer("search", "block__search")
    return tuple(rows.order_by("block__position", "number"))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A course as the catalogue shows it."""

    course: Course
    lessons: tuple[Lesson, ...]

    @property
    def blocks(self) -> list[tuple[Block, list[Lesson]]]:
        return [
            (block, list(lessons)) for block, lessons in groupby(self.lessons, lambda lesson: lesson.block)
        ]

    @property
    def ready(self) -> int:
        return sum(lesson.is_ready for lesson in self.lessons)

    @property
    def free(self) -> int:
        return sum(lesson.is_free for lesson in self.lessons)


def shelves(courses: Iterable[Course]) -> list[Shelf]:
    return [Shelf(course, outline(course)) for course in courses]
