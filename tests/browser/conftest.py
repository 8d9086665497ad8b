import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Page

from billing.conftest import running_stripe, stripe  # noqa: F401 (fixtures)
from coaching.conftest import model  # noqa: F401 (fixture)
from tests.browser.stage import Stage
from tests.browser.typist import Typist


@pytest.fixture
def courses(transactional_db):
    """Both courses as they are delivered."""
    cache.clear()
    call_command("load_courses")


@pytest.fixture
def stage(page: Page):
    def make(text: str, **options) -> Stage:
        return Stage(page, text, **options)

    return make


@pytest.fixture
def typist(page: Page) -> Typist:
    return Typist(page, "en-qwerty", pace_ms=12)
