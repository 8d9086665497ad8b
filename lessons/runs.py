"""Which text of a lesson is typed in which run."""

from functools import lru_cache
from operator import attrgetter

from .checks import RECENT_LESSONS
from .keyboards import layout
from .models import Lesson
from .outlines import outline
from .variations import KeysLesson, variation

_kept = lru_cache(maxsize=512)(variation)


def body_of_run(lesson: Lesson, runs: int) -> str:
    """The text of a lesson that is ready for who has typed it so many times: its own ones in turn, and of a lesson of
    new keys variations after them. The same number gives the same text."""
    bodies = lesson.bodies
    if lesson.kind == Lesson.Kind.KEYS and lesson.new_characters.strip() and runs >= len(bodies):
        return _kept(rules_of(lesson), f"{lesson.course.slug}:{lesson.number}:{runs}") or bodies[0]
    return bodies[runs % len(bodies)]


def rules_of(lesson: Lesson) -> KeysLesson:
    """What the texts of a lesson of new keys keep to; no query where the course's lessons are at hand."""
    before = sorted(
        (one for one in outline(lesson.course) if one.number < lesson.number), key=attrgetter("number")
    )
    recent = (one.new_characters for one in before if one.number >= lesson.number - RECENT_LESSONS)
    return KeysLesson(
        language=lesson.course.language,
        layout=layout(lesson.course.layout),
        letters=frozenset("".join(one.new_characters for one in before) + lesson.new_characters + " "),
        new=lesson.new_characters,
        recent="".join(one for one in "".join(recent) if not one.isupper()),
        length=lesson.length,
        lines=lesson.bodies[0].count("\n") + 1,
    )
