"""What recording a session has to know of its learner: she is locked, and read in the same trip to the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

from django.db import connection

from accounts.merging import LOCK_LEARNER, Gone
from progress.honours.achievements import IN_A_ROW
from progress.keystrokes.passing import Runs
from progress.models import Aggregate, TypingSession
from progress.recording.aggregates import Aggregates, columns, places_of

# Read by the ORM these would be eight queries of about 1 ms each; together they are 0.6 ms (bench.record).
_QUERY = f"""
{LOCK_LEARNER};
SELECT
    (SELECT board_name FROM accounts_user WHERE id = %(user)s) AS board_name,
    EXISTS (SELECT FROM progress_typingsession WHERE id = %(session)s) AS is_stored,
    EXISTS (SELECT FROM progress_opensession WHERE id = %(session)s AND user_id = %(user)s) AS is_open,
    EXISTS (SELECT FROM progress_typingsession WHERE rhythm = %(rhythm)s) AS is_known_rhythm,
    EXISTS (
        SELECT FROM progress_typingsession
        WHERE user_id = %(user)s AND text_id = %(text)s AND keystrokes = %(keystrokes)s
    ) AS may_be_copied,
    ARRAY (SELECT code FROM progress_award WHERE user_id = %(user)s) AS earned,
    ARRAY (
        SELECT ARRAY[lesson_id, best_stars, accurate_runs] FROM progress_lessonprogress WHERE user_id = %(user)s
    ) AS runs,
    days.*,
    ARRAY (
        SELECT accuracy FROM progress_typingsession
        WHERE user_id = %(user)s ORDER BY recorded_at DESC LIMIT %(in_a_row)s
    ) AS accuracies,
    (
        SELECT cpm FROM progress_typingsession
        WHERE user_id = %(user)s AND lesson_id = %(lesson)s ORDER BY recorded_at DESC LIMIT 1
    ) AS previous_cpm,
    {{rows}}
FROM (
    SELECT count(DISTINCT date) FILTER (WHERE date <> %(date)s) AS days,
        max(date) FILTER (WHERE date < %(date)s) AS last_day, coalesce(sum(duration_ms), 0) AS duration_ms
    FROM progress_dailystat WHERE user_id = %(user)s
) AS days
{{joins}}
"""  # noqa: S608 (names of columns)


@dataclass(frozen=True, slots=True)
class LearnerState:
    """A learner without the session to come.

    `board_name`: her name on the leaderboards. `is_stored`: the session itself is there already; `is_open`: parts of it
    are kept; `is_known_rhythm`: another has its very intervals, and `may_be_copied`: the learner has typed this text
    with as many keystrokes. `earned`: codes of her achievements; `runs` by lesson. `days` and `last_day` are of other
    days; `accuracies` of the sessions that make a row with this one; `previous_cpm` of the last one of the lesson.
    `aggregates`: the rows the session is to be counted in.
    """

    board_name: str
    is_stored: bool
    is_open: bool
    is_known_rhythm: bool
    may_be_copied: bool
    earned: Collection[str]
    runs: Mapping[int, Runs]
    days: int
    last_day: date | None
    duration_ms: int
    accuracies: Sequence[float]
    previous_cpm: float | None
    aggregates: Aggregates


def lock_and_read(session: TypingSession) -> LearnerState:
    """Inside a transaction, lock the learner of a session that comes with its lesson, then read, in one trip.

    Raises Gone.
    """
    places = tuple(places_of(session))
    asked: dict[str, Any] = {
        "user": session.user_id,
        "session": session.pk,
        "text": session.text_id,
        "lesson": session.lesson_id,
        "date": session.local_date,
        "keystrokes": session.keystrokes,
        "rhythm": session.rhythm,
        "in_a_row": IN_A_ROW - 1,
    }
    for kind, key in places:
        asked |= {_parameter(kind, name): value for name, value in zip(kind.KEY, key, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(_query(tuple(kind for kind, _ in places)), asked)
        if cursor.fetchone() is None:
            raise Gone
        cursor.nextset()
        read = dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
    aggregates = Aggregates(session.user_id, is_complete=True)
    for kind, key in places:
        if row := _row(kind, read):
            aggregates.rows[kind, key] = row
    return LearnerState(
        runs={lesson: Runs(stars, accurate) for lesson, stars, accurate in read["runs"]},
        aggregates=aggregates,
        **{name: read[name] for name in _PLAIN},
    )


_PLAIN = [field.name for field in fields(LearnerState) if field.name not in ("runs", "aggregates")]


@cache
def _query(kinds: tuple[type[Aggregate], ...]) -> str:
    rows = [
        f'{_table(kind)}.{field.column} AS "{_label(kind, field)}"'
        for kind in kinds
        for field in columns(kind)
    ]
    joins = [f"LEFT JOIN {_table(kind)} ON {_condition(kind)}" for kind in kinds]
    return _QUERY.format(rows=", ".join(rows), joins="\n".join(joins))


def _condition(kind: type[Aggregate]) -> str:
    conditions = [f"{_table(kind)}.user_id = %(user)s"]
    for name in kind.KEY:
        may_be_null = kind._meta.get_field(name.removesuffix("_id")).null
        equals = "IS NOT DISTINCT FROM" if may_be_null else "="
        conditions.append(f"{_table(kind)}.{name} {equals} %({_parameter(kind, name)})s")
    return " AND ".join(conditions)


def _row(kind: type[Aggregate], read: Mapping[str, Any]) -> Aggregate | None:
    if read[_label(kind, kind._meta.pk)] is None:
        return None
    names, values = [], []
    for field in columns(kind):
        value = read[_label(kind, field)]
        for convert in field.get_db_converters(connection):
            value = convert(value, None, connection)
        names.append(field.attname)
        values.append(value)
    return kind.from_db(connection.alias, names, values)


def _table(kind: type[Aggregate]) -> str:
    return kind._meta.db_table


def _label(kind: type[Aggregate], field: Any) -> str:
    return f"{_table(kind)}.{field.column}"


def _parameter(kind: type[Aggregate], name: str) -> str:
    return f"{_table(kind)}_{name}"
