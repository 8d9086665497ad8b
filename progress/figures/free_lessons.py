"""How far one gets in the courses without paying, for the page of prices."""

from collections.abc import Iterable

from billing.offers import FreePart
from lessons.models import Course, Lesson
from lessons.outlines import outline


def free_lessons() -> list[FreePart]:
    """The courses with free lessons, and the letters these teach and leave out; one query if all are at hand."""
    return [part for course in Course.objects.all() if (part := _free_part(course)).lessons]


def _free_part(course: Course) -> FreePart:
    lessons = outline(course)
    free = [lesson for lesson in lessons if lesson.is_free]
    taught, all_letters = _letters(free, course), _letters(lessons, course)
    return FreePart(
        title=course.title,
        lessons=len(free),
        of=len(lessons),
        letters=_in_order(taught),
        missing=_in_order(all_letters - taught),
    )


def _letters(lessons: Iterable[Lesson], course: Course) -> set[str]:
    return {sign for lesson in lessons for sign in lesson.new_characters if sign in course.typed.alphabet}


def _in_order(letters: Iterable[str]) -> str:
    """Alphabetically, ё after е."""
    return " ".join(sorted(letters, key=lambda letter: "е~" if letter == "ё" else letter))
