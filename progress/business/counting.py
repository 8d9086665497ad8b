"""Counting the business figures: learners' days from sessions, days and cohorts of all from learners' days.

A day is one of UTC, and a session belongs to the day in which it began. `refresh` reads the sessions recorded since the
last time, counts the learners' days they belong to anew, and sums up again from the earliest day that changed, however
long ago that is: so a session that was typed offline and arrives weeks later is counted where it belongs. A session
that its learner deletes is taken back; what a deleted account was counted in stays, as guests are deleted after a month
away and every figure of the past would shrink. Numbers stay the same however often they are counted, so a count that
was killed half-way is just made again.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min

from accounts.models import User
from accounts.weeks import monday_of
from progress.keystrokes.passing import ACCURATE, ACCURATE_RUNS_TO_PASS, STARS_TO_PASS
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import BusinessDay, ChangedDay, CountedLearner, LearnerDay, TypingSession
from progress.models.business import STEP_MS, STEPS

OVERLAP: Final = timedelta(hours=1)
"""A session is recorded at a time that lies before its commit, by far less than this."""
AT_ONCE: Final = timedelta(days=1)
"""How much is read in one transaction: learners who merge wait for it."""
ONE_COUNT: Final = 1_367_101
"""The advisory lock that only one count holds at a time."""
RULES: Final[dict[str, Any]] = {
    "active": LEAST_CHARACTERS,
    "accurate": ACCURATE,
    "accurate_runs": ACCURATE_RUNS_TO_PASS,
    "stars": STARS_TO_PASS,
    "step": STEP_MS,
    "steps": STEPS,
}


def refresh(*, now: datetime) -> None:
    """Count what was recorded since the last count, or everything the first time."""
    last = BusinessDay.objects.order_by("-date").values_list("counted_at", flat=True).first()
    since = last - OVERLAP if last else _first_recorded()
    if since:
        _count_learners(since, now)
    sum_up(now=now)


def rebuild(*, now: datetime) -> None:
    """Count everything anew that can be: days of deleted accounts stay as they were counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET.format(whose="TRUE"))
    if since := _first_recorded():
        _count_learners(since, now)
    if first := LearnerDay.objects.aggregate(first=Min("date"))["first"]:
        ChangedDay.objects.create(date=first)
    sum_up(now=now)


def recount_learner(user_id: UUID) -> None:
    """Count all days of one learner anew, after sessions came to her or were deleted."""
    with transaction.atomic(), connection.cursor() as cursor:
        whose = {"user": user_id}
        cursor.execute(_FORGET.format(whose="counted.user_id = %(user)s"), whose)
        cursor.execute(_NUMBER.format(sessions="user_id = %(user)s"), whose)
        cursor.execute(_COUNT.format(sessions="user_id = %(user)s"), RULES | whose)


def merge_days(guest: User, into: User) -> None:
    """Merging: the guest's days are the account's, whose sessions the guest's are by now."""
    counted = CountedLearner.objects.filter(user=guest).first()
    if counted:
        days = LearnerDay.objects.filter(learner=counted.number)
        ChangedDay.objects.bulk_create(ChangedDay(date=day) for day in days.values_list("date", flat=True))
        days.delete()
        counted.delete()
        recount_learner(into.pk)


def sum_up(*, now: datetime) -> None:
    """Sum up all learners' days anew, from the earliest that changed to today."""
    today = now.astimezone(UTC).date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_COUNT])
        # First taken, then summed: what changes meanwhile is marked again, and waits for the next time.
        cursor.execute("DELETE FROM progress_changedday RETURNING date")
        changed = [day for (day,) in cursor.fetchall()]
        last = BusinessDay.objects.order_by("-date").values_list("date", flat=True).first()
        start = min([*changed, last or today, today])
        asked = RULES | {"start": start, "today": today, "now": now, "monday": monday_of(start)}
        cursor.execute(_DAYS, asked)
        cursor.execute("DELETE FROM progress_retention WHERE week >= %(monday)s", asked)
        cursor.execute(_RETENTION, asked)


def _count_learners(since: datetime, now: datetime) -> None:
    """Count the days anew in which the sessions recorded from `since` on began."""
    recorded = "recorded_at >= %(start)s AND recorded_at < %(end)s"
    while since <= now:
        window = {"start": since, "end": since + AT_ONCE}
        with transaction.atomic(), connection.cursor() as cursor:
            # A learner who is merged or deleted is so before or after, with her numbers.
            cursor.execute(_KEEP.format(sessions=recorded), window)
            cursor.execute(_NUMBER.format(sessions=recorded), window)
            cursor.execute(_COUNT.format(sessions=recorded), RULES | window)
        since += AT_ONCE


def _first_recorded() -> datetime | None:
    return TypingSession.objects.aggregate(first=Min("recorded_at"))["first"]


_KEEP: Final = """
SELECT id FROM accounts_user WHERE id IN (SELECT user_id FROM progress_typingsession WHERE {sessions})
ORDER BY id FOR KEY SHARE
"""

_NUMBER: Final = """
INSERT INTO progress_countedlearner (user_id)
SELECT DISTINCT user_id FROM progress_typingsession WHERE {sessions}
ON CONFLICT (user_id) DO NOTHING
"""

_COUNT: Final = """
WITH touched AS MATERIALIZED (
    SELECT DISTINCT user_id, (started_at AT TIME ZONE 'UTC')::date AS date
    FROM progress_typingsession WHERE {sessions}
), run AS (
    SELECT counted.number, touched.date, session.duration_ms,
        round(session.cpm * session.duration_ms / 60000) AS characters,
        least(session.duration_ms / %(step)s, %(steps)s) AS steps,
        CASE WHEN kind = 'lesson' THEN lesson_id END AS lesson,
        max(stars) OVER lesson >= %(stars)s
            OR count(*) FILTER (WHERE accuracy >= %(accurate)s) OVER lesson >= %(accurate_runs)s AS is_passed
    FROM touched JOIN progress_countedlearner AS counted USING (user_id)
    JOIN progress_typingsession AS session ON session.user_id = touched.user_id
        AND started_at >= touched.date::timestamp AT TIME ZONE 'UTC'
        AND started_at < (touched.date + 1)::timestamp AT TIME ZONE 'UTC'
    WINDOW lesson AS (PARTITION BY session.user_id, touched.date, session.kind, session.lesson_id)
), written AS (
    INSERT INTO progress_learnerday AS day
        (learner, date, sessions, characters, duration_ms, durations, lessons, passed)
    SELECT number, date, count(*), sum(characters), sum(duration_ms), array_agg(steps ORDER BY steps),
        count(DISTINCT lesson), count(DISTINCT lesson) FILTER (WHERE is_passed)
    FROM run GROUP BY number, date
    ON CONFLICT (learner, date) DO UPDATE SET
        (sessions, characters, duration_ms, durations, lessons, passed) = (
            excluded.sessions, excluded.characters, excluded.duration_ms, excluded.durations, excluded.lessons,
            excluded.passed
        )
    WHERE (day.sessions, day.characters, day.duration_ms, day.durations, day.lessons, day.passed) IS DISTINCT FROM (
        excluded.sessions, excluded.characters, excluded.duration_ms, excluded.durations, excluded.lessons,
        excluded.passed
    )
    RETURNING date
)
INSERT INTO progress_changedday (date) SELECT DISTINCT date FROM written
"""
"""Counts the days of learners in which the chosen sessions began, and marks those that changed."""

_FORGET: Final = """
WITH gone AS (
    DELETE FROM progress_learnerday AS day USING progress_countedlearner AS counted
    WHERE counted.number = day.learner AND {whose} AND NOT EXISTS (
        SELECT FROM progress_typingsession AS session WHERE session.user_id = counted.user_id
        AND started_at >= day.date::timestamp AT TIME ZONE 'UTC'
        AND started_at < (day.date + 1)::timestamp AT TIME ZONE 'UTC'
    )
    RETURNING date
)
INSERT INTO progress_changedday (date) SELECT DISTINCT date FROM gone
"""
"""Deletes the days of learners of which no session is left."""

_DAYS: Final = """
INSERT INTO progress_businessday
    (date, active, week, month, newcomers, sessions, duration_ms, durations, lessons, passed, counted_at)
SELECT day::date, own.active, around.week, around.month, own.newcomers, own.sessions, own.duration_ms,
    running.durations, own.lessons, own.passed, %(now)s
FROM generate_series(%(start)s::timestamp, %(today)s::timestamp, '1 day') AS day
JOIN (
    SELECT date, array_agg(total ORDER BY step) AS durations FROM (
        SELECT day::date AS date, step,
            coalesce(earlier.total, 0) + sum(count(lasted.date)) OVER (PARTITION BY step ORDER BY day) AS total
        FROM generate_series(%(start)s::timestamp, %(today)s::timestamp, '1 day') AS day
        CROSS JOIN generate_series(0, %(steps)s) AS step
        LEFT JOIN (
            SELECT date, unnest(durations) AS steps FROM progress_learnerday WHERE date >= %(start)s
        ) AS lasted ON lasted.date = day::date AND lasted.steps = step
        LEFT JOIN (
            SELECT unnest(durations) AS total, generate_subscripts(durations, 1) - 1 AS steps
            FROM progress_businessday WHERE date = %(start)s - 1
        ) AS earlier ON earlier.steps = step
        GROUP BY day, step, earlier.total
    ) AS counts GROUP BY date
) AS running ON running.date = day::date
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE characters >= %(active)s) AS active,
        count(*) FILTER (WHERE characters >= %(active)s AND NOT EXISTS (
            SELECT FROM progress_learnerday AS earlier WHERE earlier.learner = today.learner
            AND earlier.date < today.date AND earlier.characters >= %(active)s
        )) AS newcomers,
        coalesce(sum(sessions), 0) AS sessions,
        coalesce(sum(duration_ms), 0) AS duration_ms, coalesce(sum(lessons), 0) AS lessons,
        coalesce(sum(passed), 0) AS passed
    FROM progress_learnerday AS today WHERE date = day::date
) AS own
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE last > day::date - 7) AS week, count(*) AS month FROM (
        SELECT max(date) AS last FROM progress_learnerday
        WHERE date > day::date - 30 AND date <= day::date AND characters >= %(active)s GROUP BY learner
    ) AS learner
) AS around
ON CONFLICT (date) DO UPDATE SET
    (active, week, month, newcomers, sessions, duration_ms, durations, lessons, passed, counted_at) = (
        excluded.active, excluded.week, excluded.month, excluded.newcomers, excluded.sessions, excluded.duration_ms,
        excluded.durations, excluded.lessons, excluded.passed, excluded.counted_at
    )
"""

_RETENTION: Final = """
INSERT INTO progress_retention (cohort, week, learners)
SELECT date_trunc('week', first.date)::date, active.week, count(*)
FROM (
    SELECT DISTINCT learner, date_trunc('week', date)::date AS week FROM progress_learnerday
    WHERE date >= %(monday)s AND characters >= %(active)s
) AS active
CROSS JOIN LATERAL (
    SELECT min(date) AS date FROM progress_learnerday
    WHERE learner = active.learner AND characters >= %(active)s
) AS first
GROUP BY 1, 2
"""
