"""What recording a session has to know of its learner: she is locked, and read in the same trip to the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

from django.db import connection

from accounts.merging import LOCK_LEARNER, Gone
from progress.honours.facts import IN_A_ROW
from progress.keystrokes.passing import Runs
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import Aggregate, TypingSession
from progress.recording.aggregates import Aggregates, columns, may_be_null, places_of

# By the ORM these are twelve queries and 12 ms of processor, so 1.2.
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
        WHERE user_id = %(user)s AND ranked AND started_at <= %(started)s
            AND round(cpm * duration_ms / 60000) >= %(least)s
        ORDER BY started_at DESC, recorded_at DESC LIMIT %(in_a_row)s
    ) AS accuracies,
    (
        SELECT cpm FROM progress_typingsession
        WHERE user_id = %(user)s AND lesson_id = %(lesson)s AND started_at <= %(started)s
        ORDER BY started_at DESC, recorded_at DESC LIMIT 1
    ) AS previous_cpm,
    {{rows}}
FROM (
    SELECT count(*) FILTER (WHERE date <> %(date)s AND characters >= %(least)s) AS days,
        max(date) FILTER (WHERE date < %(date)s AND characters >= %(least)s) AS last_day,
        coalesce(sum(characters) FILTER (WHERE date = %(date)s), 0) AS characters,
        coalesce(sum(duration_ms), 0) AS duration_ms
    FROM (
        SELECT date, sum(characters) AS characters, sum(duration_ms) AS duration_ms
        FROM progress_dailystat WHERE user_id = %(user)s GROUP BY date
    ) AS day
) AS days
{{joins}}
"""  # noqa: S608 (names of columns)


@dataclass(frozen=True, slots=True)
class LearnerState:
    """A learner without the session to come.

    `board_name`: her name on the leaderboards. `is_stored`: the session itself is there already; `is_open`: parts of it
    are kept; `is_known_rhythm`: another has its very intervals, and `may_be_copied`: the learner has typed this text
    with as many keystrokes. `earned`: codes of her achievements; `runs` by lesson. `days` of practice and
    the `last_day` of them before this one's are of other days, `characters` of its own; `accuracies` of the sessions
    that make a row with this one; `previous_cpm` of the one of the lesson before it.
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
    characters: int
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
        "least": LEAST_CHARACTERS,
        "started": session.started_at,
    }
    kinds = tuple(kind for kind, _ in places)
    for (alias, kind), (_, key) in zip(_aliased(kinds), places, strict=True):
        asked |= {f"{alias}_{name}": value for name, value in zip(kind.KEY, key, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(_query(kinds), asked)
        if cursor.fetchone() is None:
            raise Gone
        cursor.nextset()
        read = dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
    aggregates = Aggregates(session.user_id, is_complete=True)
    for (alias, kind), place in zip(_aliased(kinds), places, strict=True):
        if row := _row(alias, kind, read):
            aggregates.rows[place] = row
    return LearnerState(
        runs={lesson: Runs(stars, accurate) for lesson, stars, accurate in read["runs"]},
        aggregates=aggregates,
        **{name: read[name] for name in _PLAIN},
    )


_PLAIN = [field.name for field in fields(LearnerState) if field.name not in ("runs", "aggregates")]


@cache
def _query(kinds: tuple[type[Aggregate], ...]) -> str:
    rows = [
        f'{alias}.{field.column} AS "{_label(alias, field)}"'
        for alias, kind in _aliased(kinds)
        for field in columns(kind)
    ]
    joins = [
        f"LEFT JOIN {kind._meta.db_table} AS {alias} ON {_condition(alias, kind)}"
        for alias, kind in _aliased(kinds)
    ]
    # Without line breaks and indents, as psycopg keeps the parsed form of queries up to 4,096 characters only.
    return " ".join(_QUERY.format(rows=", ".join(rows), joins=" ".join(joins)).split())


def _aliased(kinds: tuple[type[Aggregate], ...]) -> list[tuple[str, type[Aggregate]]]:
    return [(f"r{number}", kind) for number, kind in enumerate(kinds)]


def _condition(alias: str, kind: type[Aggregate]) -> str:
    conditions = [f"{alias}.user_id = %(user)s"]
    for name in kind.KEY:
        equals = "IS NOT DISTINCT FROM" if may_be_null(kind, name) else "="
        conditions.append(f"{alias}.{name} {equals} %({alias}_{name})s")
    return " AND ".join(conditions)


def _row(alias: str, kind: type[Aggregate], read: Mapping[str, Any]) -> Aggregate | None:
    names, labels, converters = _reading(alias, kind)
    values = [read[label] for label in labels]
    if values[0] is None:
        return None
    for place, convert in converters:
        values[place] = convert(values[place], None, connection)
    return kind.from_db(connection.alias, names, values)


@cache
def _reading(alias: str, kind: type[Aggregate]) -> tuple[list[str], list[str], list[tuple[int, Any]]]:
    """Attributes, labels, and by their places the converters of an aggregate's columns, its primary key first."""
    fields = columns(kind)
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    ]
    return [field.attname for field in fields], [_label(alias, field) for field in fields], converters


def _label(alias: str, field: Any) -> str:
    return f"{alias}.{field.column}"
