"""The languages one types, apart from those one reads (`accounts.models.InterfaceLanguage`).

A language is an entry here and files in `lessons/content/`: `<code>/course.toml` with its texts, of which those from
lesson 65 on have prose; `words/<code>.txt`; and a layout, unless there is one that has its letters.

Names are Django's lazy strings, so the module is not for pure ones. Those ask `keyboards` for the script of a layout
and `words` for the words of a code, which know no table: what a language is stands here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import keyboards


class NoLanguage(ValueError):
    """What a layout writes is no language one can type here."""


@dataclass(frozen=True, kw_only=True)
class TypedLanguage:
    """A language with its letters, what its tests are typed on, and what pages call it.

    `code` is that of its files and of `lang` in HTML, `name` what it calls itself. `script` is that of
    `keyboards.script_of`; `layout` that of tests, unless the learner prefers another.
    """

    code: str
    name: str
    script: str
    alphabet: frozenset[str]
    layout: str
    inside: Promise
    """What was typed, after a figure or a filter: "in Russian"."""
    heading: Promise
    """The same over a list."""
    tests: Promise
    text: Promise
    first_line: str
    """Ordinary words without capitals or signs, to be typed by who has never been here."""
    foreign: Promise
    """The warning when letters of another script come."""


RUSSIAN: Final = TypedLanguage(
    code="ru",
    name="Русский",
    script="Cyrillic",
    alphabet=frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    layout="ru-jcuken",
    inside=_("in Russian"),
    heading=_("In Russian"),
    tests=_("Russian tests"),
    text=_("Russian text"),
    first_line="дом у реки стоит давно и тихо",
    foreign=_("Your keyboard is set to Latin letters: switch it to Russian."),
)
ENGLISH: Final = TypedLanguage(
    code="en",
    name="English",
    script="Latin",
    alphabet=frozenset("abcdefghijklmnopqrstuvwxyz"),
    layout="en-qwerty",
    inside=_("in English"),
    heading=_("In English"),
    tests=_("English tests"),
    text=_("English text"),
    first_line="the old house stands by the river",
    foreign=_("Your keyboard is set to Russian: switch it to English."),
)
TYPED: Final[Mapping[str, TypedLanguage]] = {one.code: one for one in (RUSSIAN, ENGLISH)}
"""By code. Of two in one script, the first is what layouts of languages that are not here write."""


def choices() -> list[tuple[str, str]]:
    """The codes with the languages' own names, for fields."""
    return [(one.code, one.name) for one in TYPED.values()]


def of_layout(code: str) -> TypedLanguage:
    """The language practised on a layout: its own where it is one of ours, else that of its script.

    Raises keyboards.UnknownLayout, or NoLanguage.
    """
    layout = keyboards.layout(code)
    found = TYPED.get(layout.language) or next((o for o in TYPED.values() if o.script == layout.script), None)
    if found is None:
        raise NoLanguage(code)
    return found


@cache
def twins_of(code: str) -> str:
    """`keyboards.twins` of a layout and those that tests of languages in other scripts are typed on, between spaces."""
    layout = keyboards.layout(code)
    others = {one.layout for one in TYPED.values() if one.script != layout.script}
    found = [twin for other in sorted(others) for twin in keyboards.twins(layout, keyboards.layout(other))]
    return f" {' '.join(found)} "


def first_for(reader: str) -> TypedLanguage:
    """What somebody who reads pages in `reader` most likely types: the same, or else the first of ours."""
    return TYPED.get(reader) or next(iter(TYPED.values()))
