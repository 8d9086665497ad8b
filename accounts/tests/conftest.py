import uuid

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User

PASSWORD = "kettle-on-the-hob"


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


@pytest.fixture
def guest(db):
    return User.objects.create_guest(uuid.uuid4(), now=timezone.now(), language="en")


@pytest.fixture
def anna(db):
    user = User.objects.create_user("anna@example.com", PASSWORD, name="Anna", language="en")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@pytest.fixture
def boris(db):
    user = User.objects.create_user("boris@example.com", PASSWORD, language="en")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@pytest.fixture
def browser_of():
    """A client signed in as the user."""

    def sign_in(user):
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
