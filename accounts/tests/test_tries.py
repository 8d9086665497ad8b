"""Guesses at an account within any five minutes: five at a door, ten through all doors, whenever they are made."""

import time
from uuid import uuid4

import pytest
import time_machine
from django.core import signing
from django.test import RequestFactory
from hypothesis import example, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts import devices, guesses, limits, tries
from accounts.models import User

SPAN = 300
START = time.time()
DOORS = ("stranger", "known browser", "other known browser", "signed in")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(DOORS),
        st.one_of(st.sampled_from([0.0, 1.0, 149.0, 299.9, 300.0, 300.1]), st.floats(0, 200)),
        st.booleans(),
    ),
    max_size=60,
)
ACROSS_A_BORDER = [("stranger", 0.0, False)] * 4 + [
    ("stranger", 299.0, False),
    *[("stranger", 1.5, False)] * 5,
]
AFTER_RIGHT_ONES = [("signed in", 20.0, number % 3 == 0) for number in range(40)]


def browser(user):
    request = RequestFactory().get("/")
    request.COOKIES[devices.COOKIE] = signing.dumps(
        {"browser": uuid4().hex, "accounts": [devices._mark(user)]}, salt=devices._SALT
    )
    return request


def wrong_ones_looked_at(steps):
    """When each wrong guess was looked at, and at which door."""
    user, there = User(pk=uuid4(), email="anna@example.org"), START
    known = {door: browser(user) for door in DOORS if "browser" in door}
    looked_at = []
    for number, (door, later, is_right) in enumerate(steps):
        there += later
        stranger = RequestFactory().get("/", REMOTE_ADDR=f"198.51.100.{number}")
        with time_machine.travel(there, tick=False):
            try:
                if door == "signed in":
                    guess = guesses.by_signed_in(user)
                else:
                    guess = guesses.at_sign_in(known.get(door, stranger), user, user.email)
            except limits.UsedUp as refusal:
                assert 1 <= refusal.seconds <= SPAN
                continue
        if is_right:
            guess.was_right()
        else:
            looked_at.append((there, door))
    return looked_at


def most_within_a_span(times):
    return max((sum(start <= other <= start + SPAN for other in times) for start in times), default=0)


def assert_few(steps):
    looked_at = wrong_ones_looked_at(steps)
    assert most_within_a_span([at for at, _ in looked_at]) <= 10
    for door in DOORS:
        assert most_within_a_span([at for at, where in looked_at if where == door]) <= 5


@given(STEPS)
@example(ACROSS_A_BORDER)
@example(AFTER_RIGHT_ONES)
@settings(max_examples=40, deadline=None)
def test_never_more_within_any_five_minutes(steps):
    assert_few(steps)


@given(STEPS)
@example(ACROSS_A_BORDER)
@settings(max_examples=20, deadline=None)
def test_nor_while_redis_is_away(steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tries, "get_redis_connection", nowhere)
        assert_few(steps)


def nowhere(_):
    """A connection to a Redis that is away."""
    return Redis(unix_socket_path="/nowhere.sock", retry=Retry(NoBackoff(), 0))


def test_a_right_guess_leaves_all_others_at_their_times():
    key = ("taken back", uuid4().hex)
    with time_machine.travel(START, tick=False):
        right = tries.count(limits.WRONG_PASSWORDS, key=key)
    with time_machine.travel(START + 200, tick=False):
        wrong = [tries.count(limits.WRONG_PASSWORDS, key=key) for _ in range(4)]
    tries.take_back(right)
    tries.take_back(right)
    with time_machine.travel(START + 400, tick=False):
        after = [tries.count(limits.WRONG_PASSWORDS, key=key) for _ in range(2)]
    assert [one.remaining for one in wrong] == [3, 2, 1, 0]
    assert [(one.passes, one.seconds) for one in after] == [(True, 100), (False, 100)]
