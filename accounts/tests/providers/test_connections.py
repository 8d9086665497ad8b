"""Connecting and disconnecting, and confirming that it is she, with or without a password."""

from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import ApiToken, User
from accounts.tests.conftest import PASSWORD
from accounts.tests.visits import SIGN_IN, link, said, sign_in, who
from tests.fakes.openid.visits import come_back, led_to

PAGE, CONNECTIONS = "/settings/security/", "/settings/connections/"
CONNECT = "/settings/connections/school/connect/"
ME = {"email": "any@school.example", "verified": "1", "sub": "4711"}
ELSE = {**ME, "sub": "4712"}


def connection_of(user, sub="4711", provider="school"):
    return SocialAccount.objects.create(user=user, provider=provider, uid=sub, extra_data={"known_as": "me"})


def without_password(user):
    user.set_unusable_password()
    user.save()
    return user


def confirm(client, to):
    return client.post(f"/accounts/reauthenticate/?next={to}", {"password": PASSWORD, "next": to})


def disconnect(client, connection):
    return client.post(f"{CONNECTIONS}{connection.pk}/disconnect/")


class TestConnecting:
    def test_it_needs_the_password_and_goes_on_by_itself(self, anna, browser_of, go, mailoutbox):
        client = browser_of(anna)
        assert "Connect Example School" in said(client.get(PAGE))
        asked = client.post(CONNECT)
        assert unquote(asked.url) == f"/accounts/reauthenticate/?next={CONNECT}"
        assert come_back(client, led_to(confirm(client, CONNECT)), **ME).url == PAGE
        page = said(client.get(PAGE))
        assert "You can sign in with Example School now." in page and "any@school.example" in page
        assert mailoutbox[0].to == [anna.email] and "Example School" in mailoutbox[0].subject
        other = Client()
        go(other, **ME)
        assert who(other) == anna and anna.email == User.objects.get().email

    def test_a_wrong_password_connects_nothing(self, anna, browser_of, school):
        client = browser_of(anna)
        client.post(CONNECT)
        page = client.post("/accounts/reauthenticate/", {"password": "wrong", "next": CONNECT})
        assert page.status_code == 200 and client.post(CONNECT).status_code == 302

    def test_strangers_and_guests_connect_nothing(self, guest, browser_of, school, client):
        assert client.post(CONNECT).url.startswith(SIGN_IN)
        assert browser_of(guest).post(CONNECT).url.startswith("/accounts/signup/")
        assert client.get(PAGE).url.startswith(SIGN_IN)
        assert client.get(CONNECT).status_code == 405

    def test_an_account_of_somebody_else_is_not_taken(self, anna, boris, browser_of, school, mailoutbox):
        connection_of(boris)
        client = browser_of(anna)
        client.post(CONNECT)
        onward = confirm(client, CONNECT)
        come_back(client, led_to(onward), **ME)
        assert "already opens another account" in said(client.get(PAGE))
        assert SocialAccount.objects.get().user == boris and mailoutbox == []

    def test_who_began_to_sign_up_with_it_may_connect_it(self, anna, browser_of, go):
        go(Client(), **{**ME, "verified": ""})
        client = browser_of(anna)
        client.post(CONNECT)
        come_back(client, led_to(confirm(client, CONNECT)), **ME)
        assert SocialAccount.objects.get().user == anna

    def test_an_answer_is_for_who_was_sent(self, anna, boris, browser_of, school):
        client = browser_of(anna)
        client.post(CONNECT)
        address = led_to(confirm(client, CONNECT))
        states = client.session["socialaccount_states"]
        sign_out_and_in(client, boris, states)
        assert come_back(client, address, **ME).url == SIGN_IN
        assert not SocialAccount.objects.exists()


def sign_out_and_in(client, user, states):
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["socialaccount_states"] = states
    session.save()


class TestDisconnecting:
    def test_with_a_password(self, anna, browser_of, go, mailoutbox):
        connection = connection_of(anna)
        client = browser_of(anna)
        path = f"{CONNECTIONS}{connection.pk}/disconnect/"
        assert unquote(disconnect(client, connection).url) == f"/accounts/reauthenticate/?next={path}"
        assert confirm(client, path).url == PAGE
        assert not SocialAccount.objects.exists()
        assert "no longer sign in with Example School" in said(client.get(PAGE))
        assert mailoutbox[0].to == [anna.email]
        other = Client()
        go(other, **{**ME, "email": anna.email})
        assert who(other).is_anonymous

    def test_another_ones_is_not_there(self, anna, boris, browser_of, school):
        connection, client = connection_of(boris), browser_of(anna)
        confirm(client, PAGE)
        assert disconnect(client, connection).status_code == 404
        assert SocialAccount.objects.exists()

    def test_the_only_way_in_stays(self, anna, browser_of, school):
        connection, client = connection_of(without_password(anna)), browser_of(anna)
        page = client.get(disconnect(client, connection).url)
        come_back(client, led_to(client.post("/accounts/reauthenticate/with/", {"provider": "school"})), **ME)
        page = client.get(disconnect(client, connection).url)
        assert "is your only way to sign in" in said(page) and SocialAccount.objects.exists()

    def test_a_passkey_is_another_way(self, anna, browser_of, school):
        connection, client = connection_of(without_password(anna)), browser_of(anna)
        Authenticator.objects.create(user=anna, type=Authenticator.Type.WEBAUTHN, data={})
        come_back(client, led_to(client.post("/accounts/reauthenticate/with/", {"provider": "school"})), **ME)
        disconnect(client, connection)
        assert not SocialAccount.objects.exists()

    def test_a_provider_nobody_can_use_any_more_is_no_other_way(self, anna, browser_of, school):
        connection_of(anna, provider="closed")
        connection = connection_of(without_password(anna))
        client = browser_of(anna)
        assert "closed" in said(client.get(PAGE))
        come_back(client, led_to(client.post("/accounts/reauthenticate/with/", {"provider": "school"})), **ME)
        disconnect(client, connection)
        assert SocialAccount.objects.count() == 2


class TestWithoutPassword:
    """An account that only a provider opens."""

    @pytest.fixture
    def client(self, anna, browser_of, school):
        connection_of(without_password(anna))
        return browser_of(anna)

    def by_provider(self, client, to, **person):
        onward = client.post("/accounts/reauthenticate/with/", {"provider": "school", "next": to})
        address = led_to(onward)
        assert "prompt=login" in address and "max_age=0" in address
        return come_back(client, address, **(person or ME))

    def test_a_password_can_be_set_after_confirming(self, client, anna):
        to = "/accounts/password/set/"
        assert client.get("/accounts/password/change/").url == to
        asked = unquote(client.get(to).url)
        assert asked == f"/accounts/reauthenticate/with/?next={to}"
        assert "Continue with Example School" in said(client.get(asked))
        assert self.by_provider(client, to).url == to
        client.post(to, {"password1": PASSWORD})
        sign_in(other := Client(), anna.email)
        assert who(other) == anna

    def test_a_change_of_email_goes_on_by_itself(self, client, anna, mailoutbox):
        assert "password" not in said(client.get("/accounts/email/")).partition("<main")[2]
        asked = client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
        assert unquote(asked.url) == "/accounts/reauthenticate/with/?next=/accounts/email/"
        assert not EmailAddress.objects.filter(email="new@example.com").exists()
        assert self.by_provider(client, "/accounts/email/").status_code == 302
        assert mailoutbox[0].to == ["new@example.com"]

    def test_a_token_that_may_change_things_needs_it_too(self, client):
        form = {"name": "script", "scope": "write"}
        asked = client.post("/settings/tokens/", form)
        assert asked.url.startswith("/accounts/reauthenticate/with/") and not ApiToken.objects.exists()
        client.post("/settings/tokens/", {**form, "scope": "read"})
        assert ApiToken.objects.get().scopes == ["read"]
        self.by_provider(client, "/settings/tokens/")
        assert ApiToken.objects.count() == 2

    def test_somebody_else_at_the_provider_confirms_nothing(self, client):
        to = "/accounts/password/set/"
        answer = self.by_provider(client, to, **ELSE)
        assert "another account at Example School" in said(client.get(answer.url))
        assert client.get(to).status_code == 302

    def test_a_provider_that_did_not_ask_again_confirms_nothing(self, client, school):
        school.fail("stale")
        answer = self.by_provider(client, "/accounts/password/set/")
        assert answer.url == "/accounts/reauthenticate/with/?next=%2Faccounts%2Fpassword%2Fset%2F"
        assert client.get("/accounts/password/set/").status_code == 302

    def test_a_provider_that_is_not_connected_is_not_offered(self, client, anna):
        SocialAccount.objects.all().delete()
        page = said(client.get("/accounts/reauthenticate/with/"))
        assert "Example School" not in page and "set a password" in page
        assert client.post("/accounts/reauthenticate/with/", {"provider": "school"}).status_code == 404

    def test_by_mail_there_is_always_a_way(self, client, anna, mailoutbox):
        client.post("/accounts/password/reset/", {"email": anna.email})
        form = client.get(link(mailoutbox[0], "/accounts/password/reset/key/")).url
        client.post(form, {"password1": PASSWORD})
        assert confirm(client, PAGE).url == PAGE
        assert "anna" in said(client.get("/accounts/email/"))

    def test_strangers_and_guests_confirm_nothing(self, guest, browser_of, school):
        page = "/accounts/reauthenticate/with/"
        assert Client().get(page).url.startswith(SIGN_IN)
        assert browser_of(guest).post(page, {"provider": "school"}).url.startswith("/accounts/signup/")
