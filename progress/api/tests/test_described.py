"""The examples of the API's description are what it takes, and the description says what they are made of."""

import jsonschema
import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from progress.api.finished import EXAMPLE_LEGACY, EXAMPLE_LOG
from progress.api.typing import EXAMPLE_EVENTS, EXAMPLE_STARTED, EXAMPLE_TEXT
from tests.api_client import Api
from tests.factories import lesson_of, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def description():
    return Client().get("/api/schema/").json()


def body_of(description, path):
    asked = description["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]
    return {"components": description["components"]} | asked["schema"], asked["examples"]


def events_of(description, schema):
    return {"components": description["components"]} | description["components"]["schemas"][schema][
        "properties"
    ]["events"]


@pytest.mark.parametrize(
    "path",
    [
        "lessons/{lesson}/complete",
        "lessons/{lesson}/start",
        "lessons/{lesson}/progress",
        "stats/keystroke",
        "stats/session",
        "stats/sessions",
        "tests/start",
    ],
)
def test_examples_fit_their_description(description, path):
    schema, examples = body_of(description, path)
    for shown in examples.values():
        Draft202012Validator(schema).validate(shown["value"])


def test_the_log_and_the_report_are_told_apart(description):
    schema, examples = body_of(description, "lessons/{lesson}/complete")
    assert [shown["value"] for shown in examples.values()] == [EXAMPLE_LOG, EXAMPLE_LEGACY]
    for broken in (EXAMPLE_LEGACY | {"sessionId": "a/b"}, EXAMPLE_LEGACY | {"keystrokes": [{}]}, {}):
        with pytest.raises(jsonschema.ValidationError):
            Draft202012Validator(schema).validate(broken)


@pytest.mark.parametrize("schema", ["LogBodyRequest", "PartBodyRequest", "Started", "Keystrokes"])
def test_an_event_is_described(description, schema):
    events = Draft202012Validator(events_of(description, schema))
    events.validate([*EXAMPLE_EVENTS, [1, "\b", 1], [1, "\x17", None], [1, "\n", 0.5]])
    for broken in ([0], [0, "a"], [0, "a", 1, 1], ["0", "a", 1], [0, 1, 1], [0, "", 1]):
        assert not events.is_valid([broken]), broken


def test_the_examples_are_taken(description, anna):
    course, api = make_course(slug="en", text=EXAMPLE_TEXT), Api(anna)
    path = f"lessons/{lesson_of(course).pk}"
    begun = api.post(f"{path}/start", {})[1]
    assert begun.keys() == EXAMPLE_STARTED.keys()
    logged = api.post(f"{path}/complete", EXAMPLE_LOG | {"ticket": begun["ticket"]})
    reported = api.post(f"{path}/complete", EXAMPLE_LEGACY)
    assert (logged[0], reported[0]) == (200, 200)
    assert api.get(f"sessions/{EXAMPLE_LEGACY['sessionId']}")[1]["errors"] == EXAMPLE_LEGACY["errors"]
    assert reported[1]["stats"]["accuracy"] == EXAMPLE_LEGACY["accuracy"]
    assert reported[1]["stats"]["wpm"] == EXAMPLE_LEGACY["wpm"]
