"""A short run of what `bench.cases` does at length."""

import uuid
from datetime import timedelta
from itertools import cycle

import pytest
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from lessons.models import Lesson
from progress.exercises import tickets
from tests.factories import TEXT, human_events, make_course, make_learner, make_ticket
from tests.schema_cases import try_all
from typingtrainer.management.commands.setup_roles import Command as SetUpRoles
from typingtrainer.wsgi import application

ROLES = ("anonymous", "learner", "anonymous", "learner", "anonymous", "learner", "editor")
"""Who sends one request after the other; an editor is a learner who may see a little more."""
CASES = 2 * len(ROLES)
"""To every operation, half of them breaking its description."""


@pytest.mark.django_db(transaction=True)
def test_no_500_and_nothing_undocumented():
    make_course()
    SetUpRoles().handle()
    lesson = Lesson.objects.select_related("course", "text").get(number=1)
    user = make_learner(f"{uuid.uuid4()}@example.org")
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
    roles = cycle(ROLES)

    def headers():
        if (role := next(roles)) == "anonymous":
            return {}
        User.objects.filter(pk=user.pk).update(is_staff=role == "editor")
        return {"Authorization": f"Bearer {tokens.start_family(user, now=timezone.now()).access}"}

    told = try_all(application, CASES, headers, known)
    statuses = {status for _operation, status in told}
    assert 400 in statuses
    assert 200 in statuses
    assert 429 not in statuses
