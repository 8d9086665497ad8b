from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.buying import checkout
from billing.conftest import pay

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def roles(db):
    call_command("setup_roles")


@pytest.fixture
def desk(roles) -> Callable[[str], Client]:
    """A browser in which somebody of a role is signed in to the admin."""

    def of(role: str, language: str = "en") -> Client:
        user = User.objects.create_user(f"{role}@example.com", is_staff=True, language=language)
        user.groups.set(Group.objects.filter(name=role))
        client = Client()
        client.force_login(user, BACKEND)
        return client

    return of


@pytest.fixture
def support(desk) -> Client:
    return desk("support")


@pytest.fixture
def admin(desk) -> Client:
    return desk("admin")


@pytest.fixture
def subscribed(stripe, anna) -> str:
    """Anna has a monthly subscription; her id at Stripe."""
    opened = checkout.begin(anna, "monthly", now=timezone.now())
    pay(opened.url)
    assert checkout.finish(anna, opened.session, now=timezone.now()).is_paid
    return checkout.customer_of(anna)
