"""What a learner is shown of one recorded session."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from accounts.units import SpeedUnit
from lessons.models import Lesson
from lessons.outlines import LessonInCourse, following
from progress.exercises.access import LessonClosed, LessonLocked, PremiumNeeded, require_access
from progress.exercises.timed_tests import again
from progress.figures.before import Before, before
from progress.figures.headings import Names, names_of
from progress.figures.maps import Map, course_map
from progress.figures.run_chart import RunChart, run_chart
from progress.honours.achievements import ACHIEVEMENTS, Achievement, highest_of_ladders
from progress.honours.certificates import Level, level_earned
from progress.honours.leaderboards import Period, Place, board_of, place_of
from progress.honours.spreads import Comparison, comparison
from progress.keystrokes.replay import Replay
from progress.models import TypingSession
from progress.recording.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the result that a higher floor adds: what it shows, and the templates of its words, of the button that
    Enter presses, of the second button, and of one more; of its `line` above the next text, and where that is, if one
    waits."""

    context: dict[str, Any]
    template: str = ""
    primary: str = ""
    second: str = ""
    action: str = ""
    line: str = ""
    next_text: str = ""


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

    `replay` and `chart` need the keystrokes and are None without them. `before` is what she had done of the like,
    `place` where she stands on the leaderboard of a test, `comparison` where the session stands among all learners,
    `ending` the map of the course where no lesson follows that may be typed, or be opened by this one.
    """

    replay: Replay | None
    chart: RunChart | None
    before: Before
    place: Place | None
    names: Names
    sections: tuple[Section, ...]
    comparison: Comparison | None
    ending: Map | None

    @property
    def is_to_repeat(self) -> bool:
        """Whether the lesson itself is what has to be typed next."""
        return self.next_locked or (self.ending is not None and self.ending.next == self.session.lesson)

    @property
    def is_record(self) -> bool:
        """Whether it beats all of the learner's runs of the like before, if there were any."""
        return (
            self.session.sets_records
            and self.before.record is not None
            and self.session.cpm > self.before.record
        )

    @property
    def certificate(self) -> Level | None:
        """The level of certificate that a test is good for."""
        return level_earned(self.session)

    @property
    def highest(self) -> tuple[Achievement, ...]:
        return highest_of_ladders(self.earned)

    @property
    def second(self) -> Section | None:
        """The section that has the second button, if one has."""
        return next((section for section in self.sections if section.second), None)

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
    session = recorded.session
    found = following(session.lesson) if session.lesson else None
    return Outcome(
        session=session,
        previous_cpm=recorded.previous_cpm,
        next_lesson=found.lesson if found else None,
        next_closed=_closed(recorded, found, now) if found else None,
        earned=tuple(one for one in ACHIEVEMENTS if one.code in recorded.earned),
    )


def result_of(recorded: Recorded, *, unit: SpeedUnit, now: datetime) -> Result:
    """The result of a recorded session; at most five queries, for a test of somebody on the leaderboards two more, for
    the last lesson that may be typed three, and what added sections ask."""
    session, played = recorded.session, recorded.played
    past, outcome = before(session), outcome_of(recorded, now=now)
    return Result(
        **{field.name: getattr(outcome, field.name) for field in fields(outcome)},
        replay=played,
        chart=run_chart(played, mean=session.cpm, record=past.record, unit=unit) if played else None,
        before=past,
        place=_place(session, now),
        names=names_of([session]),
        sections=tuple(section for build in _builders if (section := build(recorded))),
        comparison=comparison(session),
        ending=_ending(outcome, now),
    )


def next_text(recorded: Recorded) -> str:
    """Where the next text waits once a test or an exercise of a plan was typed; "" where the result comes first."""
    session = recorded.session
    if session.kind == TypingSession.Kind.TEST:
        return _after(again(session), session)
    if session.kind != TypingSession.Kind.DRILL:
        return ""
    sections = (section for build in _builders if (section := build(recorded)))
    return next((_after(section.next_text, session) for section in sections if section.next_text), "")


def _after(url: str, session: TypingSession) -> str:
    return f"{url}{'&' if '?' in url else '?'}after={session.pk}"


def _ending(outcome: Outcome, now: datetime) -> Map | None:
    lesson = outcome.session.lesson
    if lesson is None or outcome.next_locked or (outcome.next_lesson and outcome.next_open):
        return None
    return course_map(lesson.course, outcome.session.user, now=now)


def _place(session: TypingSession, now: datetime) -> Place | None:
    """Where a learner who takes part stands among all who took such tests."""
    if session.kind != TypingSession.Kind.TEST or not session.has_board or not session.user.board_name:
        return None
    return place_of(session.user, board_of(session), Period.EVER, now=now)


def _closed(recorded: Recorded, found: LessonInCourse, now: datetime) -> LessonClosed | None:
    try:
        require_access(recorded.session.user, found, now=now, runs=recorded.runs)
    except LessonClosed as closed:
        return closed
    return None
