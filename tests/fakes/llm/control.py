"""The control door /_fake/: what a test or a person does to the fake from outside. Never part of the API.

Bodies are JSON objects; answers are JSON.

GET  /_fake/         how many questions came, how many streams are open, what goes wrong next
GET  /_fake/asked    the last questions, whole
POST /_fake/faults   {"kind": "hang", "times": 1, "text": ""}; times 0: from now on
POST /_fake/pace     {"seconds": 0.05}: between two words of a stream
POST /_fake/reset    as at the start
"""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.llm.core import FakeModel

SHOWN = 20


def answer(fake: "FakeModel", method: str, path: str, body: bytes) -> tuple[int, Any]:
    try:
        given = json.loads(body) if body else {}
        if (method, path) == ("GET", "/_fake/asked"):
            return 200, fake.asked[-SHOWN:]
        if (method, path) == ("POST", "/_fake/faults"):
            fake.fail(str(given["kind"]), int(given.get("times", 1)), str(given.get("text", "")))
        elif (method, path) == ("POST", "/_fake/pace"):
            fake.pace = float(given["seconds"])
        elif (method, path) == ("POST", "/_fake/reset"):
            fake.reset()
        elif (method, path) != ("GET", "/_fake/"):
            return 404, {"error": {"message": f"Nothing of the fake answers {method} {path}."}}
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        return 400, {"error": {"message": str(wrong)}}
    return 200, about(fake)


def about(fake: "FakeModel") -> dict[str, Any]:
    return {
        "asked": len(fake.asked),
        "open_streams": fake.open_streams,
        "faults": [fault.kind for fault in fake.faults],
        "always": fake.always.kind if fake.always else None,
        "pace": fake.pace,
    }
