from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from billing.entitlement.grants import EndsTooEarly, close, grant
from billing.entitlement.premium import is_premium
from billing.models import Grant

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def anna(db):
    return User.objects.create_user("anna@example.com")


@pytest.fixture
def support(db):
    return User.objects.create_user("support@example.com", is_staff=True)


def test_nobody_known_costs_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not is_premium(AnonymousUser(), NOW)


def test_premium_from_the_grant_until_its_end(anna, support, django_assert_num_queries):
    assert not is_premium(anna, NOW)
    grant(user=anna, ends_at=NOW + DAY, reason="A prize", granted_by=support, now=NOW)
    with django_assert_num_queries(1):
        assert is_premium(anna, NOW)
    assert not is_premium(support, NOW)
    assert not is_premium(anna, NOW - DAY)
    assert not is_premium(anna, NOW + DAY)


def test_a_grant_says_who_and_why(anna, support):
    entitlement = grant(user=anna, ends_at=NOW + DAY, reason="A prize", granted_by=support, now=NOW)
    assert (entitlement.granted_by, entitlement.reason) == (support, "A prize")


@pytest.mark.parametrize("ends_at", [NOW, NOW - DAY])
def test_a_grant_ends_after_it_starts(anna, support, ends_at):
    with pytest.raises(EndsTooEarly):
        grant(user=anna, ends_at=ends_at, reason="A prize", granted_by=support, now=NOW)
    assert not Grant.objects.exists()


def test_ending_leaves_what_ended_before(anna, support):
    running = grant(user=anna, ends_at=NOW + 3 * DAY, reason="A prize", granted_by=support, now=NOW)
    past = grant(user=anna, ends_at=NOW - DAY, reason="Trial", granted_by=support, now=NOW - 2 * DAY)
    assert close(running, now=NOW + DAY) and not close(past, now=NOW + DAY)
    running.refresh_from_db()
    past.refresh_from_db()
    assert (running.ends_at, past.ends_at) == (NOW + DAY, NOW - DAY)
    assert not is_premium(anna, NOW + DAY)
