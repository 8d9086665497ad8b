"""The admin behind the same door, with a second factor."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import Scope
from tests.api_client import Api

from .conftest import PASSWORD
from .test_second_factor import code_of
from .visits import said, sign_in

ADMIN = ["/admin/", "/admin/accounts/user/", "/admin/metrics/", "/admin/logout/", "/admin/nothing-there/"]


@pytest.fixture(autouse=True)
def asked_for(settings):
    settings.ADMIN_SECOND_FACTOR = True


@pytest.fixture
def chief(anna):
    anna.is_staff = anna.is_superuser = True
    anna.save()
    return anna


@pytest.mark.parametrize("path", ADMIN)
def test_who_has_none_is_led_to_set_one_up(chief, client, path):
    sign_in(client, chief.email)
    for ask in (client.get, client.post):
        answer = ask(path)
        assert answer["Location"] == "/settings/security/"
    assert "The admin needs a second factor" in said(client.get("/settings/security/"))


def test_signed_in_with_a_code_everything_is_open(standing_clock, chief, app, client):
    assert sign_in(client, chief.email, next="/admin/")["Location"] == "/accounts/code/"
    assert client.post("/accounts/code/", {"code": code_of()})["Location"] == "/admin/"
    for path in ADMIN[:3]:
        assert client.get(path).status_code == 200


def test_a_sign_in_without_is_asked_for_the_code_once(standing_clock, chief, app, browser_of):
    client = browser_of(chief)
    asked = client.get("/admin/accounts/user/?q=x")["Location"]
    assert asked == "/accounts/reauthenticate/code/?next=/admin/accounts/user/%3Fq%3Dx"
    assert client.post(asked, {"code": code_of()})["Location"] == "/admin/accounts/user/?q=x"
    assert client.get("/admin/accounts/user/?q=x").status_code == 200
    # A password asked for again is no second factor.
    other = browser_of(chief)
    other.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert other.get("/admin/")["Location"].startswith("/accounts/reauthenticate/code/")


def test_without_the_factor_it_is_closed_again(standing_clock, chief, app, client):
    sign_in(client, chief.email)
    client.post("/accounts/code/", {"code": code_of()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/settings/security/app/off/")
    assert client.get("/admin/")["Location"] == "/settings/security/"


def test_setting_one_up_opens_it_at_once(standing_clock, chief, client):
    sign_in(client, chief.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/settings/security/app/")
    secret = client.session["mfa.totp.secret"]
    client.post("/settings/security/app/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


def test_everybody_else_gets_the_admins_own_answer(anna, client):
    assert Client().get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    sign_in(client, anna.email)
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").status_code == 403


class TestApi:
    def signed_in(self, chief, **code):
        pair = Api().post("auth/login", {"email": chief.email, "password": PASSWORD, **code})[1]
        return pair["access"], pair["refresh"]

    def test_others_are_shown_only_after_a_code(self, chief, boris, client, settings):
        of_boris = f"users/{boris.pk}/progress"
        access, _refresh = self.signed_in(chief)
        personal = tokens.create_personal(chief, "script", Scope.values, now=timezone.now())
        for token in (access, personal):
            assert Api(token=token).get(of_boris)[0] == 404
            assert Api(token=token).get(f"users/{chief.pk}/progress")[0] == 200
        settings.ADMIN_SECOND_FACTOR = False
        assert {Api(token=token).get(of_boris)[0] for token in (access, personal)} == {200}

    def test_tokens_that_follow_from_a_code_go_on(self, chief, boris, standing_clock, app):
        _access, refresh = self.signed_in(chief, code=code_of())
        pair = Api().post("auth/refresh", {"refresh": refresh})[1]
        api = Api(token=pair["access"])
        assert api.get(f"users/{boris.pk}/progress")[0] == 200
        passwords = {"currentPassword": PASSWORD, "password": "another-kettle"}
        pair = api.post("auth/change-password", passwords)[1]
        assert Api(token=pair["access"]).get(f"users/{boris.pk}/progress")[0] == 200


def test_switched_off(settings, chief, client):
    settings.ADMIN_SECOND_FACTOR = False
    sign_in(client, chief.email)
    assert client.get("/admin/").status_code == 200
