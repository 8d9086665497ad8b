"""A session that somebody prepared is worth nothing once its bearer becomes somebody else."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from accounts.models import BrowserSession
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
EMAIL = "boris@example.org"


@pytest.fixture
def boris(db):
    user = make_learner(EMAIL)
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True, verified=True)
    return user


def mailed(mailoutbox, path):
    return re.search(rf"http://testserver({path}\S+)", mailoutbox[-1].body)[1]


def sign_in(client, mailoutbox):
    return client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})


def sign_up(client, mailoutbox):
    return client.post("/accounts/signup/", {"email": "new@example.org", "password1": "kettle-on-the-hob"})


def confirm(client, mailoutbox):
    return client.post(mailed(mailoutbox, "/accounts/confirm-email/"))


def become_a_guest(client, mailoutbox):
    return client.post("/settings/", {"timezone": "UTC", "goal_minutes": "0"})


def reset_password(client, mailoutbox):
    client.post("/accounts/password/reset/", {"email": EMAIL})
    page = client.get(mailed(mailoutbox, "/accounts/password/reset/key/"), follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": "kettle-on-the-hob"})


def change_password(client, mailoutbox):
    form = {"oldpassword": PASSWORD, "password1": "kettle-on-the-hob"}
    return client.post("/accounts/password/change/", form)


def sign_out(client, mailoutbox):
    return client.post("/accounts/logout/")


WAYS = {
    "signing in": [sign_in],
    "signing in as a guest": [become_a_guest, sign_in],
    "becoming a guest": [become_a_guest],
    "signing up": [sign_up],
    "signing up as a guest": [become_a_guest, sign_up],
    "confirming an email": [sign_up, confirm],
    "a new password by mail": [reset_password],
    "another password": [sign_in, change_password],
    "signing out": [sign_in, sign_out],
}
"""What is done in a session that somebody knows; its key must change at the last step."""


def who(client):
    user = client.get("/settings/").wsgi_request.user
    return user.pk if user.is_authenticated else None


@pytest.mark.parametrize("way", WAYS)
def test_the_key_changes(boris, mailoutbox, way):
    client = Client()
    *before, last = WAYS[way]
    for step in before:
        step(client, mailoutbox)
    cache.clear()
    known = client.cookies["sessionid"].value if before else None
    assert last(client, mailoutbox).status_code == 302
    after = client.cookies["sessionid"].value if "sessionid" in client.cookies else ""
    assert after != known and not BrowserSession.objects.filter(pk=known).exists()
    thief = Client()
    thief.cookies["sessionid"] = known or "x"
    assert who(thief) is None
    assert way == "signing out" or who(client) is not None or last is sign_up


@pytest.mark.parametrize("planted", ["a" * 32, "x", "", "../../x", "boris"])
def test_a_key_that_somebody_made_up_is_not_taken(boris, mailoutbox, planted):
    client = Client()
    client.cookies["sessionid"] = planted
    sign_in(client, mailoutbox)
    assert client.cookies["sessionid"].value != planted and who(client) == boris.pk


def test_another_password_ends_every_other_session(boris, mailoutbox):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, mailoutbox)
    change_password(here, mailoutbox)
    assert (who(here), who(elsewhere)) == (boris.pk, None)
