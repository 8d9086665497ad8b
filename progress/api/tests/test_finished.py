"""Finished sessions through the API: whole, as the old program reports them, in batches."""

import json
import math
import re
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.merging import merge
from accounts.models import User
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
        with time_machine.travel(timezone.now() - timedelta(minutes=2)):
            again = started(Api(token=api.token))
        assert again["text"] != TEXT
        log = log_for(again, human_events(again["text"], pace_ms=150))
        improvement = api.post(f"lessons/{lesson().pk}/complete", log)[1]["stats"]["improvement"]
        assert re.fullmatch(r"\+\d+ WPM from last session", improvement)

    def test_the_old_program_reports_the_text_of_each_run(self, course, api):
        """And the same report once more, when another text is due, is the same session."""
        last = None
        for number in range(3):
            _, content = api.get(f"lessons/{lesson().pk}/content")
            assert content["text"] != last
            last = content["text"]
            keys = [
                {"expected": key, "actual": key, "latency": 200 + place % 7 * 20}
                for place, key in enumerate(last)
            ]
            for _repeat in range(2):
                status, _ = api.post(f"lessons/{lesson().pk}/complete", {"keystrokes": keys})
                assert status == 200
            assert TypingSession.objects.count() == number + 1

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


def as_legacy(events):
    """Keystrokes as the old program told them."""
    told, rest = [], list(TEXT)
    for dt, text, _hold in events:
        told.append({"expected": rest[0], "actual": text, "correct": text == rest[0], "latency": dt})
        rest = rest[text == rest[0] :]
    return told


LEGACY = {"duration": 12.3, "wpm": 999, "accuracy": 100, "errors": 0, "keystrokes": as_legacy(EVENTS)}


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

    def test_a_program_that_goes_on_after_a_mistake(self, course, api):
        strokes = [{"expected": unit, "actual": unit, "latency": 200} for unit in TEXT]
        for place in (0, 5, len(TEXT) - 1):
            strokes[place]["actual"] = "ж"
        status, data = api.post(f"lessons/{lesson().pk}/complete", {"keystrokes": strokes})
        assert status == 200, data
        stored = api.get(f"sessions/{data['sessionId']}")[1]
        assert (stored["errors"], stored["keystrokes"]) == (3, len(TEXT))
        assert api.get(f"sessions/{data['sessionId']}/keystrokes")[1]["mode"] == "free"

    @pytest.mark.parametrize(
        "name",
        [
            "sess_abc123",
            "1",
            "x" * 100,
            "run #7: 50 %?",
            "занятие",
            "a+b=c&d",
            "6F0C2A9E-4B1D-4E57-9A53-0D7C1B2E8F44",
        ],
    )
    def test_it_is_found_by_what_its_program_calls_it(self, course, api, boris, name):
        path, address = f"lessons/{lesson().pk}/complete", f"sessions/{quote(name)}"
        status, done = api.post(path, LEGACY | {"sessionId": name})
        assert status == 200, done
        assert api.post(path, LEGACY | {"sessionId": name})[1] == done
        assert TypingSession.objects.count() == 1
        assert api.get(address)[1] == api.get(f"sessions/{done['sessionId']}")[1]
        assert api.get(f"{address}/keystrokes")[0] == 200
        # Another learner has sessions of that name of his own, or none.
        other = Api(boris)
        for hidden in (other.get(address), other.get(f"{address}/keystrokes"), other.delete(address)):
            assert hidden[0] == 404
        assert other.post(f"{address}/drill")[0] == 404
        theirs = other.post(path, LEGACY | {"sessionId": name})[1]
        assert theirs["sessionId"] != done["sessionId"]
        assert other.delete(address)[0] == 200
        assert (other.get(address)[0], api.get(address)[0]) == (404, 200)
        # Another run under the name is refused.
        shorter = LEGACY | {"sessionId": name, "keystrokes": as_legacy(human_events(TEXT, seed=9))}
        assert api.post(path, shorter)[1]["code"] == "conflict"

    @pytest.mark.parametrize(
        "name", ["", " ", "x" * 101, "a/b", "a\tb", "a  b", " a", "a\n", "\x7f", "\u00a0", True, [], {}]
    )
    def test_what_no_session_is_called(self, course, api, name):
        status, error = api.post(f"lessons/{lesson().pk}/complete", LEGACY | {"sessionId": name})
        assert (status, list(error["fields"])) == (400, ["sessionId"])
        assert not TypingSession.objects.exists()

    def test_names_and_keys_are_told_apart(self, course, api):
        path = f"lessons/{lesson().pk}/complete"
        keyed = api.post(path, LEGACY, Idempotency_Key="a")[1]
        named = api.post(path, LEGACY | {"sessionId": f"{lesson().pk} a"})[1]
        nameless = api.post(path, LEGACY | {"sessionId": None})[1]
        assert len({keyed["sessionId"], named["sessionId"], nameless["sessionId"]}) == 3
        assert list(api.post(path, LEGACY, Idempotency_Key="a" * 101)[1]["fields"]) == ["Idempotency-Key"]

    def test_a_guests_run_stays_the_same_in_her_account(self, course, anna):
        guest = User.objects.create_guest(uuid.uuid4(), now=timezone.now())
        path, report = f"lessons/{lesson().pk}/complete", LEGACY | {"sessionId": "sess_abc123"}
        done = Api(guest).post(path, report)[1]
        merge(guest, anna, now=timezone.now())
        assert Api(anna).post(path, report)[1]["sessionId"] == done["sessionId"]
        assert Api(anna).get("sessions/sess_abc123")[1]["id"] == done["sessionId"]

    def test_the_session_of_an_id_comes_before_one_of_that_name(self, course, api):
        own = complete(api)[1]["sessionId"]
        named = api.post(f"lessons/{lesson().pk}/complete", LEGACY | {"sessionId": own})[1]["sessionId"]
        assert named != own
        assert api.get(f"sessions/{own}")[1]["id"] == own

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
        done = complete(api, events=human_events(TEXT, pace_ms=700, mistakes=(0, 2, 5)))[1]
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
