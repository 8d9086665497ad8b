import pytest
from django.core.cache import cache
from django.core.management import call_command


@pytest.fixture
def courses(transactional_db):
    """Both courses as they are delivered."""
    cache.clear()
    call_command("load_courses")
