"""What browsers keep of choices is for this site alone, whichever page keeps it."""

import pytest

from accounts.cookies import YEAR
from progress.exercises.forms import TestForm as Form


@pytest.mark.parametrize("is_secure", [True, False])
def test_choices_are_kept_alike(course, client, is_secure):
    answers = {
        "test": client.get("/tests/start/", Form.first("ru"), secure=is_secure),
        "seated": client.get("/practice/ru/start/", secure=is_secure),
        "view": client.post("/settings/view/choose/", {"theme": "dark"}, secure=is_secure),
    }
    kept = {name: answer.cookies.get(name) for name, answer in answers.items()}
    assert {name: bool(one and one["secure"]) for name, one in kept.items()} == dict.fromkeys(kept, is_secure)
    assert {(one["max-age"], one["samesite"].lower()) for one in kept.values()} == {(YEAR, "lax")}
