"""Who sends what the proofs send."""

import pytest
from django.test import Client

from accounts import guests
from tests.anna import Anna, make_anna
from tests.factories import make_learner


@pytest.fixture
def anna(db) -> Anna:
    return make_anna()


@pytest.fixture
def chief(db):
    return make_learner("chief@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def browser_of():
    """A client in which the user is signed in, if there is one."""

    def browser(user, **options):
        client = Client(**options)
        if user:
            client.force_login(user, guests.BACKEND)
        return client

    return browser
