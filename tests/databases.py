"""A migrated database, made once a day and copied by each test run and worker: migrating takes seconds each time."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

ROOT: Final = Path(__file__).resolve().parent.parent
PREFIX: Final = "migrated_"
UNFINISHED: Final = "unfinished_migrated"
LOCK: Final = 7_202_611
"""The number under which workers wait for the one that migrates."""


def template(connection: Any) -> str:
    """The name of a database to copy; it is migrated first where no run of this day has done so."""
    name = PREFIX + state_of_migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = {row[0] for row in cursor.fetchall()}
        if name not in there:
            for outdated in there:
                cursor.execute(f'DROP DATABASE "{outdated}"')
            with called(connection, UNFINISHED):
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            cursor.execute(f'ALTER DATABASE "{UNFINISHED}" RENAME TO "{name}"')
    return name


def state_of_migrations() -> str:
    """A digest of ours, of the packages that bring others, and of the day, as some make a month's partitions."""
    digest = hashlib.sha256(timezone.now().date().isoformat().encode())
    for path in [ROOT / "uv.lock", *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def called(connection: Any, name: str) -> Iterator[None]:
    """Within it, what is made for tests has this name, and nobody stays connected to it."""
    database = settings.DATABASES[connection.alias]
    test, usual = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    wanted, test["NAME"] = test["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        test["NAME"] = wanted
        connection.settings_dict["NAME"] = database["NAME"] = usual
