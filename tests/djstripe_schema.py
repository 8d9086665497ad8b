"""Writes down the tables that dj-stripe's own migrations make: `python -m tests.djstripe_schema`, some minutes.

`billing/tests/test_djstripe_schema.py` holds the tables of `billing/migrations/djstripe/` to what is written there. Run
this after an upgrade of dj-stripe, which that test asks for.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Final

WRITTEN: Final = Path(__file__).parent.parent / "billing" / "tests" / "djstripe_schema.txt"

DESCRIBE: Final = """
    SELECT table_name || '.' || column_name || ' ' || data_type
        || coalesce('(' || character_maximum_length || ')', '')
        || coalesce('(' || numeric_precision || ',' || numeric_scale || ')', '')
        || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
        || coalesce(' default ' || column_default, '') || coalesce(' identity ' || identity_generation, '')
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name LIKE 'djstripe%%'
    UNION
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'djstripe%%'
    UNION
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid::regclass::text LIKE 'djstripe%%'
"""


def describe() -> list[str]:
    """Columns, indexes and constraints of dj-stripe's tables as they are, a line each."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(DESCRIBE)
        return [installed(), *sorted(line for (line,) in cursor.fetchall())]


def installed() -> str:
    return f"dj-stripe {version('dj-stripe')}"


def main() -> None:
    from tests import services

    os.environ.update(services.provide())
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")

    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.MIGRATION_MODULES = {}
    django.setup()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    call_command("migrate", "djstripe", verbosity=0)
    WRITTEN.write_text("\n".join(describe()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
