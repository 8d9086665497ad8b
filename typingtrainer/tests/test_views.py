import pytest
from django.db import OperationalError
from django.test import Client

from typingtrainer import views


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/help/", "/privacy/"])
def test_what_the_foot_leads_to(client, settings, address):
    settings.SUPPORT_EMAIL = "help@example.com"
    assert 'href="mailto:help@example.com"' in client.get(address).content.decode()
    assert client.post(address).status_code == 405
    assert f'href="{address}"' in client.get("/learn/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "push", "phone"),
    [
        ("en", "the push service of its maker", "your phone number"),
        ("ru", "службу доставки", "номер телефона"),
    ],
)
def test_privacy_names_who_carries_notifications(client, language, push, phone):
    said = client.get("/privacy/", headers={"accept-language": language}).content.decode()
    assert push in said and "Twilio" in said and phone in said


@pytest.mark.django_db
class TestHealth:
    def test_all_is_well(self, client):
        response = client.get("/health/")
        assert (response.status_code, response.json()) == (200, {"database": True, "cache": True})
        assert "no-store" in response["Cache-Control"]

    def test_without_the_database_it_says_so(self, client, monkeypatch):
        class Away:
            def cursor(self):
                raise OperationalError

        monkeypatch.setattr(views, "connection", Away())
        response = client.get("/health/")
        assert (response.status_code, response.json()["database"]) == (503, False)


@pytest.mark.django_db
def test_an_unknown_page_is_ours(client):
    response = client.get("/nowhere/", headers={"Accept-Language": "ru"})
    assert response.status_code == 404 and "Такой страницы нет" in response.content.decode()


@pytest.mark.django_db
def test_a_form_from_elsewhere_gets_our_page():
    client = Client(enforce_csrf_checks=True)
    client.get("/", headers={"Accept-Language": "ru"})
    response = client.post("/sessions/", headers={"Accept-Language": "ru"})
    assert response.status_code == 403 and "слишком долго" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/sessions/", "/language/"])
def test_cookies_that_are_off_are_named(address):
    response = Client(enforce_csrf_checks=True).post(address, headers={"Accept-Language": "ru"})
    page = response.content.decode()
    assert response.status_code == 403 and "не принимает cookie" in page and "слишком долго" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "null"}, {"Referer": "https://elsewhere.example/"}], ids=str
)
def test_a_hidden_origin_is_named(headers):
    client = Client(enforce_csrf_checks=True)
    client.get("/", secure=True)
    response = client.post("/accounts/login/", secure=True, headers={"Accept-Language": "en", **headers})
    assert response.status_code == 403 and "hides where this came from" in response.content.decode()


@pytest.mark.django_db
def test_every_page_carries_the_policy(client):
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff" and response["X-Frame-Options"] == "DENY"
