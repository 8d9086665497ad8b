"""Docs that cannot rot: every setting is explained, every link leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
ASKED = re.compile(r'(?:env(?:\.\w+)?\(|environ(?:\.get)?[(\[]|environ\[)\s*"([A-Z][A-Z_]+)"')
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
