"""The map of a course: every lesson with where the learner stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from billing.entitlement.premium import is_premium
from lessons.models import Block, Course, Lesson
from lessons.outlines import outline
from progress.exercises.access import Placed
from progress.keystrokes.passing import Runs, is_open
from progress.keystrokes.scoring import MOST_STARS
from progress.models import LessonProgress

REVIEW_EVERY: Final = 5
"""Lessons from one review to the next."""


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

    `is_placed`: a placement test opened it, and it is not typed yet.

    `premium`: the learner needs a subscription for it, be its text ready or not.
    """

    lesson: Lesson
    state: State
    stars: int
    premium: bool
    is_placed: bool = False
    is_passed: bool = False

    @property
    def offers_review(self) -> bool:
        """Whether a review of what was taught so far is offered after it."""
        return self.state is State.DONE and self.lesson.number % REVIEW_EVERY == 0


@dataclass(slots=True)
class Map:
    """A course by blocks.

    `next` is where to go on: the first open lesson not typed yet, else the last typed one if it still holds the next
    shut; both from the last one on that a placement test opened. Where neither is, all that can be typed is done, and
    `closed` is what comes after it: a lesson with a subscription, else a coming one; None at the course's end.
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
        """Lessons passed; one typed badly is not done."""
        return sum(place.is_passed for place in self.places)

    @property
    def is_begun(self) -> bool:
        """Whether any lesson was typed, or opened by a placement test."""
        return any(place.stars or place.is_placed for place in self.places)

    @property
    def is_once_more(self) -> bool:
        """Whether what is next was typed before, not well enough to open what follows."""
        return any(place.lesson == self.next and place.state is State.DONE for place in self.places)

    @property
    def stars(self) -> int:
        return sum(place.stars for place in self.places)

    @property
    def with_stars_left(self) -> int:
        """Lessons typed, or opened by a placement test, that have not all their stars."""
        return sum(
            place.is_placed or (place.state is State.DONE and place.stars < MOST_STARS)
            for place in self.places
        )

    @property
    def last_open(self) -> Lesson | None:
        """The furthest lesson that may be typed."""
        may_be_typed = [place.lesson for place in self.places if place.state in (State.OPEN, State.DONE)]
        return may_be_typed[-1] if may_be_typed else None

    @property
    def legend(self) -> set[str]:
        """The kinds of places there are that want explaining."""
        kinds: set[str] = {place.state for place in self.places}
        if self.next:
            kinds.add("next")
        if any(place.is_placed for place in self.places):
            kinds.add("placed")
        if any(place.offers_review for place in self.places):
            kinds.add("review")
        if any(place.premium for place in self.places):
            kinds.add(State.PREMIUM)
        return kinds


def course_map(course: Course, user: User | AnonymousUser, *, now: datetime) -> Map:
    """The map for one learner, in three queries, four when its lessons are not at hand."""
    return course_maps([course], user, now=now)[0]


def course_maps(courses: Sequence[Course], user: User | AnonymousUser, *, now: datetime) -> list[Map]:
    """The maps for one learner, in three queries for all, and one for each whose lessons are not at hand."""
    runs: dict[int, dict[int, Runs]] = {course.pk: {} for course in courses}
    if user.is_authenticated:
        rows = LessonProgress.objects.filter(user=user, lesson__course__in=courses)
        for course, lesson, stars, accurate in rows.values_list(
            "lesson__course", "lesson", "best_stars", "accurate_runs"
        ):
            runs[course][lesson] = Runs(stars, accurate)
    placed = Placed.of(user, courses)
    premium = is_premium(user, now)
    return [_drawn(course, runs[course.pk], premium, placed) for course in courses]


def _drawn(course: Course, runs: Mapping[int, Runs], premium: bool, placed: Placed) -> Map:
    drawn = Map(course, is_untouched=not (runs or premium or course.pk in placed.levels))
    previous: Lesson | None = None
    for lesson in outline(course):
        is_placed = placed.opens(lesson)
        state = _state(lesson, previous, runs, premium, is_placed)
        stars = runs[lesson.pk].best_stars if lesson.pk in runs else 0
        place = Place(
            lesson,
            state,
            stars,
            premium=not lesson.is_free and not premium,
            is_placed=is_placed and state == State.OPEN,
            is_passed=lesson.pk in runs and runs[lesson.pk].is_passed,
        )
        if lesson.is_ready:
            previous = lesson
        if not drawn.blocks or drawn.blocks[-1][0] != lesson.block:
            drawn.blocks.append((lesson.block, []))
        drawn.blocks[-1][1].append(place)
    drawn.next = _next(drawn.places, runs, placed)
    if drawn.next is None:
        drawn.closed = _first(drawn.places, State.PREMIUM) or _first(drawn.places, State.COMING)
    return drawn


def _state(
    lesson: Lesson, previous: Lesson | None, runs: Mapping[int, Runs], premium: bool, is_placed: bool
) -> State:
    if not lesson.is_ready:
        return State.COMING
    if not lesson.is_free and not premium:
        return State.PREMIUM
    if lesson.pk in runs:
        return State.DONE
    if is_placed or is_open(lesson.pk, previous.pk if previous else None, runs):
        return State.OPEN
    return State.LOCKED


def _next(places: Sequence[Place], runs: Mapping[int, Runs], placed: Placed) -> Lesson | None:
    may_be_typed = [place for place in places if place.state in (State.OPEN, State.DONE)]
    entrance = max((place.lesson.number for place in may_be_typed if placed.opens(place.lesson)), default=0)
    places = [place for place in places if place.lesson.number >= entrance]
    if ahead := _first(places, State.OPEN):
        return ahead.lesson
    typed = _first(places[::-1], State.DONE)
    return typed.lesson if typed and not runs[typed.lesson.pk].is_passed else None


def _first(places: Sequence[Place], state: State) -> Place | None:
    return next((place for place in places if place.state == state), None)
