import json

import pytest
from django.test import Client

from accounts.providers import configuration
from tests.fakes.openid.core import FakeProvider
from tests.fakes.openid.visits import come_back, led_to


@pytest.fixture(scope="session")
def running_school():
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def school(running_school, settings):
    """A provider that everybody can be anyone at, and that the site knows."""
    running_school.reset()
    settings.SIGN_IN_PROVIDERS = configuration.read_providers(
        {"OPENID_PROVIDERS": json.dumps(running_school.settings())}
    )
    return running_school


@pytest.fixture
def go(school):
    """Signs somebody in through the school: what the site answers in the end."""

    def go(client: Client, path: str = "/accounts/with/school/", form=None, **person: str):
        return come_back(client, led_to(client.post(path, form or {})), **person)

    return go
