from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from playwright.sync_api import Browser, Page

from billing.conftest import running_stripe, stripe  # noqa: F401 (fixtures)
from coaching.conftest import model  # noqa: F401 (fixture)
from tests.browser.stage import Stage
from tests.browser.typist import Typist

DESKTOP = {"width": 1280, "height": 720}


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


@pytest.fixture(scope="module")
def kept_page(browser: Browser) -> Iterator[Page]:
    """A page for the tests of a module one after the other: another takes most of a second of the processor."""
    page = browser.new_page()
    yield page
    page.context.close()


@pytest.fixture
def same_page(kept_page: Page) -> Iterator[Page]:
    """The page of the module, which after each test holds nothing of it."""
    yield kept_page
    if urlsplit(kept_page.url).netloc:
        kept_page.evaluate("localStorage.clear(); sessionStorage.clear()")
    kept_page.context.clear_cookies()
    kept_page.set_viewport_size(DESKTOP)
    kept_page.goto("about:blank")
    kept_page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def stage(page: Page):
    def make(text: str, **options) -> Stage:
        return Stage(page, text, **options)

    return make


@pytest.fixture
def typist(page: Page) -> Typist:
    return Typist(page, "en-qwerty", pace_ms=12)
