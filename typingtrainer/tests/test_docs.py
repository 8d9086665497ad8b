"""Docs that cannot rot: every setting is explained, every link leads somewhere."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
ASKED = re.compile(r'(?:env(?:\.\w+)?\(|_number\(|environ(?:\.get)?[(\[]|environ\[)\s*"([A-Z][A-Z0-9_]+)"')
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def asked_for() -> set[str]:
    sources = [ROOT / "typingtrainer/settings.py", *(ROOT / "typingtrainer/run").glob("*.py")]
    return {name for source in sources for name in ASKED.findall(source.read_text("utf-8"))}


def test_there_are_settings_to_explain():
    assert {"SECRET_KEY", "DATABASE_URL", "PORT", "EMAIL_URL"} <= asked_for()


@pytest.mark.parametrize("name", sorted(asked_for()))
def test_every_setting_is_explained(name):
    assert f"`{name}`" in OPERATIONS


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_the_architecture_names_what_exists():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    named = re.findall(r"`((?:[a-z_]+/)+(?:[a-z_.]+\.(?:py|js|css|md|toml|html))?)`", text)
    assert len(named) > 60
    assert [path for path in named if not (ROOT / path).exists()] == []
    dotted = re.findall(
        r"`((?:accounts|billing|coaching|lessons|outbox|progress|typingtrainer)(?:\.\w+)+)`", text
    )
    assert dotted
    for name in dotted:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name


def test_every_room_of_progress_is_on_the_page():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    rooms = {path.parent.name for path in (ROOT / "progress").glob("*/__init__.py")}
    drawn = set(re.findall(r"\w+", text[text.index("pages | api") : text.index("Two rooms")]))
    assert rooms - {"tests", "management", "migrations", "templatetags"} <= drawn


def test_twenty_changes_say_where_to_go():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text[text.index("## To change X") : text.index("**Aggregates**")]
    assert table.count("\n| ") - 1 >= 20
