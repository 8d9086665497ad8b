"""The leaderboards: who takes part, and who stands where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Cast, Concat

from accounts.merging import lock_learner
from accounts.models import User
from accounts.weeks import monday_of
from lessons import keyboards, languages
from lessons.models import Lesson
from progress.models import BoardEntry, TypingSession
from progress.models.sessions import TypingSessionQuerySet

LESSON: Final = "lesson:"
"""What the board of a lesson is called, before its primary key; that of tests is called by its language."""
SHOWN: Final = 100
SECONDS_KEPT: Final = 60
EVER: Final = date(2000, 1, 1)
DAYS_KEPT: Final = 31
"""For which entries of past days and weeks stay."""
Period = BoardEntry.Period
_RUN = ("session__recorded_at", "session__minutes")

_PLACE = """
INSERT INTO progress_boardentry AS best (user_id, board, period, start, cpm, accuracy, session_id)
SELECT DISTINCT ON (board, period) user_id, board, period, start, pace, sureness, id
FROM (
    SELECT *, trunc(cpm::numeric, 1) AS pace, trunc(accuracy::numeric, 1) AS sureness FROM ({runs}) AS run
) AS run, unnest(%s::text[], %s::date[]) AS of(period, start)
WHERE recorded_at >= start::timestamp AT TIME ZONE 'UTC'
ORDER BY board, period, pace DESC, sureness DESC, recorded_at
ON CONFLICT (user_id, board, period, start) DO UPDATE
SET cpm = excluded.cpm, accuracy = excluded.accuracy, session_id = excluded.session_id
WHERE (excluded.cpm, excluded.accuracy) > (best.cpm, best.accuracy)
RETURNING board, period, start
"""
"""Puts runs on their leaderboards: the fastest, of equals the most accurate, of equals the first; all to the tenth, as
they are shown. The ORM has no `DISTINCT ON` with `ON CONFLICT`."""


class NoSuchBoard(ValueError):
    """No leaderboard is called so."""


class NameTaken(ValueError):
    """Another learner goes by that name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a leaderboard, and the run that has it; learners as fast and as accurate to the tenth share one."""

    place: int
    learner: UUID
    name: str
    cpm: float
    accuracy: float
    at: datetime
    minutes: int | None
    """How long the test lasted; None of a lesson."""


def board_of(session: TypingSession) -> str:
    """The leaderboard a session has its place on; "" for none."""
    return board_like(session) if session.has_board else ""


def board_like(session: TypingSession) -> str:
    """The leaderboard for what was typed in a session, whether or not it has a place on it."""
    return lesson_board(session.lesson_id) if session.lesson_id else tests_board(session.layout)


def find_board(name: str) -> tuple[str, Lesson | None]:
    """The leaderboard called by language, "ru", or by course and number, "ru/12"; its lesson. Raises NoSuchBoard."""
    if name in languages.TYPED:
        return name, None
    asked = re.fullmatch(r"([-a-z0-9]{1,50})/([0-9]{1,3})", name)
    if asked is None:
        raise NoSuchBoard(name)
    lessons = Lesson.objects.select_related("course").filter(is_published=True)
    lesson = lessons.filter(course__slug=asked[1], number=int(asked[2])).first()
    if lesson is None:
        raise NoSuchBoard(name)
    return lesson_board(lesson.pk), lesson


def lesson_board(lesson: int) -> str:
    return f"{LESSON}{lesson}"


def tests_board(layout: str) -> str:
    """The leaderboard of the tests typed on a layout: its language's."""
    return languages.of_layout(layout).code


def start_of(period: str, now: datetime) -> date:
    """The first day, by UTC, of the period that `now` is in."""
    today = now.astimezone(UTC).date()
    if period == Period.WEEK:
        return monday_of(today)
    return today if period == Period.DAY else EVER


def enter_run(session: TypingSession) -> None:
    """Put a session of a learner who takes part on its leaderboard wherever it is her best; one query."""
    _place(TypingSession.objects.filter(pk=session.pk), at=session.recorded_at)


def _place(sessions: TypingSessionQuerySet, *, at: datetime) -> None:
    """Put sessions on their leaderboards of the day and week of `at`, and of all time, where they are the best."""
    board = Case(
        When(lesson__isnull=False, then=Concat(Value(LESSON), Cast("lesson", CharField()))),
        *(When(layout=layout, then=Value(tests_board(layout))) for layout in keyboards.layouts()),
    )
    runs = sessions.on_boards().annotate(board=board)
    sql, parameters = runs.values(
        "id", "user_id", "cpm", "accuracy", "recorded_at", "board"
    ).query.sql_with_params()
    starts = [start_of(period, at) for period in Period.values]
    with connection.cursor() as cursor:
        cursor.execute(_PLACE.format(runs=sql), [*parameters, Period.values, starts])
        changed = [BoardEntry(board=board, period=of, start=start) for board, of, start in cursor.fetchall()]
    forget_standings(changed)


def join_leaderboards(user_id: UUID, name: str, *, now: datetime) -> None:
    """Show a learner on the leaderboards by a name, with the runs she has. Raises NameTaken, or Gone."""
    with transaction.atomic():
        lock_learner(user_id)
        try:
            with transaction.atomic():
                User.objects.filter(pk=user_id).update(board_name=name)
        except IntegrityError as error:
            raise NameTaken(name) from error
        rebuild_entries(user_id, now=now)


def leave_leaderboards(user_id: UUID) -> None:
    """Take a learner off the leaderboards. Raises Gone."""
    with transaction.atomic():
        lock_learner(user_id)
        User.objects.filter(pk=user_id).update(board_name="")
        _clear(user_id)


def rebuild_entries(user_id: UUID, *, now: datetime) -> None:
    """Find the places of one learner anew, of today, this week and all time; none for who takes no part."""
    _clear(user_id)
    if not User.objects.filter(pk=user_id).exclude(board_name="").exists():
        return
    _place(TypingSession.objects.filter(user=user_id), at=now)


def standings(board: str, period: str, *, now: datetime) -> list[Place]:
    """The first `SHOWN` places; one query at most once in `SECONDS_KEPT` seconds."""
    start = start_of(period, now)
    kept: list[Place] | None = cache.get(_key(board, period, start))
    if kept is None:
        entries = BoardEntry.objects.filter(board=board, period=period, start=start, user__is_active=True)
        entries = entries.order_by("-cpm", "-accuracy", "user__board_name")
        kept = ranked_places(
            entries.values_list("user_id", "user__board_name", "cpm", "accuracy", *_RUN)[:SHOWN]
        )
        cache.set(_key(board, period, start), kept, SECONDS_KEPT)
    return kept


def ranked_places(rows: Iterable[tuple[UUID, str, float, float, datetime, int | None]]) -> list[Place]:
    """Places of learner, name, CPM, accuracy and run, which come best first; equals share the first of their places."""
    places: list[Place] = []
    for number, (learner, name, cpm, accuracy, at, minutes) in enumerate(rows, 1):
        tied = bool(places) and (places[-1].cpm, places[-1].accuracy) == (cpm, accuracy)
        place = places[-1].place if tied else number
        places.append(Place(place, learner, name, cpm, accuracy, at, minutes))
    return places


def place_of(user: User, board: str, period: str, *, now: datetime) -> Place | None:
    """Where a learner stands, however far down; None without a run. Two queries."""
    entries = BoardEntry.objects.filter(board=board, period=period, start=start_of(period, now))
    own = entries.filter(user=user).select_related("session").first()
    if own is None:
        return None
    others = entries.exclude(user__in=User.objects.filter(is_active=False).values("pk"))
    ahead = others.filter(cpm__gte=own.cpm).exclude(cpm=own.cpm, accuracy__lte=own.accuracy).count()
    run = own.session
    return Place(ahead + 1, user.pk, user.board_name, own.cpm, own.accuracy, run.recorded_at, run.minutes)


def prune_entries(*, now: datetime) -> int:
    """Delete the entries of days and weeks long over."""
    old = start_of(Period.DAY, now) - timedelta(days=DAYS_KEPT)
    return BoardEntry.objects.exclude(period=Period.EVER).filter(start__lt=old).delete()[0]


def _clear(user_id: UUID) -> None:
    entries = BoardEntry.objects.filter(user=user_id)
    forget_standings(entries)
    entries.delete()


def forget_standings(entries: Iterable[BoardEntry]) -> None:
    """Let the lists these entries stand on be read anew, once this is committed."""
    keys = [_key(entry.board, entry.period, entry.start) for entry in entries]
    if keys:
        transaction.on_commit(lambda: cache.delete_many(keys))


def _key(board: str, period: str, start: date) -> str:
    return f"places:{board}:{period}:{start}"
