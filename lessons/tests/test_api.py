"""Courses and lessons through the JSON API."""

import pytest
from django.core.cache import cache

from tests.api_client import Api
from tests.factories import make_course


@pytest.fixture(autouse=True)
def nothing_cached():
    cache.clear()


@pytest.fixture
def russian(db):
    return make_course()


def test_the_catalogue(russian):
    status, [shown] = Api().get("courses")
    assert (status, shown["id"], shown["lessons"]) == (200, "ru", 3)
    assert Api().get("courses/ru") == (200, shown)
    assert Api().get("courses/xx")[1]["code"] == "not_found"


def test_pages_by_cursor(russian):
    _, first = Api().get("lessons?limit=2")
    assert [one["number"] for one in first["items"]] == [1, 2]
    _, last = Api().get(f"lessons?limit=2&cursor={first['next']}")
    assert [one["number"] for one in last["items"]] == [3]
    assert last["next"] is None
    assert Api().get("lessons?cursor=999999")[0] == 400
    assert Api().get("lessons?limit=101")[0] == 400
    assert Api().get("lessons?page=2")[1]["fields"]["page"][0]["code"] == "unknown"
    assert Api().get("lessons?course=xx")[0] == 404


def test_an_etag_holds_until_an_editor_changes_the_course(russian):
    api, path = Api(), f"lessons/{russian.lessons.get(number=1).pk}"
    api.get(path)
    tag = api.headers["ETag"]
    assert api.get(path, If_None_Match=tag) == (304, None)
    assert Api(language="ru").get(path, If_None_Match=tag)[0] == 200
    changed = russian.lessons.get(number=1)
    changed.title_en = "Another"
    changed.save()
    assert api.get(path, If_None_Match=tag)[1]["title"] == "Another"


def test_search(russian):
    status, found = Api(language="ru").get("courses/search?q=а")
    assert status == 200
    assert found["items"][0]["course"] == "ru"
    assert Api().get("courses/search")[0] == 400
