"""Personal tokens in the settings."""

import pytest
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken
from tests.api_client import Api

from .conftest import PASSWORD


def test_a_token_is_made_and_shown_once(anna, browser_of):
    client = browser_of(anna)
    page = client.post("/settings/tokens/", {"name": "Backup", "scope": "write", "password": PASSWORD})
    token = page.context["made"]
    assert token in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Api(token=token).put("users/me", {"name": "Anna"})[0] == 200
    later = client.get("/settings/tokens/").content.decode()
    assert "Backup" in later
    assert token not in later


def test_what_is_wrong_is_told(anna, browser_of):
    page = browser_of(anna).post("/settings/tokens/", {"name": "", "scope": "everything"})
    assert set(page.context["form"].errors) == {"name", "scope"}
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("password", ["", "no"])
def test_one_that_may_write_needs_the_password(anna, browser_of, password):
    client = browser_of(anna)
    asked = {"name": "Backup", "password": password}
    page = client.post("/settings/tokens/", asked | {"scope": "write"})
    assert page.context["form"].errors.keys() == {"password"} and not ApiToken.objects.exists()
    assert client.post("/settings/tokens/", asked | {"scope": "read"}).context["made"]


def test_revoking(anna, boris, browser_of):
    token = tokens.create_personal(anna, "Backup", ["read"], now=timezone.now())
    path = f"/settings/tokens/{ApiToken.objects.get().pk}/revoke/"
    assert browser_of(boris).post(path).status_code == 404
    assert browser_of(anna).get(path).status_code == 405
    assert browser_of(anna).post(path, follow=True).status_code == 200
    assert Api(token=token).get("auth/me")[0] == 401


def test_guests_and_strangers_are_asked_to_sign_up(guest, browser_of, client):
    assert browser_of(guest).get("/settings/tokens/").url.startswith("/accounts/signup/")
    assert client.get("/settings/tokens/").url.startswith("/accounts/login/")
    assert client.delete("/settings/tokens/").status_code == 405
