"""What a visitor gets when something breaks below the pages."""

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.test import Client

from accounts.merging import Gone
from typingtrainer import views


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "error", [OperationalError("the connection is lost"), Gone(), SessionInterrupted("signed in beside it")]
)
def test_what_passes_is_503_with_a_time_to_come_back(visitor, monkeypatch, error):
    monkeypatch.setattr(views.Course.objects, "all", raising(error))
    response = visitor.get("/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    page = response.content.decode()
    assert "reload the page in a few seconds" in page
    assert "обновите страницу через несколько секунд" in page


def test_a_database_away_below_the_views_is_503_too(visitor, monkeypatch):
    monkeypatch.setattr("accounts.middleware.PreferencesMiddleware.__call__", raising(OperationalError()))
    assert visitor.get("/learn/").status_code == 503


def test_our_own_mistake_is_500(visitor, monkeypatch):
    monkeypatch.setattr(views.Course.objects, "all", raising(ZeroDivisionError()))
    response = visitor.get("/")
    assert response.status_code == 500
    assert "Retry-After" not in response


def raising(error):
    def call(*arguments, **named):
        raise error

    return call
