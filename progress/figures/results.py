"""What a learner is shown of one recorded session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.models import Lesson
from lessons.outlines import LessonInCourse, following
from progress.exercises.access import LessonClosed, LessonLocked, PremiumNeeded, require_access
from progress.figures.headings import Names, names_of
from progress.honours.achievements import ACHIEVEMENTS, Achievement
from progress.honours.spreads import Comparison, comparison
from progress.keystrokes import scoring
from progress.keystrokes.replay import Replay
from progress.models import TypingSession
from progress.recording.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the result that a higher floor adds: a template and what it shows, one more for a button, and one for
    the button that Enter presses."""

    context: dict[str, Any]
    template: str = ""
    action: str = ""
    primary: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A session with what it led to.

    `previous_cpm` is the speed of the learner's session before it of the same lesson, None for the first. `next_lesson`
    is the one after it, `next_closed` why it cannot be typed yet, if so. `earned` are the achievements it brought.
    """

    session: TypingSession
    previous_cpm: float | None
    next_lesson: Lesson | None
    next_closed: LessonClosed | None
    earned: tuple[Achievement, ...]

    @property
    def next_open(self) -> bool:
        return self.next_closed is None

    @property
    def next_locked(self) -> bool:
        return isinstance(self.next_closed, LessonLocked)

    @property
    def next_premium(self) -> bool:
        return isinstance(self.next_closed, PremiumNeeded)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result(Outcome):
    """A session with all that belongs on its page.

    `replay` and the speed `curve` (characters per minute) need the keystrokes and are None and empty without them.
    `comparison` tells where it stands among all learners.
    """

    replay: Replay | None
    curve: list[float]
    names: Names
    sections: tuple[Section, ...]
    comparison: Comparison | None

    @property
    def primary(self) -> Section | None:
        """The section that says what comes next, if one does."""
        return next((section for section in self.sections if section.primary), None)


SectionBuilder = Callable[[Recorded], Section | None]
_builders: list[SectionBuilder] = []


def add_section(builder: SectionBuilder) -> None:
    """Let a floor above put a section on every result; called once, when its app is ready."""
    _builders.append(builder)


def outcome_of(recorded: Recorded, *, now: datetime) -> Outcome:
    """What a recorded session led to; at most three queries."""
    return Outcome(**_outcome(recorded, now))


def result_of(recorded: Recorded, *, now: datetime) -> Result:
    """The result of a recorded session; at most four queries, more only in added sections."""
    played = recorded.played
    return Result(
        **_outcome(recorded, now),
        replay=played,
        curve=scoring.curve(played) if played else [],
        names=names_of([recorded.session]),
        sections=tuple(section for build in _builders if (section := build(recorded))),
        comparison=comparison(recorded.session),
    )


def _outcome(recorded: Recorded, now: datetime) -> dict[str, Any]:
    session = recorded.session
    found = following(session.lesson) if session.lesson else None
    return {
        "session": session,
        "previous_cpm": recorded.previous_cpm,
        "next_lesson": found.lesson if found else None,
        "next_closed": _closed(recorded, found, now) if found else None,
        "earned": tuple(one for one in ACHIEVEMENTS if one.code in recorded.earned),
    }


def _closed(recorded: Recorded, found: LessonInCourse, now: datetime) -> LessonClosed | None:
    try:
        require_access(recorded.session.user, found, now=now, runs=recorded.runs)
    except LessonClosed as closed:
        return closed
    return None
