"""The map of a course: every lesson with where the learner stands in it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from billing.entitlement import is_premium
from lessons.models import Block, Course, Lesson

from .models import LessonProgress
from .unlocking import is_open


class State(StrEnum):
    """`DONE` typed at least once, `OPEN` may be typed, `LOCKED` later, `PREMIUM` wants a subscription,
    `COMING` has no text yet."""

    DONE = "done"
    OPEN = "open"
    LOCKED = "locked"
    PREMIUM = "premium"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson on the map; `stars` is the best rating, 0 before the first run."""

    lesson: Lesson
    state: State
    stars: int


@dataclass(slots=True)
class Map:
    """A course by blocks.

    `next` is where to go on: the first open lesson not typed yet, else the last typed one, which holds the next shut
    or ends what can be typed; None where nothing can be.
    """

    course: Course
    blocks: list[tuple[Block, list[Place]]] = field(default_factory=list)
    next: Lesson | None = None

    @property
    def places(self) -> list[Place]:
        return [place for _, places in self.blocks for place in places]

    @property
    def done(self) -> int:
        return sum(place.stars > 0 for place in self.places)


def course_map(course: Course, user: User | AnonymousUser, *, now: datetime) -> Map:
    """The map for one learner, in three queries."""
    lessons = course.lessons.select_related("block").order_by("block__position", "number")
    done: dict[int, LessonProgress] = {}
    if user.is_authenticated:
        rows = LessonProgress.objects.filter(user=user, lesson__course=course).select_related("lesson")
        done = {row.lesson.number: row for row in rows}
    premium = is_premium(user, now)
    drawn = Map(course)
    for lesson in lessons:
        place = _place(lesson, done, premium)
        if not drawn.blocks or drawn.blocks[-1][0] != lesson.block:
            drawn.blocks.append((lesson.block, []))
        drawn.blocks[-1][1].append(place)
    ahead = [place.lesson for place in drawn.places if place.state == State.OPEN]
    typed = [place.lesson for place in drawn.places if place.state == State.DONE]
    drawn.next = ahead[0] if ahead else typed[-1] if typed else None
    return drawn


def _place(lesson: Lesson, done: dict[int, LessonProgress], premium: bool) -> Place:
    own, previous = done.get(lesson.number), done.get(lesson.number - 1)
    stars = own.best_stars if own else 0
    if not lesson.is_ready:
        state = State.COMING
    elif not lesson.is_free and not premium:
        state = State.PREMIUM
    elif own:
        state = State.DONE
    elif is_open(lesson.number, previous.as_runs() if previous else None):
        state = State.OPEN
    else:
        state = State.LOCKED
    return Place(lesson, state, stars)
