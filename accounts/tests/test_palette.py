"""That the product's colours stand in the stylesheets' tokens and nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from accounts import palette

COLOUR = re.compile(r"(?<![&.\w])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w(-])", re.IGNORECASE)
TOKEN = re.compile(r"--([-\w]+):\s*([^;]+);")
TOKENS = re.compile(r"^ *:root\s*{(.*?)}", re.DOTALL | re.MULTILINE)
PAIR = re.compile(r"light-dark\((#\w+), (#\w+)\)")
ROOT = settings.BASE_DIR
APPS = ("accounts", "billing", "coaching", "lessons", "outbox", "progress", "typingtrainer")


def css(name: str) -> str:
    return (ROOT / "static" / "css" / name).read_text()


def product() -> Iterator[Path]:
    """Every stylesheet, template and module of the product but tests."""
    for folder in ("static", "templates", *APPS):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".css", ".html", ".js", ".py"} and "tests" not in path.parts:
                yield path


def pairs() -> set[tuple[str, str]]:
    """What each token of site.css is in the light and in the dark."""
    light, dark = (dict(TOKEN.findall(block)) for block in TOKENS.findall(css("site.css")))
    return {(light[name], dark[name]) for name in dark}


def test_a_colour_stands_in_a_token_or_in_the_admins_pairs():
    admin = ROOT / "static" / "css" / "admin.css"
    found = {}
    for path in product():
        text = path.read_text()
        if path.parent == admin.parent:
            text = PAIR.sub("", text) if path == admin else TOKENS.sub("", text)
        if colours := COLOUR.findall(text):
            found[str(path.relative_to(ROOT))] = colours
    assert found == {}


def test_each_pair_of_the_admin_is_a_token():
    used = PAIR.findall(css("admin.css"))
    assert len(used) > 30 and set(used) <= pairs()


def test_what_a_token_of_the_dark_has_it_has_in_the_light():
    light, dark = (dict(TOKEN.findall(block)) for block in TOKENS.findall(css("site.css")))
    colours = {name for name, value in light.items() if COLOUR.fullmatch(value)}
    assert colours == set(dark) and len(colours) > 10


@pytest.mark.parametrize(
    "text", ["color: #fff;", 'fill="#FFF"', "(#22211e)", "'#22211e80'", "#abcd 1px", ">#1a2b3c<"]
)
def test_colours_are_seen(text):
    assert COLOUR.search(text)


@pytest.mark.parametrize(
    "text", ["&#39;", "#dashboard", "this.#add()", "#add() {", 'href="#face-up"', "&#8230;"]
)
def test_what_only_looks_like_a_colour_is_left_alone(text):
    assert not COLOUR.search(text)


@pytest.fixture
def stylesheets(tmp_path, settings):
    folder = tmp_path / "static" / "css"
    folder.mkdir(parents=True)
    settings.BASE_DIR = tmp_path
    palette.colours.cache_clear()
    (folder / "site.css").write_text(
        "/* Tokens */\n:root {\n  --paper: #fed;\n  --soft-ink: #1f6f5c;\n  --sans: serif;\n}\n"
        "@media (prefers-color-scheme: dark) {\n  :root {\n    --paper: #111213;\n    --night: #000;\n  }\n}\n"
        "p { --paper: #999; }\n"
    )
    (folder / "pages.css").write_text(":root { --gold: #e6c35c; }\n")
    yield
    palette.colours.cache_clear()


def test_colours_are_those_of_the_light_theme_in_full(stylesheets):
    assert palette.colours() == {"paper": "#ffeedd", "soft-ink": "#1f6f5c", "gold": "#e6c35c"}
    assert palette.colour("paper") == "#ffeedd" and palette.colour("soft-ink") == "#1f6f5c"


@pytest.mark.parametrize("name", ["night", "sans", "nothing"])
def test_what_is_no_colour_of_the_light_theme_is_an_error(stylesheets, name):
    with pytest.raises(KeyError):
        palette.colour(name)
