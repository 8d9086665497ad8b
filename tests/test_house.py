"""What the house asks of names: one function, one name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "billing", "coaching", "lessons", "outbox", "progress", "typingtrainer")
NOT_LOOKED_AT = {"tests", "conftest.py", "migrations", "commands"}
CHANNELS = "by_mail, by_push and by_sms of accounts/notifications each offer it"
MAY_BE_SHARED = {"accounts": {"places_of": CHANNELS, "send": CHANNELS}}
"""By app, names that two functions bear, and why they must."""


def public_functions(app: Path) -> Iterator[tuple[str, str]]:
    """The name and the place of every function that a module of the app offers."""
    for path in sorted(app.rglob("*.py")):
        if not NOT_LOOKED_AT & set(path.relative_to(app).parts):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                    yield node.name, f"{path.relative_to(app.parent)}:{node.lineno}"


def shared_names(app: Path) -> dict[str, list[str]]:
    places = defaultdict(list)
    for name, place in public_functions(app):
        places[name].append(place)
    return {name: found for name, found in places.items() if len(found) > 1}


@pytest.mark.parametrize("app", APPS)
def test_no_two_public_functions_of_an_app_share_a_name(app):
    assert set(shared_names(ROOT / app)) == set(MAY_BE_SHARED.get(app, ()))


def test_shared_names_are_found(tmp_path):
    for name, text in {
        "views.py": "@safe\ndef join(request):\n    pass\n\n\nasync def leave():\n    pass\n",
        "rooms/boards.py": "def join():\n    pass\n\n\ndef _leave():\n    def join():\n        pass\n",
        "apps.py": "class One:\n    def join(self):\n        pass\n\n    def leave(self):\n        pass\n",
        "tests/test_views.py": "def leave():\n    pass\n",
        "rooms/conftest.py": "def leave():\n    pass\n",
        "migrations/0001.py": "def leave():\n    pass\n",
        "management/commands/leave.py": "def leave():\n    pass\n",
    }.items():
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert shared_names(tmp_path / "app") == {"join": ["app/rooms/boards.py:1", "app/views.py:2"]}
