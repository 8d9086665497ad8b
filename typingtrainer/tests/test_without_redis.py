"""With Redis away, signing in, typing and recording go on."""

import pytest
from django.test import Client

from progress.exercises.tickets import open_ticket
from progress.models import TypingSession
from tests.factories import TEXT, human_events, make_course, make_learner, make_log


@pytest.fixture
def no_redis(settings):
    away = settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"}
    settings.CACHES = {"default": away}


@pytest.mark.django_db
def test_a_guest_types_and_a_learner_signs_in(no_redis):
    make_course()
    anna = make_learner()
    anna.emailaddress_set.create(email=anna.email, verified=True, primary=True)
    client = Client()
    ticket = open_ticket(client.get("/practice/ru/1/").context["ticket"])
    client.post("/sessions/", {"log": make_log(ticket, human_events(TEXT))})
    assert TypingSession.objects.filter(pk=ticket.session).exists()
    response = client.post("/accounts/login/", {"login": anna.email, "password": "a-long-password"})
    assert response.status_code == 302
    assert client.get("/settings/").context["user"] == anna
    assert TypingSession.objects.get(pk=ticket.session).user == anna
    health = client.get("/health/")
    assert (health.status_code, health.json()) == (200, {"database": True, "cache": False})
