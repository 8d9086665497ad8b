"""The monthly partitions of the keystroke logs."""

import re
from datetime import date, timedelta

from django.db import connection, transaction

AHEAD = 3
"""Months made ahead of the running one."""


def make(*, today: date) -> list[str]:
    """Make the partitions of this month and the next `AHEAD` where they are missing; their names.

    Logs that came before their month had one, and lie in the default partition, move into it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('progress_keystrokelog'))")
        made = []
        for n in range(AHEAD + 1):
            start, end = _month(today, n), _month(today, n + 1)
            name = f"progress_keystrokelog_{start:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                cursor.execute(_MAKE.format(name=name, start=start, end=end))
                made.append(name)
    return made


def drop(*, today: date, days: int) -> list[str]:
    """Drop the partitions of the months that ended more than `days` days ago, and such rows of the default one.

    The names of the dropped. A month's logs go together, so the last of them live up to a month longer than the first.
    """
    oldest = today - timedelta(days=days)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('progress_keystrokelog'))")
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'progress_keystrokelog'::regclass"
        )
        dropped = sorted(name for (name,) in cursor.fetchall() if _ends(name) <= oldest)
        for name in dropped:
            cursor.execute(f"DROP TABLE {name}")
        cursor.execute(
            "DELETE FROM progress_keystrokelog_default WHERE month + interval '1 month' <= %s", [oldest]
        )
    return dropped


def _ends(name: str) -> date:
    """The day after the last of a partition's month; never for the default partition."""
    found = re.fullmatch(r"progress_keystrokelog_(\d{4})_(\d\d)", name)
    return _month(date(int(found[1]), int(found[2]), 1), 1) if found else date.max


_MAKE = """
CREATE TABLE {name} (LIKE progress_keystrokelog INCLUDING ALL);
WITH early AS (DELETE FROM progress_keystrokelog_default WHERE month >= '{start}' AND month < '{end}' RETURNING *)
INSERT INTO {name} (session_id, month, packed) SELECT session_id, month, packed FROM early;
ALTER TABLE progress_keystrokelog ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}');
"""


def _month(today: date, later: int) -> date:
    years, month = divmod(today.month - 1 + later, 12)
    return date(today.year + years, month + 1, 1)
