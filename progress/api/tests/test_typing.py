"""Texts, tickets and keystrokes that come bit by bit, through the API."""

import itertools
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.entitlement.grants import grant
from lessons.models import Lesson
from progress.api.tests.lesson_requests import EVENTS, lesson, log_for, part, started
from progress.exercises import tickets
from progress.models import OpenSession, TypingSession
from progress.recording import open_sessions
from tests.api_client import Api
from tests.factories import TEXT, human_events, make_course, make_learner, make_ticket

pytestmark = pytest.mark.django_db


class TestContent:
    def test_content_only_of_what_may_be_typed(self, course, api, anna):
        assert api.get(f"lessons/{lesson(1).pk}/content")[1]["text"] == TEXT
        assert api.get(f"lessons/{lesson(2).pk}/content")[1]["code"] == "lesson_locked"
        status, error = api.get(f"lessons/{lesson(3).pk}/content")
        assert (status, error["code"]) == (402, "premium_needed")
        assert [plan["id"] for plan in error["plans"]] == ["free", "premium"]
        grant(
            user=anna,
            ends_at=timezone.now() + timedelta(days=1),
            reason="x",
            granted_by=anna,
            now=timezone.now(),
        )
        assert api.get(f"lessons/{lesson(3).pk}/content")[1]["code"] == "lesson_locked"


class TestPartByPart:
    def test_in_order(self, course, api):
        data = started(api)
        for start in range(0, len(EVENTS), 10):
            status, kept = api.post("stats/keystroke", part(data, start, start + 10))
            assert status == 200, kept
        assert kept == {"sessionId": data["sessionId"], "received": len(EVENTS), "hasGap": False}
        status, done = api.post("stats/session", {"sessionId": data["sessionId"]})
        assert (status, done["sessionId"]) == (200, data["sessionId"])
        assert not OpenSession.objects.exists()
        assert api.post("stats/session", {"sessionId": data["sessionId"]})[1]["rating"] == done["rating"]
        assert TypingSession.objects.count() == 1

    def test_a_gap_is_told(self, course, api):
        data = started(api)
        api.post("stats/keystroke", part(data, 0, 10))
        kept = api.post("stats/keystroke", part(data, 20, len(EVENTS)))[1]
        assert (kept["received"], kept["hasGap"]) == (10, True)
        status, error = api.post("stats/session", {"sessionId": data["sessionId"]})
        assert (status, error["code"]) == (409, "incomplete")
        assert api.post("stats/keystroke", part(data, 10, 20))[1]["hasGap"] is False
        assert api.post("stats/session", {"sessionId": data["sessionId"]})[0] == 200

    def test_other_keystrokes_in_the_same_place(self, course, api):
        data = started(api)
        api.post("stats/keystroke", part(data, 0, 10))
        wrong = part(data, 0, 10, events=[[0, "x", 1], *EVENTS[1:10]])
        assert api.post("stats/keystroke", wrong)[1]["code"] == "conflict"

    def test_going_on_elsewhere(self, course, api, anna):
        data = started(api)
        api.post(f"lessons/{lesson().pk}/progress", part(data, 0, 12))
        elsewhere = Api(anna)
        resumed = started(elsewhere)
        assert resumed["sessionId"] == data["sessionId"]
        assert resumed["events"] == EVENTS[:12]
        elsewhere.post(f"lessons/{lesson().pk}/progress", part(resumed, 12, len(EVENTS)))
        assert elsewhere.post("stats/session", {"sessionId": data["sessionId"]})[0] == 200
        assert started(api)["events"] == []

    def test_beginning_anew(self, course, api):
        data = started(api)
        api.post(f"lessons/{lesson().pk}/progress", part(data, 0, 12))
        anew = started(api, anew=True)
        assert anew["sessionId"] != data["sessionId"]
        assert not OpenSession.objects.exists()

    def test_anothers(self, course, api):
        data = started(api)
        api.post("stats/keystroke", part(data, 0, 10))
        boris = Api(make_learner("boris@example.org"))
        assert boris.post("stats/keystroke", part(data, 10, 20))[1]["code"] == "not_yours"
        assert boris.post("stats/session", {"sessionId": data["sessionId"]})[0] == 404
        assert started(boris)["events"] == []

    def test_a_whole_log_finishes_what_was_begun_in_parts(self, course, api):
        data = started(api)
        api.post("stats/keystroke", part(data, 0, 10))
        assert api.post("stats/session", log_for(data))[0] == 200
        assert not OpenSession.objects.exists()
        assert api.post("stats/keystroke", part(data, 10, 20))[1]["code"] == "conflict"

    @pytest.mark.parametrize("odd", [-3_600_000, 7_200_000, 1e300, 86_400_001])
    def test_odd_times_are_kept_bit_by_bit(self, course, api, odd):
        data = started(api)
        events = [[dt, text, -1] for dt, text, _hold in EVENTS]
        events[7][0] = odd
        for start, end in ((7, len(events)), (0, 10)):
            sent = {"ticket": data["ticket"], "startedAt": 0, "start": start, "events": events[start:end]}
            assert api.post("stats/keystroke", sent)[0] == 200
        assert api.post(f"lessons/{lesson().pk}/start", {})[1]["startedAt"] == 0
        assert api.post("stats/session", {"sessionId": data["sessionId"]})[0] == 200
        session = TypingSession.objects.get()
        assert "clock" in session.flags and session.duration_ms <= 86_400_000

    def test_a_failed_end_keeps_the_keystrokes(self, course, api):
        data = started(api)
        api.post("stats/keystroke", part(data, 0, 10))
        assert api.post("stats/session", {"sessionId": data["sessionId"]})[1]["code"] == "unfinished"
        assert OpenSession.objects.get().parts.count() == 1

    def test_what_is_left_is_forgotten(self, course, api):
        data = started(api)
        api.post("stats/keystroke", part(data, 0, 10))
        assert open_sessions.prune_open_sessions(now=timezone.now() + timedelta(days=29)) == 0
        assert open_sessions.prune_open_sessions(now=timezone.now() + timedelta(days=31))
        assert not OpenSession.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [{"start": -1}, {"start": 10**9}, {"events": []}, {"startedAt": "now"}, {"ticket": "made-up"}],
    )
    def test_what_is_refused(self, course, api, change):
        assert api.post("stats/keystroke", part(started(api), 0, 10) | change)[0] in (400, 403)
        assert not OpenSession.objects.exists()


class AnyOrder(TestCase):
    @settings(max_examples=30)
    @given(st.randoms(use_true_random=False), st.lists(st.integers(1, len(EVENTS) - 1), max_size=6))
    def test_repeats_and_any_order_make_the_same_log(self, random, cuts):
        cache.clear()
        anna = make_learner(f"{uuid.uuid4()}@example.org")
        found = Lesson.objects.first() or make_course().lessons.get(number=1)
        ticket = make_ticket(anna, found, issued_at=timezone.now() - timedelta(minutes=2))
        signed, places = tickets.sign_ticket(ticket), sorted({0, len(EVENTS), *cuts})
        parts = [(a, EVENTS[a:b]) for a, b in itertools.pairwise(places)]
        parts += random.choices(parts, k=3)
        parts.append((0, EVENTS[: places[1]][:1]))
        random.shuffle(parts)
        now = timezone.now()
        for start, events in parts:
            kept = open_sessions.append_part(
                signed=signed,
                ticket=ticket,
                learner=anna,
                started_at_ms=round(now.timestamp() * 1000) - 60_000,
                start=start,
                events=events,
                now=now,
            )
        assert (list(kept.events), kept.missing) == (EVENTS, False)
        session = open_sessions.finish_open_session(
            session_id=ticket.session, learner=anna, client={}, now=now
        )
        assert session.session.pk == ticket.session


class TestTests:
    def test_a_test_from_start_to_certificate(self, api):
        with time_machine.travel(timezone.now() - timedelta(seconds=62)):
            status, data = Api(token=api.token).post("tests/start", {"language": "en", "minutes": 1})
        assert (status, data["mode"], data["minutes"]) == (200, "free", 1)
        events = human_events(data["text"], pace_ms=200)
        status, done = api.post("stats/session", log_for(data, events, mode="free"))
        assert status == 200, done
        path = f"sessions/{done['sessionId']}"
        assert api.get(path)[1]["isRanked"] is True
        status, made = api.post(f"{path}/certificate", {"name": "Anna Ivanova"})
        assert (status, made["name"], made["isValid"]) == (200, "Anna Ivanova", True)
        assert Api().get(f"certificates/{made['code']}") == (200, made)
        assert api.post(f"{path}/certificate", {"name": "Boris"})[1] == made

    def test_what_there_is_not(self, api):
        for body in ({"language": "de", "minutes": 1}, {"language": "en", "minutes": 2}, {"language": "en"}):
            assert api.post("tests/start", body)[0] == 400
        assert Api().get("certificates/none")[0] == 404
