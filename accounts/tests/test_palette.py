"""That the product's colours stand in the stylesheets' tokens and nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from accounts import palette
from accounts.choices import VIEW
from accounts.preferences import View

COLOUR = re.compile(r"(?<![&.\w])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w(-])", re.IGNORECASE)
TOKEN = re.compile(r"--([-\w]+):\s*([^;]+);")
TOKENS = re.compile(r'^(?:\[data-theme="(\w+)"\]|:root) {(.*?)}', re.DOTALL | re.MULTILINE)
MIXED = re.compile(r"color-mix\(in srgb, var\(--([-\w]+)\) (\d+)%, var\(--([-\w]+)\)\)")
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


def tokens(stylesheet: str) -> dict[str, dict[str, str]]:
    """The tokens of each theme of a stylesheet by their names; "" for those of :root."""
    return {theme: dict(TOKEN.findall(block)) for theme, block in TOKENS.findall(css(stylesheet))}


def pairs() -> set[tuple[str, str]]:
    """What each token of site.css is in the light and in the dark."""
    return {found[0] for value in tokens("site.css")[""].values() if (found := PAIR.findall(value))}


def shown(theme: str, scheme: int) -> dict[str, tuple[float, ...]]:
    """The tokens of a theme as red, green and blue, in the light (0) or in the dark (1)."""
    all_of_it = tokens("site.css")[""] | tokens("choices.css").get(theme, {})
    one_of_two = {name: PAIR.sub(lambda two: two[1 + scheme], value) for name, value in all_of_it.items()}
    found = {name: _rgb(value) for name, value in one_of_two.items() if COLOUR.fullmatch(value)}
    for name, value in one_of_two.items():
        if mixed := MIXED.fullmatch(value):
            over, share, under = found[mixed[1]], int(mixed[2]) / 100, found[mixed[3]]
            found[name] = tuple(share * a + (1 - share) * b for a, b in zip(over, under, strict=True))
    return found


def _rgb(colour: str) -> tuple[float, ...]:
    full = palette._in_full(colour)
    return tuple(int(full[i : i + 2], 16) / 255 for i in (1, 3, 5))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Of two colors, by WCAG 2."""

    def luminance(colour: tuple[float, ...]) -> float:
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def themes() -> Iterator[tuple[str, int]]:
    """Each theme in each scheme that it can be shown in."""
    for theme in VIEW["theme"].values:
        schemes = View({"theme": theme}).scheme
        yield from ((theme, place) for place, scheme in enumerate(("light", "dark")) if scheme in schemes)


@pytest.mark.parametrize(("theme", "scheme"), list(themes()))
def test_every_theme_can_be_read(theme, scheme):
    found = shown(theme, scheme)
    texts = [(on, text) for on in ("paper", "raised") for text in ("ink", "soft", "accent", "error")]
    texts += [("accent", "on-accent"), ("error", "paper")]
    fingers = [name for name in found if name.startswith("finger-")]
    texts += [(tint, "ink") for tint in fingers] + [(f"slow-{level}", "ink") for level in (1, 2, 3)]
    controls = [(on, part) for on in ("paper", "raised") for part in ("edge", "accent", "error")]
    assert len(fingers) == 6
    least = 7 if theme == "contrast" else 4.5
    faint = {pair: round(c, 2) for pair in texts if (c := contrast(*(found[name] for name in pair))) < least}
    faint |= {pair: round(c, 2) for pair in controls if (c := contrast(*(found[name] for name in pair))) < 3}
    assert faint == {}


def test_fingers_are_told_apart_in_every_theme():
    for theme, scheme in themes():
        found = shown(theme, scheme)
        tints = [value for name, value in found.items() if name.startswith("finger-")]
        assert len(set(tints)) == 6


def test_a_theme_says_which_scheme_it_is_of_and_has_no_token_of_its_own():
    known = tokens("site.css")[""]
    for theme, own in tokens("choices.css").items():
        stands = re.search(rf'data-theme="{theme}"\] {{\s*color-scheme: (\w+);', css("choices.css"))
        assert (stands[1] if stands else "light dark") == View({"theme": theme}).scheme
        assert set(own) <= set(known)
    assert {*tokens("choices.css"), ""} == set(VIEW["theme"].values)


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


def test_every_color_of_the_site_is_one_for_the_light_and_one_for_the_dark():
    assert not [value for value in tokens("site.css")[""].values() if COLOUR.fullmatch(value)]
    assert len(pairs()) > 10


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
        "/* Tokens */\n:root {\n  --paper: light-dark(#fed, #111213);\n  --soft-ink: #1f6f5c;\n  --sans: serif;\n}\n"
        "p { --paper: #999; }\n"
    )
    (folder / "pages.css").write_text(":root { --gold: #e6c35c; }\n")
    yield
    palette.colours.cache_clear()


def test_colours_are_those_of_the_light_theme_in_full(stylesheets):
    assert palette.colours() == {"paper": "#ffeedd", "soft-ink": "#1f6f5c", "gold": "#e6c35c"}
    assert palette.colour("paper") == "#ffeedd" and palette.colour("soft-ink") == "#1f6f5c"


@pytest.mark.parametrize("name", ["sans", "nothing"])
def test_what_is_no_colour_of_the_light_theme_is_an_error(stylesheets, name):
    with pytest.raises(KeyError):
        palette.colour(name)
