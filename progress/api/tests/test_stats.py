"""What all practice adds up to, through the API."""

import uuid

import pytest

from progress.api.tests.lesson_requests import EVENTS, complete, lesson
from tests.api_client import Api
from tests.factories import make_learner

pytestmark = pytest.mark.django_db


def test_where_the_learner_stands(course, api):
    complete(api)
    _, places = api.get("courses/ru/lessons")
    assert [place["state"] for place in places] == ["done", "open", "premium"]
    assert Api().get("courses/ru/lessons")[1][0]["state"] == "open"


def test_of_nothing(api):
    assert api.get("stats/summary")[1]["sessions"] == 0
    assert api.get("stats/history") == (200, {"items": [], "next": None})
    assert api.get("stats/weak-keys") == (200, {"layout": None, "keys": [], "pairs": [], "weak": []})
    assert api.get("stats/progress-chart") == (200, {"period": "day", "points": []})
    assert api.get("progress") == (200, [])


def test_of_a_session(course, api, anna):
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


def test_of_others_only_for_support(course, api, anna):
    boris = make_learner("boris@example.org")
    assert Api(boris).get(f"users/{anna.pk}/progress")[0] == 404
    admin = make_learner("root@example.org", is_superuser=True)
    assert Api(admin).get(f"users/{anna.pk}/progress")[0] == 200
    assert Api(admin).get(f"users/{uuid.uuid4()}/progress")[0] == 404
