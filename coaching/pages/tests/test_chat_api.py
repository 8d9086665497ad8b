"""The chat, an analysis and exercises on a topic, through the API."""

import pytest

from coaching.models import ChatMessage, Drill
from progress.exercises.tickets import open_ticket
from progress.tests.practice import run
from tests.api_client import Api
from tests.factories import make_course
from tests.fakes.llm.says import ADVICE, EXERCISE

pytestmark = pytest.mark.django_db


def test_chat(anna, boris):
    api = Api(anna)
    said = api.post("ai/chat", {"question": "How do I type @?"})[1]
    assert said["state"] == "done" and said["source"] == "statistics" and "Shift" in said["answer"]
    assert [one["question"] for one in api.get("ai/chat")[1]] == ["How do I type @?"]
    assert Api(boris).get("ai/chat")[1] == []
    assert api.delete("ai/chat")[0] == 200 and not ChatMessage.objects.exists()


def test_analysis(model, anna):
    assert Api(anna).post("ai/analyze", "")[1]["source"] == "statistics"
    run(anna, make_course())
    assert Api(anna).post("ai/analyze", {})[1] == {"text": ADVICE["en"], "source": "model"}
    model.fail("hang", times=0)
    assert Api(anna).post("ai/analyze", {})[1]["source"] == "statistics"


def test_an_exercise_is_recorded_like_a_drill(model, anna):
    begun = Api(anna).post("ai/generate-exercise", {"topic": "fishing", "language": "en"})[1]
    assert begun["onTopic"] and begun["text"] == EXERCISE["en"] and begun["layout"] == "en-qwerty"
    assert open_ticket(begun["ticket"]).kind == "drill" and Drill.objects.get().user == anna


def test_bad_input_and_limits(anna):
    api = Api(anna)
    assert api.post("ai/chat", {"question": ""})[0] == 400
    assert api.post("ai/chat", {"question": "x" * 1001})[0] == 400
    assert api.post("ai/chat", {"question": 1})[0] == 400
    assert api.post("ai/generate-exercise", {"topic": 1})[0] == 400
    for body in ({"question": "why?"}, "{", "[]"):
        assert api.post("ai/analyze", body)[0] == 400
    assert api.post("ai/generate-exercise", {"topic": "x", "language": "xx"})[0] == 400
    statuses = [api.post("ai/analyze", {})[0] for _ in range(21)]
    assert statuses[-1] == 429 and api.get("ai/chat")[0] == 200


def test_nobody():
    for path in ("ai/chat", "ai/analyze", "ai/generate-exercise"):
        assert Api().post(path, {})[0] == 401
