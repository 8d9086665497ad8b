import pytest

from tests.api_client import Api


@pytest.fixture
def api(anna):
    """The API as Anna uses it."""
    return Api(anna)
