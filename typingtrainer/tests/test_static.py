"""What a template or module names is there: in production a missing file is a 500."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders

from typingtrainer.apps import StaticFiles

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = [path for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts]
MODULES = sorted((ROOT / "static").glob("**/*.js"))
SERVED = {path for finder in get_finders() for path, _ in finder.list(StaticFiles.ignore_patterns)}


def test_there_are_some():
    assert len(TEMPLATES) > 20 and len(MODULES) > 5


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_name_files_that_exist(path):
    for name in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", path.read_text("utf-8")):
        assert name in SERVED


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_import_files_that_exist(path):
    for name in re.findall(r"""(?:from |import\()["'](\./[^"']+)["']""", path.read_text("utf-8")):
        assert (path.parent / name).exists(), name


TYPING = ["_exercise", "_keyboard", "_result", "_refusal", "_closed", "_all_done"]


def _templates_of_sections() -> set[str]:
    """What the coach adds to a result: the templates that its sections name, and those included there."""
    found: set[str] = set()
    new = set(
        re.findall(r'"(coaching/_\w+\.html)"', (ROOT / "coaching/pages/sections.py").read_text("utf-8"))
    )
    while new:
        found |= new
        sources = [(ROOT / "coaching/templates" / name).read_text("utf-8") for name in new]
        new = {
            name for source in sources for name in re.findall(r'include "(coaching/_\w+\.html)"', source)
        } - found
    return found


def test_the_practice_page_needs_nothing_of_the_stylesheet_it_does_not_load():
    site, pages = ((ROOT / "static/css" / name).read_text("utf-8") for name in ("site.css", "pages.css"))
    templates = [ROOT / f"progress/templates/progress/{name}.html" for name in TYPING]
    templates += [ROOT / "coaching/templates" / name for name in _templates_of_sections()]
    assert len(templates) > len(TYPING) + 5
    used = {
        name
        for path in templates
        for attribute in re.findall(
            r'class="([^"]+)"', re.sub(r"{[%{].*?[%}]}", " ", path.read_text("utf-8"))
        )
        for name in re.findall(r"[\w-]+", attribute)
    }
    of_site, of_pages = (set(re.findall(r"\.([a-z][\w-]*)", css)) for css in (site, pages))
    assert len(used & of_site) > 20
    assert used & of_pages <= of_site
