"""The map of a course: every lesson with where the learner stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from billing.entitlement.premium import is_premium
from lessons.models import Block, Course, Lesson
from lessons.outlines import outline
from progress.keystrokes.passing import Runs, is_open
from progress.models import LessonProgress


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
    """A lesson on the map; `stars` is the best rating, 0 before the first run.

    `premium`: the learner needs a subscription for it, be its text ready or not.
    """

    lesson: Lesson
    state: State
    stars: int
    premium: bool


@dataclass(slots=True)
class Map:
    """A course by blocks.

    `next` is where to go on: the first open lesson not typed yet, else the last typed one if it still holds the next
    shut. Where neither is, all that can be typed is done, and `closed` is what comes after it: a lesson with a
    subscription, else one that is coming; None at the end of the course.
    """

    course: Course
    blocks: list[tuple[Block, list[Place]]] = field(default_factory=list)
    next: Lesson | None = None
    closed: Place | None = None
    is_untouched: bool = False
    """Nothing typed, no subscription: the same for all such visitors."""

    @property
    def places(self) -> list[Place]:
        return [place for _, places in self.blocks for place in places]

    @property
    def done(self) -> int:
        return sum(place.stars > 0 for place in self.places)

    @property
    def stars(self) -> int:
        return sum(place.stars for place in self.places)

    @property
    def legend(self) -> set[str]:
        """The kinds of places there are that want explaining."""
        kinds: set[str] = {place.state for place in self.places}
        if self.next:
            kinds.add("next")
        if any(place.premium for place in self.places):
            kinds.add(State.PREMIUM)
        return kinds


def course_map(course: Course, user: User | AnonymousUser, *, now: datetime) -> Map:
    """The map for one learner, in two queries, three when its lessons are not at hand."""
    return course_maps([course], user, now=now)[0]


def course_maps(courses: Sequence[Course], user: User | AnonymousUser, *, now: datetime) -> list[Map]:
    """The maps for one learner, in two queries for all, and one for each whose lessons are not at hand."""
    runs: dict[int, dict[int, Runs]] = {course.pk: {} for course in courses}
    if user.is_authenticated:
        rows = LessonProgress.objects.filter(user=user, lesson__course__in=courses)
        for course, lesson, stars, accurate in rows.values_list(
            "lesson__course", "lesson", "best_stars", "accurate_runs"
        ):
            runs[course][lesson] = Runs(stars, accurate)
    premium = is_premium(user, now)
    return [_drawn(course, runs[course.pk], premium) for course in courses]


def _drawn(course: Course, runs: Mapping[int, Runs], premium: bool) -> Map:
    drawn = Map(course, is_untouched=not (runs or premium))
    previous: Lesson | None = None
    for lesson in outline(course):
        state = _state(lesson, previous, runs, premium)
        stars = runs[lesson.pk].best_stars if lesson.pk in runs else 0
        place = Place(lesson, state, stars, premium=not lesson.is_free and not premium)
        if lesson.is_ready:
            previous = lesson
        if not drawn.blocks or drawn.blocks[-1][0] != lesson.block:
            drawn.blocks.append((lesson.block, []))
        drawn.blocks[-1][1].append(place)
    drawn.next = _next(drawn.places, runs)
    if drawn.next is None:
        drawn.closed = _first(drawn.places, State.PREMIUM) or _first(drawn.places, State.COMING)
    return drawn


def _state(lesson: Lesson, previous: Lesson | None, runs: Mapping[int, Runs], premium: bool) -> State:
    if not lesson.is_ready:
        return State.COMING
    if not lesson.is_free and not premium:
        return State.PREMIUM
    if lesson.pk in runs:
        return State.DONE
    return State.OPEN if is_open(lesson.pk, previous.pk if previous else None, runs) else State.LOCKED


def _next(places: Sequence[Place], runs: Mapping[int, Runs]) -> Lesson | None:
    if ahead := _first(places, State.OPEN):
        return ahead.lesson
    typed = _first(places[::-1], State.DONE)
    return typed.lesson if typed and not runs[typed.lesson.pk].is_passed else None


def _first(places: Sequence[Place], state: State) -> Place | None:
    return next((place for place in places if place.state == state), None)
