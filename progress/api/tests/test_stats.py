"""What all practice adds up to, through the API."""

import uuid
from datetime import timedelta

import pytest

from progress.api.tests.lesson_requests import EVENTS, complete, lesson
from progress.keystrokes.skill import KeySums, Mean
from progress.models import SkillProfile
from progress.tests.practice import make_sessions, skill
from tests.api_client import Api
from tests.factories import NOW, make_learner

pytestmark = pytest.mark.django_db
NOTHING_WEAK = {"layout": None, "keys": [], "pairs": [], "allKeys": [], "allPairs": []}


def test_where_the_learner_stands(course, api):
    complete(api)
    _, places = api.get("courses/ru/lessons")
    assert [place["state"] for place in places] == ["done", "open", "premium"]
    assert Api().get("courses/ru/lessons")[1][0]["state"] == "open"


def test_of_nothing(api):
    assert api.get("stats/summary")[1]["sessions"] == 0
    assert api.get("stats/history") == (200, {"items": [], "next": None})
    assert api.get("stats/weak-keys") == (200, NOTHING_WEAK)
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


class TestWeakKeys:
    @pytest.fixture
    def known(self, anna):
        """Two layouts typed on one day, English last; п is slow and missed in Russian."""
        make_sessions(anna, layout="ru-jcuken", now=NOW)
        make_sessions(anna, layout="en-qwerty", now=NOW + timedelta(minutes=5))
        made = skill(pair="пр", slow=0.8)
        made.keys["п"] = KeySums(Mean(400, 120), Mean(140, 100), 500)
        SkillProfile.objects.update_or_create(user=anna, layout="ru-jcuken", defaults={"skill": made})
        return made

    def test_the_layout_is_the_one_typed_on_last(self, api, known):
        assert api.get("stats/weak-keys")[1]["layout"] == "en-qwerty"

    def test_only_what_is_weak_is_listed_with_rates_in_per_cent(self, api, known):
        found = api.get("stats/weak-keys?layout=ru-jcuken")[1]
        [key] = found["keys"]
        [pair] = found["pairs"]
        assert (key["character"], key["isSlow"], key["isMissed"], key["tries"]) == ("п", True, True, 500)
        assert key["lowMs"] < key["ms"] < key["highMs"]
        assert 20 < key["lowErrorRate"] < key["errorRate"] < key["highErrorRate"] < 40
        assert pair["pair"] == "пр" and pair["cost"] > 0
        assert found["allKeys"] == found["allPairs"] == []

    def test_all_are_listed_when_asked_for(self, api, known):
        found = api.get("stats/weak-keys?layout=ru-jcuken&all=1")[1]
        assert {key["character"] for key in found["allKeys"]} == set("абвгдеопрст")
        assert found["allKeys"][0] == found["keys"][0] and found["allPairs"] == found["pairs"]
        assert (found["allKeys"][0]["character"], found["allPairs"][0]["pair"]) == ("п", "пр")

    def test_another_value_than_yes_or_no_is_refused(self, api, known):
        assert api.get("stats/weak-keys?all=perhaps")[0] == 400
