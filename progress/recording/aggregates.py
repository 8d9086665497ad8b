"""Counting sessions into their learner's aggregates: one way to add, one to save, whoever does it.

Recording has the rows at hand that a session is counted in; merging reads those it meets; rebuilding and deleting begin
with none and put what comes out in the place of the rows there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import JSONField

from progress import models, statements
from progress.keystrokes.replay import Replay
from progress.models import Aggregate, SkillProfile, TypingSession
from progress.statements import Statement

Key = tuple[Any, ...]
RowKey = tuple[type[Aggregate], Key]
"""A row: the aggregate and the values of its `KEY`."""
AT_ONCE: Final = 500
"""Rows saved in one trip."""


class Aggregates:
    """Rows of one learner. A row that is not at hand is read when a session is counted in it, or with `is_complete`
    taken for one that does not exist."""

    def __init__(self, user_id: UUID, *, is_complete: bool = False) -> None:
        self.user_id = user_id
        self.is_complete = is_complete
        self.rows: dict[RowKey, Aggregate] = {}
        self.counted: dict[RowKey, Aggregate] = {}
        """The rows that a session was counted in: those to be saved."""

    def row(self, kind: type[Aggregate], key: Key) -> Aggregate:
        """The row of a key, unsaved where there is none."""
        place = kind, key
        if place not in self.rows:
            named = dict(zip(kind.KEY, key, strict=True))
            found = (
                None if self.is_complete else kind._default_manager.filter(user=self.user_id, **named).first()
            )
            self.rows[place] = found or kind(user_id=self.user_id, **named)
        return self.rows[place]

    def profile(self, layout: str) -> SkillProfile:
        """The learner's statistics on a layout."""
        found = self.row(SkillProfile, (layout,))
        if not isinstance(found, SkillProfile):
            raise TypeError(found)
        return found

    def add(self, session: TypingSession, played: Replay | None) -> None:
        """Count a session that comes with its lesson, after those before it by `counted_at`; `played`: its keystrokes,
        where there are some."""
        for place in places_of(session):
            if played or not place[0].needs_keystrokes:
                row = self.counted[place] = self.row(*place)
                row.add(session, played)


def places_of(session: TypingSession) -> Iterator[RowKey]:
    """The rows a session belongs in; it comes with its lesson."""
    for kind in models.AGGREGATES:
        key = tuple(_value(session, path) for path in kind.KEY.values())
        if None not in key or all(
            value is not None or may_be_null(kind, name) for name, value in zip(kind.KEY, key, strict=True)
        ):
            yield kind, key


def may_be_null(kind: type[Aggregate], name: str) -> bool:
    """Whether a column of an aggregate's key may be empty."""
    return kind._meta.get_field(name.removesuffix("_id")).null


def recount(session: TypingSession, *, without: bool = False) -> None:
    """Make anew, from the learner's sessions, the rows that `session` is counted in, or would be `without` it; those
    that need keystrokes aside."""
    for (kind, key), row in recounted(session, without=without).items():
        kind._default_manager.filter(user=session.user_id, **dict(zip(kind.KEY, key, strict=True))).delete()
        save_rows([row] if row else [])


def recounted(session: TypingSession, *, without: bool) -> dict[RowKey, Aggregate | None]:
    """Those rows, unsaved; None where no session is left."""
    found: dict[RowKey, Aggregate | None] = {}
    for kind, key in places_of(session):
        if not kind.needs_keystrokes:
            named = dict(zip(kind.KEY.values(), key, strict=True))
            counted = TypingSession.objects.filter(user=session.user_id, **named).select_related("lesson")
            left = counted.exclude(pk=session.pk) if without else counted
            row: Aggregate | None = None
            for one in left.order_by("counted_at", "id").iterator():
                row = row or kind(user_id=session.user_id, **dict(zip(kind.KEY, key, strict=True)))
                row.add(one, None)
            found[kind, key] = row
    return found


def save_rows(rows: Iterable[Aggregate]) -> None:
    """Store rows, new or not."""
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        statements.run(*map(saving, batch))


def saving(row: Aggregate) -> Statement:
    """Stores a row, new or not."""
    sql, fields = _upsert(type(row))
    return Statement(
        sql,
        [
            prepare(getattr(row, name), connection) if prepare else getattr(row, name)
            for name, prepare in fields
        ],
    )


def next_moment(now: datetime, profile: SkillProfile) -> datetime:
    """`now`, or just after what the profile counted last, should clocks or waiting have changed the order."""
    return now if profile.counted_at is None else max(now, profile.counted_at + timedelta(microseconds=1))


def columns(kind: type[Aggregate]) -> Sequence[Any]:
    """The fields of an aggregate that have a column."""
    return kind._meta.concrete_fields


@cache
def _upsert(kind: type[Aggregate]) -> tuple[str, Sequence[tuple[str, Any]]]:
    """The SQL, and the attributes that go into it, with what prepares those the database knows otherwise."""
    fields = [field for field in columns(kind) if not field.primary_key]
    names = [str(field.column) for field in fields]
    unique = ("user_id", *kind.KEY)
    changing = ", ".join(f"{name} = excluded.{name}" for name in names if name not in unique)
    table, values = kind._meta.db_table, ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values}) "  # noqa: S608 (names of columns)
    sql += f"ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {changing}"
    prepared = [
        (field.attname, field.get_db_prep_save if isinstance(field, JSONField) else None) for field in fields
    ]
    return sql, prepared


def _value(session: TypingSession, path: str) -> Any:
    value: Any = session
    for name in path.split("__"):
        value = getattr(value, name) if value is not None else None
    return value
