"""Statements for PostgreSQL, several in one go: the way there costs more than most of what it is asked."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection


class Statement(NamedTuple):
    """SQL with a `%s` for each of its parameters."""

    sql: str
    parameters: Sequence[Any]


def run(*statements: Statement) -> list[int]:
    """Run statements one after another in one query; how many rows each has written."""
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(statement.sql for statement in statements),
            [parameter for statement in statements for parameter in statement.parameters],
        )
        written = [cursor.rowcount]
        while cursor.nextset():
            written.append(cursor.rowcount)
    return written
