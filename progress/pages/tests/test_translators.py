"""What is typed, and what is copied by typing, is left alone by the translators of browsers."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from progress.pages.tests.posting import fresh_ticket, post
from tests.factories import TEXT, human_events, lesson_of, signed_in

CLASSES = "typed|typed-text|passages|exercise-text|keyboard|check-text|code|token"
UNTRANSLATED = re.compile(rf'<(?:(?:kbd|textarea)\b|\w+ [^>]*class="(?:{CLASSES})\b)')
TEMPLATES = [
    path
    for folder in ("templates", "*/templates")
    for path in Path(settings.BASE_DIR).glob(f"{folder}/**/*.html")
]


def untranslated(html: str) -> list[str]:
    """The tags of what is typed that a translator would translate."""
    tags = [html[found.start() :].split(">")[0] for found in UNTRANSLATED.finditer(html)]
    return [tag for tag in tags if 'translate="no"' not in tag]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_says_so(path):
    assert untranslated(path.read_text()) == []


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/practice/ru/1/", ["exercise-text", "textarea", "keyboard", "kbd"]),
        ("/tests/ru/1/", ["exercise-text", "textarea", "kbd"]),
        ("{session}", ["passages", "exercise-text", "typed", "kbd"]),
        ("/dashboard/", ["keyboard"]),
        ("/dashboard/keys/", ["typed"]),
    ],
)
def test_the_pages_that_show_what_is_typed_say_so(course, anna, address, marked):
    client = signed_in(anna)
    session = post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, mistakes=range(20))).url
    page = client.get(address.format(session=session)).content.decode()
    assert untranslated(page) == []
    tags = [tag for tag in re.findall(r"<[^>]+>", page) if 'translate="no"' in tag]
    assert all(any(part in tag for tag in tags) for part in marked)
