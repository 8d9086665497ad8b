"""The only writer of typing sessions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

import outbox.events
from accounts.models import User
from lessons import keyboards
from lessons.models import Lesson, TypingText, text_of
from lessons.outlines import placed
from progress import statements
from progress.exercises.access import Standing, require_access
from progress.exercises.tickets import Ticket
from progress.honours import achievements, leaderboards
from progress.keystrokes import packing, plausibility, scoring
from progress.keystrokes.logs import MAX_DURATION, Fault, InvalidLog, Log, Unfinished
from progress.keystrokes.plain import score_plain
from progress.keystrokes.plausibility import MAX_CPM, Flag
from progress.keystrokes.replay import Replay, replay, within
from progress.keystrokes.skill import from_state
from progress.models import LessonProgress, OpenSession, Recorded, TypingSession
from progress.recording import counting
from progress.recording.learner_state import Before, before
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

    score: scoring.Score
    started_at: datetime
    source: str
    digest: bytes
    flags: tuple[str, ...] = ()
    rhythm: bytes | None = None
    packed: bytes | None = None
    played: Replay | None = None


def record_session(*, ticket: Ticket, learner: User, log: Log | PlainText, now: datetime) -> TypingSession:
    """Score what was typed under a ticket and store it for its learner; at most 14 queries.

    The same log again gives the stored session again; what was kept of it while it was open goes. Raises, with nothing
    stored, InvalidLog (the log does not fit the text), LessonClosed (LessonLocked, PremiumNeeded, LessonComing),
    ExerciseGone, Conflict, or Gone (the learner was merged away meanwhile).
    """
    lesson = _lesson(ticket)
    text, is_stale = _text(ticket)
    run = _measure(ticket, text, log, now)
    if is_stale or (ticket.minutes and _age_ms(ticket, now) - run.score.duration_ms > MAX_WAIT_MS):
        run = replace(run, flags=(*run.flags, Flag.STALE))
    return _store(ticket, learner, lesson, run, now)


def _store(ticket: Ticket, learner: User, lesson: Lesson | None, run: Run, now: datetime) -> TypingSession:
    day = run.started_at.astimezone(ZoneInfo(learner.timezone)).date()
    with transaction.atomic(savepoint=False):
        found = before(
            learner.pk,
            session_id=ticket.session,
            text=ticket.text,
            lesson=lesson,
            layout=ticket.layout,
            day=day,
            keystrokes=run.score.keystrokes,
            rhythm=run.rhythm,
        )
        if found.is_stored:
            return _same(TypingSession.objects.get(pk=ticket.session), learner, run)
        if found.is_known_rhythm:
            run = replace(run, flags=(*run.flags, Flag.REPEATED))
        if lesson:
            require_access(learner, lesson, now=now, at=found.standing)
        profile = found.profile
        session = _session(ticket, learner, lesson, run, now, day, counting.moment(now, profile))
        writes = [_inserting(session, run.packed), counting.adding_day(session)]
        progress = _advanced(learner, lesson, found.standing, session) if lesson else None
        if progress:
            writes.append(counting.keeping(progress))
        if run.played:
            profile.add(session, run.played)
            writes.append(counting.keeping(profile))
        earned = achievements.newly_earned(facts_of(session, lesson, found))
        if earned:
            writes.append(achievements.awarding(session, earned, now=now))
        if not statements.run(*writes)[0]:
            raise Conflict
        session._state.adding, session._state.db = False, connection.alias
        if found.board_name and (board := leaderboards.board_of(session, lesson)):
            leaderboards.enter_run(session, board)
        if found.is_open:
            OpenSession.objects.filter(pk=session.pk, user=learner).delete()
        if found.may_be_copied:
            outbox.events.add("progress.tasks.session_recorded", now=now, session_id=str(session.pk))
    session.recorded = Recorded(run.played, found.cpm, progress, frozenset(one.code for one in earned))
    return session


def _lesson(ticket: Ticket) -> Lesson | None:
    if ticket.lesson is None:
        return None
    lesson = placed(ticket.lesson)
    if lesson is None:
        raise ExerciseGone
    return lesson


def _text(ticket: Ticket) -> tuple[str, bool]:
    """The text that was typed: a test brings its own, and a lesson may have been given another one since.

    And whether it should be fresh and is not, but was typed under this ticket before, in a session deleted since.
    """
    if ticket.body:
        return ticket.body, not TypingText.store(ticket.body)
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
    played = replay(text, log.events, log.mode, limit)
    if not (played.finished or ticket.minutes):
        raise Unfinished
    hands: Mapping[str, str] = keyboards.layout(ticket.layout).hands
    try:
        score = scoring.score(played, hands)
    except scoring.NothingToScore as error:
        raise Unfinished from error
    packed = packing.pack(text, log.mode, log.events, played.expecting)
    latest = now - timedelta(milliseconds=score.duration_ms)
    claimed = datetime.fromtimestamp(log.started_at_ms / 1000, UTC)
    flags = plausibility.flags(log, played, ticket_age_ms=_age_ms(ticket, now))
    return Run(
        score=score,
        started_at=max(min(claimed, latest), min(ticket.issued_at, latest)),
        source=TypingSession.Source.LEGACY if log.is_legacy else TypingSession.Source.KEYSTROKES,
        digest=hashlib.sha256(packed).digest(),
        flags=(*flags, *_too_fast(score)),
        rhythm=plausibility.rhythm_digest(played),
        packed=packed,
        played=played,
    )


def _measure_plain(ticket: Ticket, text: str, plain: PlainText, now: datetime) -> Run:
    try:
        elapsed = min(round(_age_ms(ticket, now)), MAX_DURATION)
        score = score_plain(text, plain.typed, elapsed, is_whole=not ticket.minutes)
    except scoring.NothingToScore as error:
        raise Unfinished from error
    return Run(
        score=score,
        started_at=ticket.issued_at,
        source=TypingSession.Source.PLAIN,
        digest=hashlib.sha256(plain.typed.encode()).digest(),
        flags=_too_fast(score),
    )


def _too_fast(score: scoring.Score) -> tuple[str, ...]:
    return (Flag.FAST,) if score.cpm > MAX_CPM else ()


def _age_ms(ticket: Ticket, now: datetime) -> float:
    return (now - ticket.issued_at).total_seconds() * 1000


def _same(stored: TypingSession, learner: User, run: Run) -> TypingSession:
    if stored.user_id != learner.pk or bytes(stored.submission_sha256) != run.digest:
        raise Conflict
    return stored


def _session(
    ticket: Ticket,
    learner: User,
    lesson: Lesson | None,
    run: Run,
    now: datetime,
    day: date,
    counted_at: datetime,
) -> TypingSession:
    score = run.score
    session = TypingSession(
        id=ticket.session,
        user=learner,
        kind=ticket.kind,
        lesson=lesson,
        text_id=ticket.text,
        minutes=ticket.minutes,
        difficulty=ticket.difficulty,
        is_extendable=ticket.is_extendable,
        layout=ticket.layout,
        started_at=run.started_at,
        recorded_at=now,
        local_date=day,
        counted_at=counted_at,
        duration_ms=score.duration_ms,
        cpm=score.cpm,
        raw_cpm=score.raw_cpm,
        accuracy=score.accuracy,
        consistency=score.consistency,
        rollover=score.rollover,
        errors=score.errors,
        keystrokes=score.keystrokes,
        stars=scoring.stars(score.cpm, score.accuracy, lesson.target_cpm) if lesson else None,
        ranked=False,
        flags=list(run.flags),
        source=run.source,
        submission_sha256=run.digest,
        rhythm=run.rhythm,
    )
    session.ranked = session.may_be_ranked
    return session


def _inserting(session: TypingSession, packed: bytes | None) -> Statement:
    """Stores a session and its log, unless there is one of its id."""
    values = [getattr(session, field.attname) for field in _FIELDS]
    if packed is None:
        return Statement(_INSERT, values)
    return Statement(_INSERT_WITH_LOG, [*values, session.recorded_at.date().replace(day=1), packed])


def _advanced(learner: User, lesson: Lesson, standing: Standing, session: TypingSession) -> LessonProgress:
    progress = standing.own or LessonProgress(user=learner, lesson=lesson, last_at=session.recorded_at)
    progress.add(session)
    return progress


def facts_of(session: TypingSession, lesson: Lesson | None, before: Before) -> achievements.Facts:
    """The learner's record once `session`, of `lesson`, is counted in the profile of `before`."""
    stars = session.stars or 0
    passed = stars >= 2 or lesson is None
    return achievements.Facts(
        session=session,
        lesson=lesson,
        skill=before.profile.skill or from_state(before.profile.state),
        earned=before.earned,
        five_stars=before.five_stars + (stars == 5),
        waiting=before.waiting + (not passed),
        free_waiting=before.free_waiting + (not passed and lesson is not None and lesson.is_free),
        days=before.days + 1,
        away=_away(before.last_day, session.local_date),
        minutes=(before.duration_ms + session.duration_ms) / 60_000,
        accuracies=[*before.accuracies, session.accuracy],
    )


def _away(last_day: date | None, today: date) -> int:
    return (today - last_day).days - 1 if last_day else 0
