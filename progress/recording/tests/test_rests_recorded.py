"""A lesson with rests, from the page and the API to what is stored."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from progress.exercises.tickets import open_ticket
from progress.models import TypingSession
from progress.pages.tests.posting import post
from progress.recording.playing import replay_of
from tests.api_client import Api
from tests.factories import TEXT, lesson_of, make_course, signed_in

EVEN = 250
RESTS = [[20_000 if "\n" in TEXT[max(at - 1, 0) : at + 1] else EVEN, key, 80] for at, key in enumerate(TEXT)]


@pytest.fixture
def lesson(db):
    lesson = lesson_of(make_course())
    lesson.has_rests = True
    lesson.save()
    return lesson


def test_the_page_leaves_the_rests_out(lesson, anna):
    client = signed_in(anna)
    page = client.get("/practice/ru/1/")
    assert "data-rests" in page.text and "data-rests" not in client.get("/practice/ru/2/").text
    ticket = open_ticket(page.context["ticket"])
    assert ticket.has_rests
    post(client, replace(ticket, issued_at=timezone.now() - timedelta(minutes=5)), RESTS)
    session = TypingSession.objects.get()
    assert session.cpm == pytest.approx(60_000 / EVEN) and session.duration_ms == EVEN * (len(TEXT) - 1)
    assert "idle" not in session.flags
    assert replay_of(session).duration == session.duration_ms, "what is stored has no rests any more"


def test_the_api_tells_of_them_and_leaves_them_out(lesson, anna):
    api = Api(anna)
    _, started = api.post(f"lessons/{lesson.pk}/start", {})
    assert started["hasRests"]
    at = round((timezone.now() - timedelta(minutes=2)).timestamp() * 1000)
    log = {"v": 1, "ticket": started["ticket"], "startedAt": at, "mode": "stop", "events": RESTS}
    status, _ = api.post(f"lessons/{lesson.pk}/complete", json.loads(json.dumps(log)))
    assert status == 200
    assert TypingSession.objects.get().cpm == pytest.approx(60_000 / EVEN)


def test_without_rests_every_wait_counts(lesson, anna):
    lesson.has_rests = False
    lesson.save()
    client = signed_in(anna)
    ticket = open_ticket(client.get("/practice/ru/1/").context["ticket"])
    post(client, replace(ticket, issued_at=timezone.now() - timedelta(minutes=5)), RESTS)
    assert TypingSession.objects.get().duration_ms > 40_000


def test_a_lesson_typed_freely_begins_so_through_the_api(lesson, anna):
    lesson.mode = "free"
    lesson.save()
    api = Api(anna)
    modes = [api.post(f"lessons/{lesson.pk}/start", body)[1]["mode"] for body in ({}, {"mode": "stop"})]
    assert modes == ["free", "stop"]
