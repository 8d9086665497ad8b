"""The only writer of typing sessions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

import outbox.events
from accounts.models import User
from lessons.models import Lesson, TypingText, text_of
from lessons.outlines import LessonInCourse, lesson_in_course, outline
from progress import statements
from progress.exercises.access import require_access
from progress.exercises.tickets import Ticket
from progress.honours.achievements import awarding, newly_earned
from progress.honours.facts import Facts
from progress.honours.leaderboards import enter_run
from progress.keystrokes import packing, plausibility, scoring
from progress.keystrokes.logs import Fault, InvalidLog, Log, Unfinished
from progress.keystrokes.passing import Runs
from progress.keystrokes.plain import score_plain
from progress.keystrokes.plausibility import MAX_CPM, Flag
from progress.keystrokes.replay import Replay, replay, within, without_rests
from progress.models import LessonProgress, OpenSession, TypingSession
from progress.recording.aggregates import next_moment, saving
from progress.recording.learner_state import LearnerState, lock_and_read
from progress.recording.placing import place
from progress.recording.recorded import Recorded
from progress.statements import Statement

MAX_WAIT_MS = 900_000
"""How long a test may have been open, or its log on the way, and still be ranked."""
_FIELDS = TypingSession._meta.concrete_fields
_INSERT = f"""
INSERT INTO progress_typingsession ({", ".join(str(field.column) for field in _FIELDS)})
VALUES ({", ".join(["%s"] * len(_FIELDS))}) ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 (names of columns)
_INSERT_WITH_LOG = f"""
WITH session AS ({_INSERT} RETURNING id)
INSERT INTO progress_keystrokelog (session_id, month, packed) SELECT id, %s, %s FROM session
"""  # noqa: S608 (names of columns)


class ExerciseGone(Exception):
    """What the ticket was for is no longer there."""


class Conflict(Exception):
    """The ticket's session is recorded already, from another log."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """What the plain form sends: the whole text as typed, no keystrokes."""

    typed: str


@dataclass(frozen=True, slots=True)
class Run:
    """What was typed and how well, before anything is stored."""

    text: str
    score: scoring.Score
    started_at: datetime
    source: str
    digest: bytes
    flags: tuple[str, ...] = ()
    rhythm: bytes | None = None
    packed: bytes | None = None
    played: Replay | None = None


def record_session(
    *, ticket: Ticket, learner: User, log: Log | PlainText, now: datetime, is_report: bool = False
) -> Recorded:
    """Score what was typed under a ticket and store it for its learner; at most 14 queries.

    The same log again gives the stored session again; what was kept of it while it was open goes. `is_report`: the
    ticket was made for what another program reports, and gave no access before. Raises, with nothing
    stored, InvalidLog (the log does not fit the text), LessonClosed (LessonLocked, PremiumNeeded, LessonComing),
    ExerciseGone, Conflict, or Gone (the learner was merged away meanwhile).
    """
    lesson = _lesson(ticket)
    text, is_stale = _text(ticket)
    run = _measure(ticket, text, log, now)
    if is_stale or (
        ticket.kind == TypingSession.Kind.TEST and _age_ms(ticket, now) - run.score.duration_ms > MAX_WAIT_MS
    ):
        run = replace(run, flags=(*run.flags, Flag.STALE))
    return _store(_session(ticket, learner, lesson, run, now), lesson, run, now, is_begun=not is_report)


def _store(
    session: TypingSession, lesson: LessonInCourse | None, run: Run, now: datetime, *, is_begun: bool
) -> Recorded:
    # Without a savepoint: views call this in a transaction of their own, which a refusal rolls back whole.
    with transaction.atomic(savepoint=False):
        state = lock_and_read(session)
        if state.is_stored:
            return Recorded.of(_same(TypingSession.objects.get(pk=session.pk), session))
        if lesson:
            require_access(session.user, lesson, now=now, runs=state.runs, is_begun=is_begun)
        if state.is_known_rhythm:
            session.flags.append(Flag.REPEATED)
        session.ranked = session.may_be_ranked
        session.counted_at = next_moment(now, state.aggregates.profile(session.layout))
        state.aggregates.add(session, run.played)
        earned = newly_earned(_facts(session, run.text, lesson, state))
        # The session first: awards refer to it, and it tells whether another request stored it meanwhile.
        stored, *_ = statements.run(
            _inserting(session, run.packed),
            *map(saving, state.aggregates.counted.values()),
            *([awarding(session, earned, now=now)] if earned else []),
        )
        if not stored:
            raise Conflict
        # As the ORM would have left it.
        session._state.adding, session._state.db = False, connection.alias
        if session.kind == TypingSession.Kind.PLACING:
            place(session, run.played)
        if state.board_name and session.has_board:
            enter_run(session)
        if state.is_open:
            OpenSession.objects.filter(pk=session.pk, user=session.user_id).delete()
        if state.may_be_copied:
            outbox.events.add("progress.tasks.session_recorded", now=now, session_id=str(session.pk))
    return Recorded(
        session=session,
        played=run.played,
        previous_cpm=state.previous_cpm,
        earned=frozenset(one.code for one in earned),
        skill=state.aggregates.profile(session.layout).skill,
        runs=_runs_with(session, state),
    )


def _lesson(ticket: Ticket) -> LessonInCourse | None:
    if ticket.lesson is None:
        return None
    lesson = lesson_in_course(ticket.lesson)
    if lesson is None:
        raise ExerciseGone
    return lesson


def _text(ticket: Ticket) -> tuple[str, bool]:
    """The text that was typed: a test brings its own, and a lesson may have been given another one since.

    And whether it should be fresh and is not, but was typed under this ticket before, in a session deleted since. Of a
    few words that says nothing: they may have come to another learner before.
    """
    if ticket.body:
        _text, is_new = TypingText.of_or_new(ticket.body)
        should_be_new = ticket.kind == TypingSession.Kind.TEST and ticket.minutes is not None
        return ticket.body, should_be_new and not is_new
    try:
        return text_of(ticket.text), False
    except TypingText.DoesNotExist as error:
        raise ExerciseGone from error


def _measure(ticket: Ticket, text: str, log: Log | PlainText, now: datetime) -> Run:
    if isinstance(log, PlainText):
        return _measure_plain(ticket, text, log, now)
    if log.mode != ticket.mode:
        raise InvalidLog(Fault.MODE, "mode")
    limit = None if ticket.is_extendable else ticket.limit_ms
    if limit is not None:
        log = replace(log, events=within(log.events, limit))
    if ticket.has_rests:
        log = replace(log, events=without_rests(text, log.events, log.mode))
    played = replay(text, log.events, log.mode, limit)
    if not (played.finished or ticket.minutes):
        raise Unfinished
    try:
        score = scoring.score(played)
    except scoring.NothingToScore as error:
        raise Unfinished from error
    packed = packing.pack(text, log.mode, log.events, played.expecting)
    claimed = datetime.fromtimestamp(log.started_at_ms / 1000, UTC)
    started_at = _start(claimed, ticket, score, now)
    flags = plausibility.flags(
        log,
        played,
        ticket_age_ms=_age_ms(ticket, now),
        clock_error_ms=max(ticket.issued_at - claimed, claimed - now) / timedelta(milliseconds=1),
    )
    return Run(
        text=text,
        score=score,
        started_at=started_at,
        source=TypingSession.Source.LEGACY if log.is_legacy else TypingSession.Source.KEYSTROKES,
        digest=hashlib.sha256(packed).digest(),
        flags=(*flags, *_too_fast(score)),
        rhythm=plausibility.rhythm_digest(played),
        packed=packed,
        played=played,
    )


def _measure_plain(ticket: Ticket, text: str, plain: PlainText, now: datetime) -> Run:
    try:
        elapsed = round(_age_ms(ticket, now))
        score = score_plain(text, plain.typed, elapsed, is_whole=not ticket.minutes)
    except scoring.NothingToScore as error:
        raise Unfinished from error
    return Run(
        text=text,
        score=score,
        started_at=_start(now, ticket, score, now),
        source=TypingSession.Source.PLAIN,
        digest=hashlib.sha256(plain.typed.encode()).digest(),
        flags=((Flag.IDLE,) if score.duration_ms < elapsed else ()) + _too_fast(score),
    )


def _start(claimed: datetime, ticket: Ticket, score: scoring.Score, now: datetime) -> datetime:
    """When a run began: as its client says, but not before its ticket, nor too late to have lasted as long."""
    latest = now - timedelta(milliseconds=score.duration_ms)
    return max(min(claimed, latest), min(ticket.issued_at, now))


def _too_fast(score: scoring.Score) -> tuple[str, ...]:
    return (Flag.FAST,) if score.cpm > MAX_CPM else ()


def _age_ms(ticket: Ticket, now: datetime) -> float:
    return (now - ticket.issued_at).total_seconds() * 1000


def _session(
    ticket: Ticket, learner: User, lesson: LessonInCourse | None, run: Run, now: datetime
) -> TypingSession:
    """The session as far as it is known before its learner's row is locked."""
    score = run.score
    return TypingSession(
        id=ticket.session,
        user=learner,
        kind=ticket.kind,
        lesson=lesson.lesson if lesson else None,
        text_id=ticket.text,
        minutes=ticket.minutes,
        words=ticket.words,
        difficulty=ticket.difficulty,
        is_extendable=ticket.is_extendable,
        layout=ticket.layout,
        started_at=run.started_at,
        recorded_at=now,
        local_date=run.started_at.astimezone(ZoneInfo(learner.timezone)).date(),
        counted_at=now,
        duration_ms=score.duration_ms,
        cpm=score.cpm,
        raw_cpm=score.raw_cpm,
        accuracy=score.accuracy,
        consistency=score.consistency,
        rollover=score.rollover,
        errors=score.errors,
        keystrokes=score.keystrokes,
        stars=scoring.stars(score.cpm, score.accuracy, lesson.lesson.target_cpm) if lesson else None,
        ranked=False,
        flags=list(run.flags),
        source=run.source,
        submission_sha256=run.digest,
        rhythm=run.rhythm,
    )


def _same(stored: TypingSession, session: TypingSession) -> TypingSession:
    is_same = bytes(stored.submission_sha256) == session.submission_sha256
    if stored.user_id != session.user_id or not is_same:
        raise Conflict
    return stored


def _inserting(session: TypingSession, packed: bytes | None) -> Statement:
    """Stores a session and its log, unless there is one of its id."""
    values = [getattr(session, field.attname) for field in _FIELDS]
    if packed is None:
        return Statement(_INSERT, values)
    return Statement(_INSERT_WITH_LOG, [*values, session.recorded_at.date().replace(day=1), packed])


def _runs_with(session: TypingSession, state: LearnerState) -> dict[int, Runs]:
    """What the learner did in every lesson, with the session, which is counted in `state.aggregates`."""
    runs = dict(state.runs)
    for row in state.aggregates.rows.values():
        if isinstance(row, LessonProgress):
            runs[row.lesson_id] = row.as_runs()
    return runs


def _facts(session: TypingSession, text: str, found: LessonInCourse | None, state: LearnerState) -> Facts:
    """The learner's record with the session, which is counted in `state.aggregates`."""
    runs = _runs_with(session, state)
    lesson = found.lesson if found else None
    is_passed = lesson is not None and runs[lesson.pk].is_passed
    waiting = _waiting(lesson, runs) if lesson and is_passed else []
    makes_row = session.ranked and session.characters >= scoring.LEAST_CHARACTERS
    is_day = state.characters + session.characters >= scoring.LEAST_CHARACTERS
    return Facts(
        session=session,
        text=text,
        lesson=lesson,
        skill=state.aggregates.profile(session.layout).skill,
        earned=state.earned,
        five_stars=sum(one.best_stars == scoring.MOST_STARS for one in runs.values()),
        is_passed=is_passed,
        waiting=len(waiting),
        free_waiting=sum(one.is_free for one in waiting),
        days=state.days + is_day,
        away=(session.local_date - state.last_day).days - 1 if is_day and state.last_day else 0,
        minutes=(state.duration_ms + session.duration_ms) / 60_000,
        accuracies=[session.accuracy, *state.accuracies] if makes_row else [],
    )


def _waiting(lesson: Lesson, runs: Mapping[int, Runs]) -> list[Lesson]:
    """The lessons of its course that can be typed and are not passed yet."""
    passed = {pk for pk, done in runs.items() if done.is_passed}
    return [one for one in outline(lesson.course) if one.is_ready and one.pk not in passed]
