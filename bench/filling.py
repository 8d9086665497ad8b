"""A database as years of practice leave it: one learner really types, the others are copies of her in SQL.

Django must be connected. Every copied session is one of hers at another time and another pace. Learners begin on some
day of the last two years and practise daily for as long as their sessions last, how many being exponentially
distributed. Rows are written in the order of their time, as in life, so that a learner's lie scattered.

Sessions of the last 180 days have their keystroke logs, as older ones are dropped: about a quarter. A tenth of the
learners take part in the leaderboards, and each has typed today. Aggregates are summed from the copies; every learner
has her skill profiles and awards. Tests share her texts; certificates and reports are left out.
"""

import random
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bench.visitor import Page, make_log, typed

DAYS, LOGGED_DAYS = 730, 180
LEARNERS, PARTICIPANTS = 50_000, 10
"""At most so many learners; one in PARTICIPANTS takes part."""
LEAST_SESSIONS = 20
"""Of a learner on average, which makes the learners fewer in a smaller database."""
A_DAY, MANY_A_DAY = 8, 14
FEW_A_DAY = 1
LAYOUTS = {"en": "en-qwerty", "ru": "ru-jcuken"}
FREE = 15


@dataclass(frozen=True)
class Typist:
    """Types lessons, tests and drills of both courses, by turns."""

    learner: Any
    lessons: Mapping[str, list[Any]]
    hand: random.Random

    def record(self, number: int, now: datetime) -> None:
        """Her session `number`, from 0; three of four are lessons, in order."""
        from progress.exercises.timed_tests import Length, timed_exercise

        language = ("en", "ru")[number % 2]
        turn, round_of_four = number // 2 % 4, number // 8
        if turn == 3 and round_of_four % 2:
            exercise = timed_exercise(self.learner, language, Length(minutes=1), "ordinary")
            fields = {"kind": "test", "minutes": 1, "difficulty": "ordinary", "body": exercise.text.body}
            self._submit(exercise.text, None, language, now, **fields)
        elif turn == 3:
            self._submit(self.lessons[language][0].text, None, language, now, kind="drill")
        else:
            lesson = self.lessons[language][(3 * round_of_four + turn) % FREE]
            self._submit(lesson.text, lesson, language, now, kind="lesson")

    def _submit(self, text: Any, lesson: Any, language: str, now: datetime, **fields: Any) -> None:
        from progress.exercises import tickets
        from progress.keystrokes.logs import parse_log
        from progress.recording.record import record_session

        ticket = tickets.Ticket(
            session=uuid.uuid4(),
            learner=self.learner.pk,
            minted=False,
            text=text.pk,
            lesson=lesson.pk if lesson else None,
            layout=LAYOUTS[language],
            mode="stop",
            issued_at=now - timedelta(minutes=5),
            **fields,
        )
        page = Page(tickets.sign_ticket(ticket), "", text.body)
        start = ticket.issued_at.timestamp() + 1
        log = parse_log(make_log(page, LAYOUTS[language], typed(text.body, self.hand), start=start))
        record_session(ticket=ticket, learner=self.learner, log=log, now=now)


def practise(sessions: int, *, now: datetime) -> uuid.UUID:
    """A learner with so many recorded sessions, FEW_A_DAY until yesterday, on leaderboards that are full."""
    from accounts.models import User
    from lessons.models import Lesson
    from progress.recording import partitions

    for days in (DAYS, DAYS // 2, LOGGED_DAYS, 90, 0):
        partitions.make(today=now.date() - timedelta(days=days))
    learner = User.objects.create_user("few@example.org", board_name="Few", unit="cpm", language="en")
    lessons = Lesson.objects.select_related("text", "course").filter(number__lte=FREE).order_by("number")
    by_language = {language: list(lessons.filter(course__slug=language)) for language in LAYOUTS}
    typist = Typist(learner, by_language, random.Random(1))
    first = now - timedelta(days=sessions // FEW_A_DAY)
    for number in range(sessions):
        day, turn = divmod(number, FEW_A_DAY)
        typist.record(number, first + timedelta(days=day, minutes=10 * turn))
    _crowd(learner, by_language, now)
    return learner.pk


def _crowd(learner: Any, lessons: Mapping[str, list[Any]], now: datetime) -> None:
    """Puts the learner, and as many others as are shown, on the leaderboards of tests and of the first lessons."""
    from accounts.models import User
    from progress.honours.leaderboards import SHOWN, lesson_board, start_of
    from progress.models import BoardEntry, TypingSession

    others = [User(email=f"early{n}@example.org", board_name=f"Early {n}") for n in range(SHOWN)]
    User.objects.bulk_create(others)
    session = TypingSession.objects.filter(user=learner, ranked=True)[0]
    boards = [*LAYOUTS, *(lesson_board(of[0].pk) for of in lessons.values())]
    BoardEntry.objects.filter(user=learner).delete()
    BoardEntry.objects.bulk_create(
        BoardEntry(
            user=user,
            board=board,
            period=period,
            start=start_of(period, now),
            cpm=session.cpm + place,
            accuracy=session.accuracy,
            session=session,
        )
        for place, user in enumerate([learner, *others], -SHOWN // 2)
        for board in boards
        for period in BoardEntry.Period.values
    )


def fill(few: uuid.UUID, sessions: int, sessions_of_one: int, *, now: datetime) -> uuid.UUID:
    """`sessions` of copies of the learner `few`, and one more learner with `sessions_of_one`, who is returned."""
    from django.db import connection

    today, many = now.date(), uuid.uuid4()
    learners = min(LEARNERS, sessions // LEAST_SESSIONS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute(_SETTINGS)
        cursor.execute(_LEARNERS, {"learners": learners, "mean": sessions / learners, "today": today})
        cursor.execute(_ONE, {"id": many, "sessions": sessions_of_one, "today": today})
        cursor.execute(_MODEL, {"few": few})
        cursor.execute(_users(), {"few": few, "many": many})
        for start, end in _months(today):
            began = time.perf_counter()
            cursor.execute(
                _sessions(), {"start": start, "end": end, "logged": today - timedelta(days=LOGGED_DAYS)}
            )
            seconds = time.perf_counter() - began
            print(f"  {start:%Y-%m}: {cursor.rowcount:,} sessions in {seconds:.0f} s", flush=True)
        for name, statement in _AGGREGATES.items():
            began = time.perf_counter()
            cursor.execute(statement, {"few": few, "today": today})
            seconds = time.perf_counter() - began
            print(f"  {name}: {cursor.rowcount:,} rows in {seconds:.0f} s", flush=True)
        cursor.execute("RESET ALL")
        cursor.execute("ALTER SYSTEM RESET max_wal_size")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    connection.close()
    return many


def _months(today: date) -> list[tuple[date, date]]:
    first = today - timedelta(days=DAYS)
    starts = [
        date(month // 12, month % 12 + 1, 1) for month in range(first.year * 12 + first.month - 1, 10**5)
    ]
    starts = [start for start in starts if start < today]
    return list(zip(starts, [*starts[1:], today], strict=True))


_SETTINGS = """
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SELECT setseed(0.5);
"""
"""Foreign keys hold by construction and need not be looked up ten million times."""

_LEARNERS = f"""
CREATE TEMPORARY TABLE grown AS
SELECT gen_random_uuid() AS id, n, sessions, {A_DAY} AS a_day,
    %(today)s::date - 1 - ceil(sessions / {A_DAY}.0)::int
        - floor(random() * ({DAYS} - sessions / {A_DAY}.0))::int AS first_day,
    interval '1 hour' * (6 + 12 * random()) AS hour, 0.6 + 0.8 * random() AS pace
FROM (
    SELECT n, least(ceil(-ln(1 - random()) * %(mean)s), {A_DAY * (DAYS - 1)})::int AS sessions
    FROM generate_series(1, %(learners)s) AS n
) AS learner
"""

_ONE = f"""
INSERT INTO grown SELECT %(id)s, 0, %(sessions)s, {MANY_A_DAY},
    %(today)s::date - 1 - %(sessions)s / {MANY_A_DAY}, interval '9 hours', 1
"""

_MODEL = """
CREATE TEMPORARY TABLE model AS
SELECT row_number() OVER (ORDER BY recorded_at) - 1 AS place, count(*) OVER () AS places, session.*, log.packed
FROM progress_typingsession AS session JOIN progress_keystrokelog AS log ON log.session_id = session.id
WHERE user_id = %(few)s
"""


def _users() -> str:
    from accounts.models import User

    columns, values = _copied(
        User,
        "few",
        id="grown.id",
        email="'learner' || n || '@example.org'",
        board_name=f"CASE WHEN n %% {PARTICIPANTS} = 0 THEN 'Learner ' || n ELSE '' END",
        date_joined="first_day",
    )
    return f"""
        INSERT INTO accounts_user ({columns})
        SELECT {values} FROM grown, accounts_user AS few WHERE few.id = %(few)s
    """


def _sessions() -> str:
    from progress.models import TypingSession

    columns, values = _copied(
        TypingSession,
        "made",
        id="new_id",
        user_id="learner",
        started_at="at - interval '1 ms' * duration_ms / pace",
        recorded_at="at",
        counted_at="at",
        local_date="(at AT TIME ZONE 'UTC')::date",
        duration_ms="duration_ms / pace",
        cpm="cpm * pace",
        raw_cpm="raw_cpm * pace",
        submission_sha256="sha256(uuid_send(new_id))",
        rhythm="uuid_send(new_id)",
    )
    return f"""
        WITH made AS MATERIALIZED (
            SELECT gen_random_uuid() AS new_id, grown.id AS learner, grown.pace * (0.9 + 0.2 * random()) AS pace,
                (first_day + k / a_day) + interval '10 min' * (k %% a_day) + hour AS at, model.*
            FROM grown, generate_series(
                greatest(0, a_day * (%(start)s::date - first_day)),
                least(sessions, a_day * (%(end)s::date - first_day)) - 1
            ) AS k JOIN model ON place = k %% places
            ORDER BY at
        ), logs AS (
            INSERT INTO progress_keystrokelog (session_id, month, packed)
            SELECT new_id, date_trunc('month', at), packed FROM made WHERE at >= %(logged)s
        )
        INSERT INTO progress_typingsession ({columns}) SELECT {values} FROM made
    """


def _copied(model: Any, source: str, **changed: str) -> tuple[str, str]:
    """The columns of a model, and the same of `source` with some of them changed."""
    names = [field.column for field in model._meta.concrete_fields]
    return ", ".join(names), ", ".join(changed.get(name, f"{source}.{name}") for name in names)


_AGGREGATES = {
    "days": """
INSERT INTO progress_dailystat (
    user_id, date, layout, course_id, sessions, characters, keystrokes, errors, duration_ms,
    accuracy_sum, consistency_sum, consistency_characters, rollover_sum, rollover_characters, best_cpm
)
SELECT user_id, local_date, layout, course_id,
    count(*), sum(characters), sum(keystrokes), sum(errors), sum(duration_ms),
    sum(accuracy * characters), coalesce(sum(consistency * characters), 0),
    coalesce(sum(characters) FILTER (WHERE consistency IS NOT NULL), 0), coalesce(sum(rollover * characters), 0),
    coalesce(sum(characters) FILTER (WHERE rollover IS NOT NULL), 0), coalesce(max(cpm) FILTER (WHERE flags = '{}'), 0)
FROM (
    SELECT session.*, course_id, round(cpm * duration_ms / 60000) AS characters
    FROM progress_typingsession AS session LEFT JOIN lessons_lesson AS lesson ON lesson.id = lesson_id
    WHERE user_id <> %(few)s
) AS session GROUP BY user_id, local_date, layout, course_id ORDER BY local_date
""",
    "lessons' progress": """
INSERT INTO progress_lessonprogress (
    user_id, lesson_id, runs, accurate_runs, best_stars, best_cpm, best_accuracy, last_at
)
SELECT user_id, lesson_id, count(*), count(*) FILTER (WHERE accuracy >= 95), max(stars),
    coalesce(max(cpm) FILTER (WHERE flags = '{}'), 0), max(accuracy), max(recorded_at)
FROM progress_typingsession WHERE user_id <> %(few)s AND lesson_id IS NOT NULL
GROUP BY user_id, lesson_id ORDER BY max(recorded_at)
""",
    "skill profiles": """
INSERT INTO progress_skillprofile (user_id, layout, state, counted_at)
SELECT grown.id, layout, state, counted_at FROM grown, progress_skillprofile WHERE user_id = %(few)s
""",
    "awards": """
INSERT INTO progress_award (user_id, code, earned_at)
SELECT grown.id, code, earned_at FROM grown, progress_award WHERE user_id = %(few)s
""",
    "places": f"""
INSERT INTO progress_boardentry (user_id, board, period, start, cpm, accuracy, session_id)
SELECT user_id, board, period, start, trunc(cpm::numeric, 1), trunc(accuracy::numeric, 1), session FROM (
    SELECT DISTINCT ON (user_id, board) user_id, board, cpm, accuracy, id AS session FROM (
        SELECT *, CASE WHEN kind = 'test' THEN left(layout, 2) ELSE 'lesson:' || lesson_id END AS board
        FROM progress_typingsession WHERE ranked AND accuracy >= 90 AND kind <> 'drill'
        AND user_id IN (SELECT id FROM grown WHERE n %% {PARTICIPANTS} = 0)
    ) AS ranked ORDER BY user_id, board, cpm DESC, accuracy DESC
) AS best, (VALUES
    ('day', %(today)s::date), ('week', date_trunc('week', %(today)s::date)::date), ('ever', '2000-01-01')
) AS at (period, start)
""",
}
