"""A short run of what `bench.cases` does at length."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tokens
from lessons.models import Lesson
from progress.exercises import tickets
from tests.factories import TEXT, human_events, make_course, make_learner, make_ticket
from tests.schema_cases import try_all
from typingtrainer.management.commands.setup_roles import Command as SetUpRoles
from typingtrainer.wsgi import application

CASES = {"anonymous": 6, "learner": 6, "editor": 2}
"""To every operation; an editor is a learner who may see a little more."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", CASES)
def test_no_500_and_nothing_undocumented(role):
    make_course()
    SetUpRoles().handle()
    lesson = Lesson.objects.select_related("course", "text").get(number=1)
    user = make_learner(f"{uuid.uuid4()}@example.org", is_staff=role == "editor")
    known = {
        "lesson": lesson.pk,
        "course": "ru",
        "user": str(user.pk),
        "ticket": lambda: tickets.sign_ticket(
            make_ticket(user, lesson, issued_at=timezone.now() - timedelta(minutes=1))
        ),
        "events": human_events(TEXT),
        "start": 0,
        "mode": "stop",
    }

    def headers():
        if role == "anonymous":
            return {}
        return {"Authorization": f"Bearer {tokens.start_family(user, now=timezone.now()).access}"}

    told = try_all(application, CASES[role], headers, known)
    statuses = {status for _operation, status in told}
    assert 400 in statuses
    assert 200 in statuses
    assert 429 not in statuses
