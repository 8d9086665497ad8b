"""Somebody who asks the API to buy, and what is asked."""

import uuid

import pytest
from django.utils import timezone
from djstripe.models import Customer

from accounts.models import User
from billing.conftest import pay
from billing.from_stripe.settling import settle
from tests.api_client import Api
from tests.factories import make_learner

ASKING = [
    ("payments/subscribe", {"plan": "monthly"}),
    ("payments/create", {"plan": "lifetime"}),
    ("payments/cancel", None),
    ("subscription/resume", None),
    ("subscription/upgrade", {"plan": "yearly"}),
    ("subscription/portal", None),
]
"""What asks Stripe for something, all of it posted."""
ONLY_ACCOUNTS = [*ASKING, ("gifts/redeem", {"code": "ABCD-EFGH-JKMN-PQRS"})]


@pytest.fixture
def api(anna) -> Api:
    return Api(anna)


@pytest.fixture
def boris(db) -> User:
    return make_learner("boris@example.org")


@pytest.fixture
def guest(db) -> User:
    return User.objects.create_guest(uuid.uuid4(), now=timezone.now())


def done(answer):
    """What was answered, which has to be a success."""
    status, said = answer
    assert status == 200, said
    return said


def refused(answer) -> tuple[int, str]:
    status, said = answer
    assert set(said) == {"code", "message", "fields"} and said["message"]
    return status, said["code"]


def buy(api: Api, user: User, plan: str = "monthly", *, how: str = "subscribe") -> str:
    """Buys a plan and has us look at Stripe; its customer's id."""
    opened = done(api.post(f"payments/{how}", {"plan": plan}))
    assert opened["session"] in pay(opened["url"])
    customer = Customer.objects.get(subscriber=user).id
    settle(customer, now=timezone.now())
    return str(customer)


def held(api: Api) -> dict:
    [one] = done(api.get("subscription/status"))["subscriptions"]
    return one
