"""What a provider may answer: all that can go wrong ends in a sentence where it was begun, and opens nothing."""

import logging

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts import limits
from accounts.models import User
from accounts.tests.visits import SIGN_IN, said, who
from tests.fakes.openid.visits import come_back, led_to, say

SCHOOL = "/accounts/with/school/"
NEW = {"email": "secret-canary@school.example", "verified": "1", "sub": "canary-4711", "name": "Canary"}
SIGN_INS = limits.SIGN_IN.amount
IN_THE_END = ("token", "nonsense", "list", "unsigned", "nonce", "expired", "issuer", "audience", "subject")


@pytest.mark.parametrize("kind", IN_THE_END)
def test_what_makes_no_sense_opens_nothing(db, go, school, client, caplog, kind):
    school.fail(kind)
    with caplog.at_level(logging.INFO):
        answer = go(client, form={"next": "/tests/"}, **NEW)
    assert answer.url == f"{SIGN_IN}?next=%2Ftests%2F"
    assert "Signing in with Example School did not work" in said(client.get(answer.url))
    assert not User.objects.exists() and not SocialAccount.objects.exists()
    assert "Sign-in with school failed" in caplog.text and "anary" not in caplog.text
    go(client, **NEW)
    assert who(client).email == NEW["email"]


def test_a_provider_that_is_down_is_a_sentence(db, school, client):
    school.fail("down", always=True)
    assert client.post(SCHOOL).url == SIGN_IN
    assert "did not work" in said(client.get(SIGN_IN))


def test_a_provider_that_is_not_there_is_one_too(db, school, client, settings):
    [told] = settings.SIGN_IN_PROVIDERS
    told.settings["server_url"] = "http://127.0.0.1:9"
    assert client.post(SCHOOL).url == SIGN_IN


def test_who_cancels_is_told_so(db, go, client):
    answer = go(client, form={"next": "/tests/"})
    assert "Signing in with Example School was canceled." in said(client.get(answer.url))
    assert answer.url == f"{SIGN_IN}?next=%2Ftests%2F"


class TestState:
    """An answer counts once, in the browser that asked for it."""

    def test_in_another_browser_it_opens_nothing(self, db, school, client):
        address = led_to(client.post(SCHOOL))
        other = Client()
        assert come_back(other, address, **NEW).url == SIGN_IN
        assert who(other).is_anonymous and not User.objects.exists()

    def test_twice_it_opens_nothing(self, db, school, client):
        back = say(led_to(client.post(SCHOOL)), **NEW).replace("http://testserver", "")
        client.get(back)
        client.post("/accounts/logout/")
        assert client.get(back).url == SIGN_IN
        assert who(client).is_anonymous

    @pytest.mark.parametrize(
        "query", ["", "?code=1", "?code=1&state=x", "?error=server_error", "?state=%00&code=%00"]
    )
    def test_made_up_it_opens_nothing(self, db, school, client, query):
        assert client.get(f"/accounts/oidc/school/login/callback/{query}").url == SIGN_IN

    def test_a_code_without_our_proof_is_worth_nothing(self, db, school, client):
        """PKCE: a code that another visit was given."""
        stolen = say(led_to(Client().post(SCHOOL)), **NEW)
        code = stolen.partition("code=")[2].partition("&")[0]
        own = say(led_to(client.post(SCHOOL)), **NEW)
        state = own.partition("state=")[2]
        assert client.get(f"/accounts/oidc/school/login/callback/?code={code}&state={state}").url == SIGN_IN
        assert not User.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", SCHOOL),
        ("get", "/accounts/oidc/school/login/callback/"),
        ("get", "/accounts/google/login/callback/"),
        ("get", "/accounts/apple/login/callback/finish/"),
        ("post", "/accounts/apple/login/callback/"),
    ],
)
def test_beginnings_and_answers_are_counted(db, school, client, method, path):
    for _ in range(SIGN_INS):
        limits.hit(limits.SIGN_IN, key=("sign-in", "127.0.0.1"))
        limits.hit(limits.SIGN_IN, key=("answered", "127.0.0.1"))
    assert getattr(client, method)(path).status_code == 429
