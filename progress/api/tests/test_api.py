"""Lessons, tests and statistics through the JSON API."""

import itertools
import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.entitlement import grant
from lessons.models import Lesson
from progress.exercises import tickets
from progress.models import OpenSession, TypingSession
from progress.recording import open_sessions
from tests.api_client import Api
from tests.factories import TEXT, human_events, make_course, make_learner, make_log, make_ticket

pytestmark = pytest.mark.django_db
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


class TestLessons:
    def test_the_catalogue(self, course):
        status, [shown] = Api().get("courses")
        assert (status, shown["id"], shown["lessons"]) == (200, "ru", 3)
        assert Api().get("courses/ru") == (200, shown)
        assert Api().get("courses/xx")[1]["code"] == "not_found"

    def test_pages_by_cursor(self, course):
        _, first = Api().get("lessons?limit=2")
        assert [one["number"] for one in first["items"]] == [1, 2]
        _, last = Api().get(f"lessons?limit=2&cursor={first['next']}")
        assert [one["number"] for one in last["items"]] == [3]
        assert last["next"] is None
        assert Api().get("lessons?cursor=999999")[0] == 400
        assert Api().get("lessons?limit=101")[0] == 400
        assert Api().get("lessons?page=2")[1]["fields"]["page"][0]["code"] == "unknown"
        assert Api().get("lessons?course=xx")[0] == 404

    def test_an_etag_holds_until_an_editor_changes_the_course(self, course):
        api, path = Api(), f"lessons/{lesson().pk}"
        api.get(path)
        tag = api.headers["ETag"]
        assert api.get(path, If_None_Match=tag) == (304, None)
        assert Api(language="ru").get(path, If_None_Match=tag)[0] == 200
        changed = lesson()
        changed.title_en = "Another"
        changed.save()
        assert api.get(path, If_None_Match=tag)[1]["title"] == "Another"

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

    def test_search(self, course):
        status, found = Api(language="ru").get("courses/search?q=а")
        assert status == 200
        assert found["items"][0]["course"] == "ru"
        assert Api().get("courses/search")[0] == 400

    def test_where_the_learner_stands(self, course, api):
        complete(api)
        _, places = api.get("courses/ru/lessons")
        assert [place["state"] for place in places] == ["done", "open", "premium"]
        assert Api().get("courses/ru/lessons")[1][0]["state"] == "open"


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
        assert data["stats"]["wpm"] == round(stored.cpm / 5, 1)
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

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"v": 2}, "v"),
            ({"events": [[0, "а"]]}, "events[0]"),
            ({"events": [[0, "а", 1], [-1, "о", 1]]}, "events[1].dt"),
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

    @pytest.mark.parametrize(
        ("strokes", "field"),
        [
            ([], "keystrokes"),
            ([1], "keystrokes[0]"),
            ([{"actual": ""}], "keystrokes[0].actual"),
            ([{"actual": "а"}, {"actual": "о"}], "keystrokes[1].latency"),
            ([{"actual": "а"}, {"actual": "о", "latency": -5}], "keystrokes[1].latency"),
        ],
    )
    def test_what_is_wrong(self, course, api, strokes, field):
        _, error = api.post(f"lessons/{lesson().pk}/complete", {"keystrokes": strokes})
        assert list(error["fields"]) == [field]

    def test_a_locked_lesson_stays_locked(self, course, api):
        assert api.post(f"lessons/{lesson(2).pk}/complete", LEGACY)[1]["code"] == "lesson_locked"


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
        "change", [{"start": -1}, {"start": 10**9}, {"events": []}, {"startedAt": 0}, {"ticket": "made-up"}]
    )
    def test_what_is_refused(self, course, api, change):
        assert api.post("stats/keystroke", part(started(api), 0, 10) | change)[0] in (400, 403)
        assert not OpenSession.objects.exists()


class AnyOrder(TestCase):
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

    def test_a_lesson_earns_no_certificate(self, course, api):
        done = complete(api)[1]
        assert (
            api.post(f"sessions/{done['sessionId']}/certificate", {"name": "Anna"})[1]["code"]
            == "not_eligible"
        )


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


class TestStatistics:
    def test_of_nothing(self, api):
        assert api.get("stats/summary")[1]["sessions"] == 0
        assert api.get("stats/history") == (200, {"items": [], "next": None})
        assert api.get("stats/weak-keys") == (200, {"layout": None, "keys": [], "pairs": []})
        assert api.get("stats/progress-chart") == (200, {"period": "day", "points": []})
        assert api.get("progress") == (200, [])

    def test_of_a_session(self, course, api, anna):
        done = complete(api)[1]
        summary = api.get("stats/summary")[1]
        assert (summary["sessions"], summary["streak"], summary["stars"]) == (1, 1, done["rating"])
        assert api.get("users/me/stats") == api.get("progress/stats") == (200, summary)
        [row] = api.get("stats/history")[1]["items"]
        assert api.get(f"sessions/{done['sessionId']}") == (200, row)
        assert row["wpm"] == done["stats"]["wpm"]
        [point] = api.get("stats/progress-chart?period=week")[1]["points"]
        assert point["wpm"] > 0
        assert api.get("stats/weak-keys")[1]["layout"] == "ru-jcuken"
        [overview] = api.get("progress")[1]
        assert (overview["course"], overview["done"], overview["nextLesson"]) == ("ru", 1, lesson(2).pk)
        assert api.get(f"users/{anna.pk}/progress")[1] == [overview] == api.get("users/me/progress")[1]
        earned = {one["id"] for one in api.get("achievements")[1] if one["earnedAt"]}
        assert {one["id"] for one in done["achievements"]} == earned
        played = api.get(f"sessions/{done['sessionId']}/keystrokes")[1]
        assert [event[1] for event in played["events"]] == [event[1] for event in EVENTS]

    def test_history_by_pages(self, course, api, anna):
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

    def test_deleting_a_session(self, course, api):
        done = complete(api)[1]
        assert api.delete(f"sessions/{done['sessionId']}") == (200, None)
        assert api.get(f"sessions/{done['sessionId']}")[0] == 404
        assert api.delete(f"sessions/{done['sessionId']}")[0] == 404

    def test_of_others_only_for_support(self, course, api, anna):
        boris = make_learner("boris@example.org")
        assert Api(boris).get(f"users/{anna.pk}/progress")[0] == 404
        admin = make_learner("root@example.org", is_superuser=True)
        assert Api(admin).get(f"users/{anna.pk}/progress")[0] == 200
        assert Api(admin).get(f"users/{uuid.uuid4()}/progress")[0] == 404


class TestLeaderboards:
    def test_joining_and_leaving(self, course, api):
        complete(api)
        board = "leaderboards?course=ru&number=1&period=ever"
        assert api.put("leaderboards/me", {"name": "Anna"}) == (200, {"name": "Anna"})
        [place] = api.get(board)[1]["places"]
        assert (place["place"], place["name"], place["isOwn"]) == (1, "Anna", True)
        assert Api().get(board)[1]["places"][0]["isOwn"] is False
        boris = Api(make_learner("boris@example.org"))
        assert boris.put("leaderboards/me", {"name": "anna"})[1]["code"] == "name_taken"
        assert boris.put("leaderboards/me", {"name": "!!"})[1]["code"] == "invalid"
        assert api.delete("leaderboards/me") == (200, None)
        cache.clear()
        assert Api().get(board)[1]["places"] == []

    def test_what_there_is_not(self, course):
        assert Api().get("leaderboards?course=ru&number=99")[0] == 404
        assert Api().get("leaderboards?course=ru")[0] == 404
        assert Api().get("leaderboards?period=year")[0] == 400
        assert Api().get("leaderboards?language=en")[0] == 200


def test_guests_practise_too(course):
    made = Api().post("auth/register", {"email": "g@example.org", "password": "correct horse battery"})[1]
    assert complete(Api(token=made["access"]))[0] == 200


def test_make_log_is_taken_as_it_is(course, api, anna):
    ticket = make_ticket(anna, lesson(), issued_at=timezone.now() - timedelta(minutes=2))
    assert api.post(f"lessons/{lesson().pk}/complete", json.loads(make_log(ticket, EVENTS)))[0] == 200
