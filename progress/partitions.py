"""The monthly partitions of the keystroke logs."""

from datetime import date

from django.db import connection

AHEAD = 3
"""Months made ahead of the running one."""


def make(*, today: date) -> list[str]:
    """Make the partitions of this month and the next `AHEAD` where they are missing; their names."""
    made = []
    with connection.cursor() as cursor:
        for n in range(AHEAD + 1):
            start, end = _month(today, n), _month(today, n + 1)
            name = f"progress_keystrokelog_{start:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                cursor.execute(
                    f"CREATE TABLE {name} PARTITION OF progress_keystrokelog"
                    f" FOR VALUES FROM ('{start}') TO ('{end}')"
                )
                made.append(name)
    return made


def _month(today: date, later: int) -> date:
    years, month = divmod(today.month - 1 + later, 12)
    return date(today.year + years, month + 1, 1)
