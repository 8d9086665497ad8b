"""Keyboard layouts: which key, finger and hand types a character. Data in `lessons/content/layouts/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

LAYOUTS = Path(__file__).parent / "content" / "layouts"

Finger = Literal["little", "ring", "middle", "left-index", "right-index", "thumb"]
Hand = Literal["left", "right"]


class UnknownLayout(ValueError):
    """No layout has this code."""


@dataclass(frozen=True)
class Key:
    """One key: `code` is KeyboardEvent.code, `width` in key units.

    `base` and `shift` are the characters it types, both "" on Tab, Enter and the like.
    """

    code: str
    base: str
    shift: str
    finger: Finger
    hand: Hand
    width: float
    label: str
    bump: bool


@dataclass(frozen=True, eq=False)
class Layout:
    """A keyboard layout; `names` by interface language, `rows` from top to bottom in drawing order."""

    code: str
    language: str
    names: Mapping[str, str]
    rows: tuple[tuple[Key, ...], ...]

    @cached_property
    def _levels(self) -> Mapping[str, tuple[Key, bool]]:
        levels: dict[str, tuple[Key, bool]] = {}
        for key in (key for row in self.rows for key in row if key.base):
            levels.setdefault(key.base, (key, False))
            levels.setdefault(key.shift, (key, True))
        return levels

    def key_for(self, char: str) -> tuple[Key, bool] | None:
        """The key that types `char` and whether Shift is held; None when the layout cannot type it."""
        return self._levels.get(char)

    def types(self, char: str) -> bool:
        """Whether the layout has `char` on one of its keys."""
        return char in self._levels

    def shift_for(self, key: Key) -> Key:
        """The Shift to hold while striking `key`: the one of the other hand."""
        code = "ShiftRight" if key.hand == "left" else "ShiftLeft"
        return next(shift for row in self.rows for shift in row if shift.code == code)

    @cached_property
    def hands(self) -> Mapping[str, Hand]:
        """The hand of every character but space, which either thumb strikes."""
        return MappingProxyType(
            {char: key.hand for char, (key, _) in self._levels.items() if key.finger != "thumb"}
        )


@cache
def layouts() -> tuple[str, ...]:
    """The codes of all layouts, sorted."""
    return tuple(sorted(path.stem for path in LAYOUTS.glob("*.toml")))


@cache
def layout(code: str) -> Layout:
    """The layout with this code, such as "ru-jcuken". Raises UnknownLayout."""
    if code not in layouts():
        raise UnknownLayout(code)
    data = tomllib.loads((LAYOUTS / f"{code}.toml").read_text("utf-8"))
    return Layout(
        code=code,
        language=data["language"],
        names=MappingProxyType({"ru": data["name_ru"], "en": data["name_en"]}),
        rows=tuple(tuple(_key(key) for key in row["keys"]) for row in data["row"]),
    )


def _key(data: Mapping[str, Any]) -> Key:
    base = data.get("base", "")
    return Key(
        code=data["code"],
        base=base,
        shift=data.get("shift", ""),
        finger=data["finger"],
        hand=data["hand"],
        width=data.get("width", 1),
        label=data.get("label", base),
        bump=data.get("bump", False),
    )
