"""The sessions a learner has typed, through the API."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from progress.api.tests.lesson_requests import complete, lesson
from progress.models import TypingSession

pytestmark = pytest.mark.django_db


def test_history_by_pages(course, api, anna):
    for number in range(52):
        TypingSession.objects.create(
            id=uuid.uuid4(),
            user=anna,
            kind="drill",
            text=lesson().text,
            layout="ru-jcuken",
            started_at=timezone.now(),
            recorded_at=timezone.now() - timedelta(minutes=number),
            local_date=timezone.now().date(),
            counted_at=timezone.now(),
            duration_ms=1000,
            cpm=100,
            raw_cpm=100,
            accuracy=100,
            errors=0,
            keystrokes=10,
            ranked=False,
            source="plain",
            submission_sha256=b"x" * 32,
        )
    first = api.get("stats/history")[1]
    rest = api.get(f"stats/history?cursor={first['next']}")[1]
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (50, 2, None)
    assert api.get("stats/history?cursor=made-up")[0] == 400
    assert api.get("stats/history?kind=x")[0] == 400


def test_deleting_a_session(course, api):
    done = complete(api)[1]
    assert api.delete(f"sessions/{done['sessionId']}") == (200, None)
    assert api.get(f"sessions/{done['sessionId']}")[0] == 404
    assert api.delete(f"sessions/{done['sessionId']}")[0] == 404
