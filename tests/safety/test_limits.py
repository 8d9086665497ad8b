"""Every door has a limit: where nothing more may pass, nothing does. A route added later is asked, too."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django_redis import get_redis_connection
from limits.strategies import MovingWindowRateLimiter

from accounts import limits, tokens
from accounts.limits import shared
from tests.factories import make_learner
from tests.safety.routes import ROUTES_THERE
from typingtrainer.page_limits import BY_ROUTE, READ, SENT

pytestmark = pytest.mark.django_db
ADDRESS = "127.0.0.1"
OWN_LIMITS = {
    "accounts:preferences", "account_login", "account_reset_password", "billing:webhook",
    "coaching:ask_coach", "coaching:wish_text", "progress:record",
}  # fmt: skip
"""Pages whose limits differ from that of all that is sent; more may be added."""


def use_up(*used, key):
    """As if as much had come as may."""
    limiter: MovingWindowRateLimiter = shared(get_redis_connection("default").connection_pool)
    for limit in used:
        assert limiter.hit(limit, *key, cost=limit.amount)


@pytest.fixture
def nothing_may_pass():
    """A learner and an address that have asked as often as they may, of everything."""
    learner = make_learner("boris@example.org")
    cache.clear()
    pages = {page.name: page for page in (SENT, *BY_ROUTE.values(), *READ.values())}
    for page in pages.values():
        use_up(*page.learner, key=(page.name, str(learner.pk)))
        use_up(*page.stranger, key=(page.name, ADDRESS))
    use_up(limits.REGISTRATION, key=("registration", ADDRESS))
    use_up(limits.BATCH, key=("batch", str(learner.pk)))
    use_up(limits.CLIENT, limits.LEARNER, key=("learner", str(learner.pk)))
    use_up(limits.CLIENT, key=("address", ADDRESS))
    return learner


def open_doors(client, headers):
    """Routes at which something that was sent is not refused for a limit."""
    found = {}
    for route in ROUTES_THERE:
        answer = client.post(
            route.path, json.dumps({}), "application/json", headers=headers if route.is_api else {}
        )
        if answer.status_code != 429:
            found[route.pattern] = answer.status_code
        elif not int(answer["Retry-After"]) > 0:
            found[route.pattern] = answer["Retry-After"]
    return found


NO_ENDPOINTS = {"api/schema/", "api/docs/", "api/"}
"""Addresses below the API's that only tell what there is."""


@pytest.mark.parametrize("who", ["a learner", "a stranger"])
def test_nothing_passes_that_was_sent(nothing_may_pass, browser_of, who):
    learner = nothing_may_pass if who == "a learner" else None
    token = f"Bearer {tokens.start_family(learner, now=timezone.now()).access}" if learner else ""
    opened = open_doors(browser_of(learner), {"Authorization": token} if token else {})
    assert {pattern: status for pattern, status in opened.items() if pattern not in NO_ENDPOINTS} == {}


def test_the_limits_that_differ_are_known():
    assert BY_ROUTE.keys() >= OWN_LIMITS


def test_before_that_all_passes():
    """Else the proof above would say nothing."""
    assert Client().post("/language/", {"language": "ru"}).status_code == 302
