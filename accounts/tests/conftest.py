import uuid

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User

PASSWORD = "kettle-on-the-hob"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


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


@pytest.fixture
def standing_clock():
    """So that no code of an app runs out between making and typing it."""
    with time_machine.travel(1_800_000_015, tick=False) as clock:
        yield clock


@pytest.fixture
def app(anna):
    """Anna's authenticator app."""
    return TOTP.activate(anna, APP_SECRET).instance


@pytest.fixture
def recovery_codes(anna, app):
    return RecoveryCodes.activate(anna).generate_codes()
