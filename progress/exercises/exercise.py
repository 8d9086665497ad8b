"""What can be typed: a lesson, or whatever a higher floor gives, with the ticket that lets it be recorded."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from lessons import keyboards, languages
from lessons.models import Lesson, TypingText
from lessons.runs import body_of_run
from progress.exercises import tickets
from progress.keystrokes.replay import units
from progress.models import TypingSession

MODES = tuple(Lesson.Mode.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """Something to type. `taught`: the characters whose keys the virtual keyboard shows as learned.

    A trial has no ticket, so nothing of it can be recorded. What has a time lasts `minutes`, a test that or
    so many `words`. A text
    that `is_made` for it need not be in the database. `goal` says what it is for.
    `best_cpm`: the learner's own best speed in it.
    """

    kind: str
    title: str
    text: TypingText
    layout: str
    language: str
    taught: Collection[str]
    back_url: str
    lesson: Lesson | None = None
    is_trial: bool = False
    minutes: int | None = None
    words: int | None = None
    difficulty: str = ""
    is_extendable: bool = False
    is_made: bool = False
    goal: str = ""
    mode: str = MODES[0]
    best_cpm: float = 0

    @property
    def has_rests(self) -> bool:
        """Whether the wait before each line is not counted."""
        return self.lesson is not None and self.lesson.has_rests

    @property
    def lesson_text(self) -> str | None:
        """The name of the text that a first run of its lesson has."""
        return self.lesson.text_id if self.lesson else None

    @property
    def is_test(self) -> bool:
        return self.kind == TypingSession.Kind.TEST

    @property
    def new_characters(self) -> str:
        """What a lesson brings, "" for all else."""
        return self.lesson.new_characters if self.lesson else ""


LessonWriter = Callable[[User, Lesson, int], str | None]
_writers: list[LessonWriter] = []


def add_lesson_writer(writer: LessonWriter) -> None:
    """Let a floor above write the texts of lessons that are made for the learner, for a run by its number, or None;
    called once, when its app is ready."""
    _writers.append(writer)


def lesson_exercise(
    lesson: Lesson,
    user: User | AnonymousUser | None = None,
    *,
    runs: int = 0,
    back_url: str = "",
    is_trial: bool = False,
) -> Exercise:
    """A lesson that has a text, as an exercise for a learner who has typed it so many times."""
    written = _written_for(user, lesson, runs)
    body = written or body_of_run(lesson, runs)
    sha256 = TypingText.digest(body)
    return Exercise(
        kind=TypingSession.Kind.LESSON,
        title=_("Lesson %(number)s. %(title)s") % {"number": lesson.number, "title": lesson.title},
        text=TypingText(sha256=sha256, body=body),
        layout=lesson.course.layout,
        language=lesson.course.language,
        taught=lesson.alphabet(),
        back_url=back_url,
        lesson=lesson,
        is_trial=is_trial,
        is_made=sha256 != lesson.text_id,
        goal=_("This text was made for you, of what costs you the most time.") if written else lesson.goal,
        mode=lesson.mode,
    )


def _written_for(user: User | AnonymousUser | None, lesson: Lesson, runs: int) -> str | None:
    if not lesson.is_for_learner or user is None or not user.is_authenticated:
        return None
    return next((body for write in _writers if (body := write(user, lesson, runs))), None)


def layout_for(user: User | AnonymousUser, exercise: Exercise) -> keyboards.Layout:
    """The layout the learner prefers where it is for the same language and types all of the text, else its own.

    So the layout of a session always tells its language.
    """
    own = keyboards.layout(exercise.layout)
    if not user.is_authenticated or user.layout not in keyboards.layouts():
        return own
    preferred = keyboards.layout(user.layout)
    typeable = all(unit == "\n" or preferred.types(unit) for unit in units(exercise.text.body))
    is_same = languages.of_layout(preferred.code).code == exercise.language
    return preferred if is_same and typeable else own


def ticket_for(
    user: User | AnonymousUser, exercise: Exercise, layout: str, mode: str, *, now: datetime
) -> tickets.Ticket:
    """The ticket of one run; for the anonymous, that of the guest to be."""
    return tickets.Ticket(
        session=uuid.uuid4(),
        learner=user.pk if user.is_authenticated else uuid.uuid4(),
        minted=not user.is_authenticated,
        kind=exercise.kind,
        text=exercise.text.pk,
        lesson=exercise.lesson.pk if exercise.lesson else None,
        layout=layout,
        mode=mode,
        issued_at=now,
        minutes=exercise.minutes,
        words=exercise.words,
        difficulty=exercise.difficulty,
        is_extendable=exercise.is_extendable,
        body=exercise.text.body if exercise.is_made else "",
        has_rests=exercise.has_rests,
    )
