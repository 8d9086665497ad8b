"""What a client of the API sends to have a lesson typed."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from lessons.models import Lesson
from tests.api_client import Api
from tests.factories import TEXT, human_events

EVENTS = human_events(TEXT, mistakes=(3, 7))


def lesson(number=1):
    return Lesson.objects.get(number=number)


def started(api, number=1, **body):
    status, data = api.post(f"lessons/{lesson(number).pk}/start", body)
    assert status == 200, data
    return data


def log_for(data, events=EVENTS, **fields):
    at = round((timezone.now() - timedelta(minutes=1)).timestamp() * 1000)
    return {"v": 1, "ticket": data["ticket"], "startedAt": at, "mode": "stop", "events": events} | fields


def complete(api, number=1, *, ago=timedelta(minutes=2), events=EVENTS):
    with time_machine.travel(timezone.now() - ago):
        data = started(Api(token=api.token), number)
    return api.post(f"lessons/{lesson(number).pk}/complete", log_for(data, events))


def part(data, start, end, **fields):
    at = round((timezone.now() - timedelta(minutes=1)).timestamp() * 1000)
    return {"ticket": data["ticket"], "startedAt": at, "start": start, "events": EVENTS[start:end]} | fields
