"""Leaderboards and certificates through the API."""

import pytest
from django.core.cache import cache

from progress.api.tests.lesson_requests import complete
from tests.api_client import Api
from tests.factories import make_learner

pytestmark = pytest.mark.django_db


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
        for bad in ("!!", "ﷺﷺ", "Aнна", "\u3164\u3164"):
            assert boris.put("leaderboards/me", {"name": bad})[1]["code"] == "invalid"
        assert api.delete("leaderboards/me") == (200, None)
        cache.clear()
        assert Api().get(board)[1]["places"] == []

    def test_what_there_is_not(self, course):
        assert Api().get("leaderboards?course=ru&number=99")[0] == 404
        assert Api().get("leaderboards?course=ru")[0] == 404
        assert Api().get("leaderboards?period=year")[0] == 400
        assert Api().get("leaderboards?language=en")[0] == 200


def test_a_lesson_earns_no_certificate(course, api):
    done = complete(api)[1]
    assert (
        api.post(f"sessions/{done['sessionId']}/certificate", {"name": "Anna"})[1]["code"] == "not_eligible"
    )
