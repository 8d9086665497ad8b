import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from playwright.sync_api import Page

from billing.conftest import running_stripe, stripe  # noqa: F401 (fixtures)
from coaching.conftest import model  # noqa: F401 (fixture)
from tests.browser.stage import Stage
from tests.browser.typist import Typist


@pytest.fixture(scope="session")
def delivered() -> dict[str, bytes]:
    """The rows of both courses by their tables, which the first test that needs them fills."""
    return {}


@pytest.fixture
def courses(transactional_db, delivered):
    """Both courses as they are delivered; read from their files once, as that takes most of a second."""
    cache.clear()
    if delivered:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in delivered.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
    else:
        call_command("load_courses")
        with connection.cursor() as cursor:
            for model in apps.get_app_config("lessons").get_models(include_auto_created=True):
                table = model._meta.db_table
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    delivered[table] = b"".join(copy)


@pytest.fixture
def stage(page: Page):
    def make(text: str, **options) -> Stage:
        return Stage(page, text, **options)

    return make


@pytest.fixture
def typist(page: Page) -> Typist:
    return Typist(page, "en-qwerty", pace_ms=12)
