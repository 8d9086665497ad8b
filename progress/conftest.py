"""What the tests of every room begin with."""

import pytest
from django.core.cache import cache

from tests.factories import make_course, make_learner, signed_in


@pytest.fixture(autouse=True)
def nothing_cached():
    """No counted requests and no kept figures of the test before."""
    cache.clear()


@pytest.fixture
def course(db):
    """Three lessons in Russian, the last of them not free."""
    return make_course()


@pytest.fixture
def anna(db):
    return make_learner(name="Anna")


@pytest.fixture
def boris(db):
    """Another learner, to whom nothing of Anna's belongs."""
    return make_learner("boris@example.com")


@pytest.fixture
def as_anna(anna):
    return signed_in(anna)
