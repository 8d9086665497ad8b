"""A new aggregate is a class in `progress.models` and its name in `AGGREGATES`: nothing else has to know it."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models

from accounts.merging import merge
from accounts.models import User
from progress.keystrokes.logs import parse_log
from progress.models import AGGREGATES, Aggregate, TypingSession
from progress.recording.deleting import delete_session
from progress.recording.rebuilding import rebuild_aggregates
from progress.recording.record import record_session
from tests.factories import NOW, TEXT, human_events, lesson_of, make_log, make_ticket


@pytest.fixture
def kindness(monkeypatch, db):
    """The recipe: a model, whose table a migration would make, and its name among the others."""

    class Kindness(Aggregate):
        """How often each kind of session of a lesson was typed, and with how many keystrokes."""

        KEY = {"kind": "kind", "lesson_id": "lesson_id"}

        kind = models.CharField(max_length=8)
        lesson = models.ForeignKey("lessons.Lesson", models.CASCADE, null=True, related_name="+")
        times = models.PositiveIntegerField(default=0)
        keystrokes = models.PositiveIntegerField(default=0)

        class Meta:
            app_label = "progress"
            constraints = [
                models.UniqueConstraint(
                    fields=["user", "kind", "lesson"], nulls_distinct=False, name="kindness_unique"
                )
            ]

        def add(self, session, played):
            self.times += 1
            self.keystrokes += session.keystrokes

    monkeypatch.setattr("progress.models.AGGREGATES", (*AGGREGATES, Kindness))
    with connection.schema_editor() as editor:
        editor.create_model(Kindness)
    yield Kindness
    # The table goes with the test's transaction; no other test may meet the model.
    del apps.all_models["progress"]["kindness"]
    apps.clear_cache()


def run(user, lesson=None, *, text=None, minutes=5, seed=1):
    ticket = make_ticket(user, lesson, text=text)
    log = parse_log(make_log(ticket, human_events(TEXT, seed=seed)))
    return record_session(ticket=ticket, learner=user, log=log, now=NOW + timedelta(minutes=minutes)).session


def test_a_new_aggregate_follows_recording_deleting_merging_and_rebuilding(kindness, course, anna):
    def counted(user):
        return sorted(kindness.objects.filter(user=user).values_list("kind", "times", "keystrokes"))

    lesson, guest = lesson_of(course), User.objects.create_guest(uuid.uuid4(), now=NOW)
    first = run(anna, lesson, seed=1)
    run(anna, lesson, seed=2)
    run(anna, text=lesson.text, seed=3)
    keys = first.keystrokes
    assert counted(anna) == [("drill", 1, keys), ("lesson", 2, 2 * keys)]
    run(guest, lesson, seed=4)
    assert merge(guest, anna, now=NOW)
    assert counted(anna) == [("drill", 1, keys), ("lesson", 3, 3 * keys)] and counted(guest) == []
    delete_session(session_id=first.pk, learner=anna, now=NOW)
    assert counted(anna) == [("drill", 1, keys), ("lesson", 2, 2 * keys)]
    kindness.objects.update(times=77)
    rebuild_aggregates(anna.pk)
    assert counted(anna) == [("drill", 1, keys), ("lesson", 2, 2 * keys)]
    for session in TypingSession.objects.filter(user=anna, kind="lesson"):
        delete_session(session_id=session.pk, learner=anna, now=NOW)
    assert counted(anna) == [("drill", 1, keys)]
