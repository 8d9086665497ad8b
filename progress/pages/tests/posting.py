"""A session typed and posted as the practice page does it."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from lessons.models import Lesson
from tests.factories import TEXT, human_events, make_log, make_ticket


def fresh_ticket(user: User, lesson: Lesson, **fields):
    fields = {"issued_at": timezone.now() - timedelta(minutes=2)} | fields
    return make_ticket(user, lesson, **fields)


def post(client: Client, ticket, events=None, **headers):
    log = make_log(ticket, events if events is not None else human_events(TEXT))
    return client.post("/sessions/", {"log": log}, headers=headers)
