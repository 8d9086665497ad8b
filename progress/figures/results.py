"""What a learner is shown of one recorded session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.models import Lesson
from lessons.outlines import following
from progress.exercises.access import LessonClosed, LessonLocked, PremiumNeeded, Standing, require_access
from progress.honours.achievements import Achievement, earned_by
from progress.honours.spreads import Comparison, comparison
from progress.keystrokes import scoring
from progress.keystrokes.passing import is_open
from progress.keystrokes.replay import Replay
from progress.models import TypingSession
from progress.recording.playing import replay_of


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the result that a higher floor adds: a template, one more for a button, and what they show."""

    template: str
    context: dict[str, Any]
    action: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A session with what it led to.

    `gain` is the change in characters per minute since the learner's session before it of the same lesson, None for
    the first. `next_lesson` is the one after it, `next_closed` why it cannot be typed yet, if so. `earned` are the
    achievements it brought.
    """

    session: TypingSession
    gain: float | None
    next_lesson: Lesson | None
    next_closed: LessonClosed | None
    earned: tuple[Achievement, ...]

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
    sections: tuple[Section, ...]
    comparison: Comparison | None


SectionBuilder = Callable[[TypingSession, Replay], Section | None]
_builders: list[SectionBuilder] = []


def add_section(builder: SectionBuilder) -> None:
    """Let a floor above put a section on every result; called once, when its app is ready."""
    _builders.append(builder)


def outcome_of(session: TypingSession, *, now: datetime) -> Outcome:
    """What a recorded session led to; six queries at most."""
    return Outcome(**_outcome(session, now))


def result_of(session: TypingSession, *, now: datetime) -> Result:
    """The result of a recorded session; eight queries at most, more only in added sections."""
    played = replay_of(session)
    return Result(
        **_outcome(session, now),
        replay=played,
        curve=scoring.curve(played) if played else [],
        sections=tuple(section for build in _builders if played and (section := build(session, played))),
        comparison=comparison(session),
    )


def _outcome(session: TypingSession, now: datetime) -> dict[str, Any]:
    next_lesson = following(session.lesson) if session.lesson else None
    return {
        "session": session,
        "gain": _gain(session),
        "next_lesson": next_lesson,
        "next_closed": _closed(session, next_lesson, now),
        "earned": earned_by(session),
    }


def _gain(session: TypingSession) -> float | None:
    if session.lesson_id is None:
        return None
    if session.recorded:
        return None if session.recorded.before_cpm is None else session.cpm - session.recorded.before_cpm
    before = TypingSession.objects.filter(
        user=session.user_id, lesson=session.lesson_id, recorded_at__lt=session.recorded_at
    )
    cpm = before.order_by("-recorded_at").values_list("cpm", flat=True).first()
    return None if cpm is None else session.cpm - cpm


def _closed(session: TypingSession, lesson: Lesson | None, now: datetime) -> LessonClosed | None:
    if lesson is None:
        return None
    progress = session.recorded.progress if session.recorded else None
    opens = lesson.previous_id == session.lesson_id and progress and is_open(progress.as_runs(), first=False)
    try:
        require_access(session.user, lesson, now=now, at=Standing(None, progress) if opens else None)
    except LessonClosed as closed:
        return closed
    return None
