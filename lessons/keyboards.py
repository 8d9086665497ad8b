"""Keyboard layouts: which key, finger and hand types a character, and how the keyboard is drawn.

Data: `lessons/content/layouts/` says what each key types, `lessons/content/geometries/` where the keys are.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from .content_files import content

SPLIT_GAP = 2
"""Key units between the halves of a split keyboard."""

Finger = Literal["little", "ring", "middle", "left-index", "right-index", "thumb"]
Hand = Literal["left", "right"]
Geometry = Literal["ansi", "iso"]


class UnknownLayout(ValueError):
    """No layout has this code."""


@dataclass(frozen=True)
class Key:
    """One key: `code` is KeyboardEvent.code, `width` and the free `gap` before it are in key units.

    `base` and `shift` are the characters it types, "" where it types none: on Tab, Enter and the like, on dead keys.
    A `tall` key reaches into the row below.
    """

    code: str
    base: str
    shift: str
    finger: Finger
    hand: Hand
    width: float
    label: str
    bump: bool
    gap: float = 0
    tall: bool = False


Rows = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, eq=False)
class Layout:
    """A keyboard layout; `names` by interface language, `language` is what its letters write.

    `geometry` is the keyboard it usually comes on, `hand` the only hand that types it, if it is for one hand.
    """

    code: str
    language: str
    names: Mapping[str, str]
    geometry: Geometry
    hand: Hand | None
    _drawn: Mapping[Geometry, Rows]

    @property
    def rows(self) -> Rows:
        """The keys from top to bottom in drawing order, on the keyboard the layout usually comes on."""
        return self._drawn[self.geometry]

    def drawn(self, keyboard: str = "") -> Rows:
        """The keys of an "ansi", "iso" or "split" keyboard; of the usual one for any other word."""
        if keyboard == "split":
            return tuple(_parted(row) for row in self.rows)
        return {"ansi": self._drawn["ansi"], "iso": self._drawn["iso"]}.get(keyboard, self.rows)

    @cached_property
    def _levels(self) -> Mapping[str, tuple[Key, bool]]:
        levels: dict[str, tuple[Key, bool]] = {}
        for key in (key for rows in (self.rows, self._drawn["iso"]) for row in rows for key in row):
            levels.setdefault(key.base, (key, False))
            levels.setdefault(key.shift, (key, True))
        del levels[""]
        return levels

    @cached_property
    def script(self) -> str:
        """The script of its letters; without Shift, as there are layouts with Latin ones beyond it."""
        return script_of("".join(key.base for row in self.rows for key in row))

    def key_for(self, char: str) -> tuple[Key, bool] | None:
        """The key that types `char` and whether Shift is held; None when the layout cannot type it."""
        return self._levels.get(char)

    def types(self, char: str) -> bool:
        """Whether the layout has `char` on one of its keys."""
        return char in self._levels

    def shift_for(self, key: Key) -> Key:
        """The Shift to hold while striking `key`: the one of the other hand, where there is another."""
        side = self.hand or ("right" if key.hand == "left" else "left")
        code = f"Shift{side.capitalize()}"
        return next(shift for row in self.rows for shift in row if shift.code == code)

    @cached_property
    def hands(self) -> Mapping[str, Hand]:
        """The hand of every character but space, which either thumb strikes."""
        return MappingProxyType(
            {char: key.hand for char, (key, _) in self._levels.items() if key.finger != "thumb"}
        )


def twins(layout: Layout, other: Layout) -> list[str]:
    """What tells a key struck under another layout, where that has a sign: its code with the sign, and with what this
    layout types there between them: "Semicolon;", "Semicolonж;", "SemicolonЖ;".

    A letter tells itself, by its script.
    """
    there = {key.code: key for row in other.drawn("iso") for key in row}
    found = []
    for key in {key.code: key for row in layout.drawn("iso") for key in row}.values():
        own = {key.base, key.shift} - {""}
        signs = {there[key.code].base, there[key.code].shift} - own - {""} if key.code in there else set()
        for sign in sorted(sign for sign in signs if not sign.isalpha() and own):
            found += [f"{key.code}{before}{sign}" for before in ("", *sorted(own))]
    return found


_LETTER = re.compile(r"(\w+) (?:SMALL |CAPITAL )?LETTER ")
"""The Unicode name of a letter of a script; signs such as µ and ª have other ones."""


def script_of(text: str) -> str:
    """The script of the first letter, "Cyrillic", by its name in Unicode; "" where there is no letter."""
    letters = (char for char in text if unicodedata.category(char) in ("Lu", "Ll", "Lo"))
    named = (_LETTER.match(unicodedata.name(char, "")) for char in letters)
    return next((name[1].capitalize() for name in named if name), "")


@cache
def layouts() -> tuple[str, ...]:
    """The codes of all layouts, sorted."""
    return tuple(sorted(path.stem for path in content("layouts").glob("*.toml")))


@cache
def layout(code: str) -> Layout:
    """The layout with this code, such as "ru-jcuken". Raises UnknownLayout."""
    if code not in layouts():
        raise UnknownLayout(code)
    data = _read(content("layouts", f"{code}.toml"))
    return Layout(
        code=code,
        language=data["language"],
        names=MappingProxyType({"ru": data["name_ru"], "en": data["name_en"]}),
        geometry=data["geometry"],
        hand=data.get("hand"),
        _drawn=MappingProxyType({"ansi": _rows(data, "ansi"), "iso": _rows(data, "iso")}),
    )


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _rows(data: Mapping[str, Any], geometry: Geometry) -> Rows:
    """The keys of a geometry with what a layout's file says of them."""
    fingers = {code: finger for finger, codes in data.get("fingers", {}).items() for code in codes}

    def key(place: Mapping[str, Any]) -> Key:
        levels = data["keys"].get(place["code"], "")
        base, shift = ("" if char in data.get("dead", "") else char for char in (levels[:1], levels[1:]))
        return Key(
            code=place["code"],
            base=base,
            shift=shift,
            finger=fingers.get(place["code"], place["finger"]),
            hand=data.get("hand", place["hand"]),
            width=place.get("width", 1),
            label=place.get("label", levels[:1]),
            bump=place.get("bump", False),
            gap=place.get("gap", 0),
            tall=place.get("tall", False),
        )

    return tuple(
        tuple(map(key, row["keys"])) for row in _read(content("geometries", f"{geometry}.toml"))["row"]
    )


_RIGHT_HALF = frozenset({"Digit6", "KeyY", "KeyH", "KeyN"})
"""The leftmost keys of a split keyboard's right half."""


def _parted(row: tuple[Key, ...]) -> tuple[Key, ...]:
    """A row of a split keyboard: a gap between the hands, and a space bar for either thumb."""
    if row[0].code == "Space":
        return replace(row[0], gap=3.75, width=3.5), replace(row[0], width=2.75, gap=SPLIT_GAP)
    return tuple(replace(key, gap=SPLIT_GAP) if key.code in _RIGHT_HALF else key for key in row)
