"""An email is one and the same in punycode and in its own script, in capitals and in small letters."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.emails import one_email
from accounts.models import User
from tests.api_client import Api

from .conftest import PASSWORD
from .visits import SIGN_UP, link, sign_in, who

READABLE, ASCII = "a@домен.рф", "a@xn--d1acufc.xn--p1ai"
SPELLINGS = [READABLE, ASCII, ASCII.upper(), "A@ДОМЕН.РФ", "a@домен.xn--p1ai"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.mark.parametrize("typed", SPELLINGS)
def test_one_form(typed):
    assert one_email(typed) == READABLE


@pytest.mark.parametrize(
    "email",
    [
        "a@xn--.ru",
        "a@xn--a.ru",
        "a@xn--foo-.ru",
        "a@xn--strae-oqa.de",
        "a@straße.de",
        "xn--",
        "",
        "@",
        "a@xn--é",
    ],
)
def test_what_does_not_lead_back_stays(email):
    assert one_email(email) == email


@given(st.emails() | st.text())
@settings(max_examples=40)
def test_the_one_form_is_its_own(email):
    assert one_email(one_email(email)) == one_email(email)


@pytest.mark.parametrize(("stored", "typed"), [*zip(SPELLINGS, SPELLINGS[1:] + SPELLINGS[:1], strict=True)])
def test_an_account_is_found_however_its_email_is_spelled(stored, typed):
    anna = User.objects.create_user(stored, PASSWORD)
    EmailAddress.objects.create(user=anna, email=anna.email, primary=True, verified=True)
    assert User.objects.get_by_natural_key(typed) == anna
    client = Client()
    sign_in(client, typed)
    assert who(client) == anna
    assert Api().post("auth/login", {"email": typed, "password": PASSWORD})[0] == 200
    client.post("/accounts/password/reset/", {"email": typed})
    Api().post("auth/forgot-password", {"email": typed})
    assert [message.to for message in mail.outbox] == [[READABLE]] * 2


@pytest.mark.parametrize("typed", SPELLINGS)
def test_signing_up_in_one_spelling_and_in_with_another(typed):
    client = Client()
    client.post(SIGN_UP, {"email": typed, "password1": PASSWORD})
    client.post(link(mail.outbox[0], "/accounts/confirm-email/"))
    assert who(client).email == EmailAddress.objects.get().email == READABLE
    for spelled in SPELLINGS:
        client = Client()
        sign_in(client, spelled)
        assert who(client).email == READABLE


def test_an_email_taken_in_another_spelling_is_taken():
    User.objects.create_user(READABLE, PASSWORD)
    Client().post(SIGN_UP, {"email": ASCII, "password1": PASSWORD})
    Api().post("auth/register", {"email": ASCII.upper(), "password": PASSWORD})
    assert not any("confirm-email" in sent.body for sent in mail.outbox)
    assert "/accounts/password/reset/" in mail.outbox[0].body


def test_another_spelling_gives_no_further_tries():
    User.objects.create_user(READABLE, PASSWORD)
    for typed in SPELLINGS:
        sign_in(Client(), typed, "no")
    assert b"Too many attempts" in sign_in(Client(), READABLE).content


def test_accounts_from_before_are_found_too():
    old = User.objects.create_user("old@example.com", PASSWORD)
    twins = [User.objects.create_user(f"{n}@example.com") for n in "12"]
    with connection.cursor() as cursor:
        for user, email in [(old, ASCII), (twins[0], "b@домен.рф"), (twins[1], "b@xn--d1acufc.xn--p1ai")]:
            cursor.execute("UPDATE accounts_user SET email = %s WHERE id = %s", [email, user.pk])
    EmailAddress.objects.create(user=old, email=ASCII, primary=True, verified=True)
    import_module("accounts.migrations.0006_one_email").rewrite(apps, None)
    old.refresh_from_db()
    assert old.email == EmailAddress.objects.get().email == READABLE
    assert sorted(User.objects.exclude(pk=old.pk).values_list("email", flat=True)) == [
        "b@xn--d1acufc.xn--p1ai",
        "b@домен.рф",
    ]
