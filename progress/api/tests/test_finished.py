"""Finished sessions through the API: whole, as the old program reports them, in batches."""

import json
import math
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from progress.api.tests.lesson_requests import EVENTS, complete, lesson, log_for, started
from progress.models import Award, TypingSession
from tests.api_client import Api
from tests.factories import TEXT, human_events, make_log, make_ticket

pytestmark = pytest.mark.django_db


class TestCompleting:
    def test_the_answer(self, course, api):
        status, data = complete(api)
        assert status == 200, data
        assert set(data) == {"sessionId", "rating", "achievements", "nextLesson", "stats"}
        assert data["nextLesson"] == {"id": lesson(2).pk, "title": "А and О", "unlocked": True}
        assert data["stats"]["improvement"] is None
        assert {"id", "name", "description"} == set(data["achievements"][0])
        stored = TypingSession.objects.get(pk=data["sessionId"])
        assert data["rating"] == stored.stars
        assert data["stats"]["wpm"] == math.floor(20 * stored.cpm) / 100
        assert stored.ranked

    def test_improvement_in_words(self, course, api):
        complete(api)
        faster = human_events(TEXT, pace_ms=150)
        improvement = complete(api, events=faster)[1]["stats"]["improvement"]
        assert improvement.startswith("+")
        assert improvement.endswith(" WPM from last session")

    def test_the_same_log_again_answers_the_same(self, course, api):
        with time_machine.travel(timezone.now() - timedelta(minutes=2)):
            log = log_for(started(Api(token=api.token)))
        path = f"lessons/{lesson().pk}/complete"
        assert api.post(path, log)[0] == 200
        again = api.post(path, log)
        assert again[0] == 200
        assert TypingSession.objects.count() == 1
        assert api.post(path, log | {"events": human_events(TEXT, seed=2)})[1]["code"] == "conflict"

    def test_the_log_of_another_lesson(self, course, api):
        log = log_for(started(api))
        assert api.post(f"lessons/{lesson(2).pk}/complete", log)[1]["code"] == "bad_ticket"

    def test_anothers_ticket(self, course, api, boris):
        log = log_for(started(api))
        assert Api(boris).post(f"lessons/{lesson().pk}/complete", log)[1]["code"] == "not_yours"

    def test_an_unfinished_log(self, course, api):
        status, error = api.post(f"lessons/{lesson().pk}/complete", log_for(started(api), EVENTS[:5]))
        assert (status, error["code"]) == (400, "unfinished")

    @pytest.mark.parametrize("started_at", [0, 315_532_800_000, -(10**20), 10**20])
    def test_a_clock_that_is_wrong(self, course, api, started_at):
        before = timezone.now() - timedelta(milliseconds=1)
        log = log_for(started(api)) | {"startedAt": started_at}
        assert api.post(f"lessons/{lesson().pk}/complete", log)[0] == 200
        session = TypingSession.objects.get()
        assert before <= session.started_at <= timezone.now()
        assert "clock" in session.flags and not session.ranked

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"v": 2}, "v"),
            ({"events": [[0, "а"]]}, "events[0]"),
            ({"events": [[0, "а", 1], ["1", "о", 1]]}, "events[1].dt"),
            ({"mode": "fast"}, "mode"),
            ({"startedAt": "now"}, "startedAt"),
        ],
    )
    def test_what_is_wrong_with_a_log(self, course, api, change, field):
        status, error = api.post(f"lessons/{lesson().pk}/complete", log_for(started(api)) | change)
        assert (status, error["code"], list(error["fields"])) == (400, "invalid_log", [field])
        [why] = error["fields"][field]
        assert why["message"] and ": " not in why["message"]

    @pytest.mark.parametrize(
        "body", ["[]", "1", "null", "[" * 100_000, '{"a": "\\u0000"}', '"\\ud800"', "{", b"\xff"]
    )
    def test_what_is_no_log_at_all(self, course, api, body):
        status, error = api.post(f"lessons/{lesson().pk}/complete", body)
        assert (status, error.get("success", False)) == (400, False)

    def test_too_large(self, course, api):
        assert api.post(f"lessons/{lesson().pk}/complete", b" " * 1_000_001)[1]["code"] == "too_large"
        assert api.post(f"lessons/{lesson().pk}/complete", b" " * 1_400_000)[1]["code"] == "too_large"


LEGACY = {
    "duration": 12.3,
    "wpm": 999,
    "accuracy": 100,
    "errors": 0,
    "keystrokes": [
        {"expected": unit, "actual": text, "correct": unit == text, "latency": dt, "timestamp": 0}
        for dt, text, _hold in EVENTS
        for unit in [text]
    ],
}


class TestLegacyReports:
    def test_it_is_scored_anew_and_not_ranked(self, course, api):
        status, data = api.post(f"lessons/{lesson().pk}/complete", LEGACY)
        assert status == 200, data
        assert data["stats"]["wpm"] < 100
        assert data["stats"]["accuracy"] < 100
        stored = TypingSession.objects.get()
        assert (stored.source, stored.ranked, stored.stars) == ("legacy", False, data["rating"])
        client = Client()
        client.force_login(stored.user)
        for page in (stored.get_absolute_url(), "/history/"):
            assert "it came from the old program" in client.get(page).content.decode()

    def test_a_repeat_is_the_same_session(self, course, api):
        path = f"lessons/{lesson().pk}/complete"
        first = api.post(path, LEGACY)
        assert api.post(path, LEGACY)[1]["sessionId"] == first[1]["sessionId"]
        other = api.post(path, LEGACY, Idempotency_Key="second run")
        assert other[1]["sessionId"] != first[1]["sessionId"]
        assert api.post(path, LEGACY, Idempotency_Key="second run")[1] == other[1]

    def test_by_timestamps(self, course, api):
        now, strokes = timezone.now().timestamp() * 1000 - 60_000, []
        for dt, text, _hold in EVENTS:
            now += dt
            strokes.append({"actual": text, "timestamp": now})
        assert api.post(f"lessons/{lesson().pk}/complete", {"keystrokes": strokes})[0] == 200

    def test_a_backdated_one_is_of_today(self, course, api):
        for days in range(1, 32):
            claimed = timezone.now().timestamp() * 1000 - days * 86_400_000
            strokes = [{**LEGACY["keystrokes"][0], "timestamp": claimed}, *LEGACY["keystrokes"][1:]]
            status, _data = api.post(
                f"lessons/{lesson().pk}/complete", {"keystrokes": strokes}, Idempotency_Key=f"run {days}"
            )
            assert status == 200
        assert TypingSession.objects.count() == 31
        complete(api)
        earned = set(Award.objects.values_list("code", flat=True))
        assert not earned & {"days-7", "days-30", "back-again"}
        assert api.get("stats/summary")[1]["streak"] == 1

    @pytest.mark.parametrize(
        ("strokes", "field"),
        [
            ([], "keystrokes"),
            ([1], "keystrokes[0]"),
            ([{"actual": ""}], "keystrokes[0].actual"),
            ([{"actual": "а"}, {"actual": "о"}], "keystrokes[1].latency"),
            ([{"actual": "а"}, {"actual": "о", "latency": "5"}], "keystrokes[1].latency"),
            ([{"actual": "а"}, {"actual": "о", "latency": 10**400}], "keystrokes[1].latency"),
        ],
    )
    def test_what_is_wrong(self, course, api, strokes, field):
        _, error = api.post(f"lessons/{lesson().pk}/complete", {"keystrokes": strokes})
        assert list(error["fields"]) == [field]

    def test_a_locked_lesson_stays_locked(self, course, api):
        assert api.post(f"lessons/{lesson(2).pk}/complete", LEGACY)[1]["code"] == "lesson_locked"


class TestBatches:
    def test_each_for_itself(self, course, api):
        with time_machine.travel(timezone.now() - timedelta(hours=1)):
            data = [started(Api(token=api.token)) for _ in range(3)]
        logs = [
            log_for(data[0]),
            log_for(data[1], EVENTS[:4]),
            log_for(data[2], human_events(TEXT, seed=5)),
            {"v": 3},
        ]
        status, items = api.post("stats/sessions", {"logs": logs})
        assert status == 200
        assert [item["error"] and item["error"]["code"] for item in items] == [
            None,
            "unfinished",
            None,
            "invalid_log",
        ]
        assert TypingSession.objects.count() == 2
        assert next(item["error"] for item in api.post("stats/sessions", {"logs": logs})[1]) is None
        assert TypingSession.objects.count() == 2

    def test_fifty_at_most(self, api):
        assert api.post("stats/sessions", {"logs": [{}] * 51})[0] == 400

    def test_counted_apart(self, course, api):
        for _ in range(10):
            assert api.post("stats/sessions", {"logs": [{}]})[0] == 200
        assert api.post("stats/sessions", {"logs": [{}]})[0] == 429
        assert api.get("stats/summary")[0] == 200


class TestDrills:
    def test_a_drill_of_what_was_weak(self, course, api):
        done = complete(api, events=human_events(TEXT, pace_ms=700))[1]
        with time_machine.travel(timezone.now() - timedelta(minutes=2)):
            status, data = Api(token=api.token).post(f"sessions/{done['sessionId']}/drill")
        assert status == 200, data
        drilled = api.post("stats/session", log_for(data, human_events(data["text"])))[1]
        assert (drilled["rating"], drilled["nextLesson"]) == (None, None)

    def test_nothing_weak(self, course, api):
        done = complete(api, events=[[200, event[1], 80] for event in human_events(TEXT)])[1]
        assert api.post(f"sessions/{done['sessionId']}/drill")[1]["code"] == "nothing_weak"


def test_guests_practise_too(course):
    made = Api().post("auth/register", {"email": "g@example.org", "password": "correct horse battery"})[1]
    assert complete(Api(token=made["access"]))[0] == 200


def test_make_log_is_taken_as_it_is(course, api, anna):
    ticket = make_ticket(anna, lesson(), issued_at=timezone.now() - timedelta(minutes=2))
    assert api.post(f"lessons/{lesson().pk}/complete", json.loads(make_log(ticket, EVENTS)))[0] == 200
