"""The lessons of a course without their texts, kept in memory for an hour."""

import time
from collections.abc import Iterable
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
"""Asked for every recorded session: 0.1 ms of processor, 0.8 by the ORM."""


@dataclass(frozen=True, slots=True)
class LessonInCourse:
    """A lesson with its course and block, and the nearest earlier one that can be typed, None for the first; shared, so
    only to be read."""

    lesson: Lesson
    previous: Lesson | None


def outline(course: Course) -> tuple[Lesson, ...]:
    """The lessons of a course in order, each with its block and the course; shared, so only to be read.

    A course, its blocks and its lessons get a new revision with every change and in the same transaction: each
    process sees an edit with the next course it reads, whether or not there is a cache server.
    """
    return _lessons(course.pk, course.revision, _hour())


def lesson_in_course(lesson: int) -> LessonInCourse | None:
    """A lesson by its primary key; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COURSE_OF, [lesson])
        found = cursor.fetchone()
    return _in_course(*found, _hour()).get(lesson) if found else None


def lesson_numbered(course: Course, number: int) -> LessonInCourse | None:
    """A lesson by its number in a course."""
    return next((one for one in _all_of(course) if one.lesson.number == number), None)


def following(lesson: Lesson) -> LessonInCourse | None:
    """The next lesson of a course that can be typed, else the next one; None at the end."""
    later = [one for one in _all_of(lesson.course) if one.lesson.number > lesson.number]
    return next((one for one in later if one.lesson.is_ready), later[0] if later else None)


def _all_of(course: Course) -> Iterable[LessonInCourse]:
    return _in_course(course.pk, course.revision, _hour()).values()


def _hour() -> int:
    return int(time.time() // KEPT_FOR)


@lru_cache(maxsize=64)
def _in_course(course: int, revision: UUID, hour: int) -> dict[int, LessonInCourse]:
    """By primary key, in the order of their numbers."""
    previous: Lesson | None = None
    found = {}
    for lesson in sorted(_lessons(course, revision, hour), key=attrgetter("number")):
        found[lesson.pk] = LessonInCourse(lesson, previous)
        if lesson.is_ready:
            previous = lesson
    return found


@lru_cache(maxsize=64)
def _lessons(course: int, revision: UUID, hour: int) -> tuple[Lesson, ...]:
    rows = Lesson.objects.filter(course=course).select_related("block", "course")
    lessons = tuple(rows.defer("search", "block__search").order_by("block__position", "number"))
    for lesson in lessons:
        lesson.course = lessons[0].course
    return lessons


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
