"""What mail, pictures and paper take from the stylesheet: the colours of the light theme."""

import re
from functools import cache
from typing import Final

from django.conf import settings

_STYLESHEETS: Final = ("site.css", "pages.css")
_ROOT: Final = re.compile(r"^:root\s*{(.*?)}", re.DOTALL | re.MULTILINE)
_COLOUR: Final = re.compile(r"--([-a-z]+):\s*(?:light-dark\()?(#[0-9a-f]{3,6})\b")


@cache
def colours() -> dict[str, str]:
    """The custom properties of the stylesheets that are colours, as "#rrggbb", by their names without the dashes."""
    found: dict[str, str] = {}
    for name in _STYLESHEETS:
        stylesheet = (settings.BASE_DIR / "static" / "css" / name).read_text("utf-8")
        for block in _ROOT.findall(stylesheet):
            found |= {name: _in_full(colour) for name, colour in _COLOUR.findall(block)}
    return found


def colour(name: str) -> str:
    """The colour of a custom property, such as "ink" for `--ink`. Raises KeyError."""
    return colours()[name]


def mail_colours() -> dict[str, str]:
    """The same for templates of mail, where a name has no hyphens: `colours.on_accent`."""
    return {name.replace("-", "_"): value for name, value in colours().items()}


def _in_full(colour: str) -> str:
    return colour if len(colour) > 4 else "#" + "".join(2 * digit for digit in colour[1:])
