"""THE list of what a learner may choose: every door reads it, so that what one accepts the others keep.

`PROFILE` are columns of `User`; `VIEW` is what `User.view` holds, or a cookie of that name for who is not known yet.
Names are too many to be listed, and so are time zones: `names.py` and `time_zones.py` say which there may be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .time_zones import DEFAULT_TIMEZONE, validate_timezone

Value = str | int | bool
ON, OFF = "on", "off"


class InterfaceLanguage(models.TextChoices):
    RU = "ru", "Русский"
    EN = "en", "English"


class Unit(models.TextChoices):
    CPM = "cpm", _("characters per minute")
    WPM = "wpm", _("words per minute")


class Keyboard(models.TextChoices):
    """How the virtual keyboard is drawn."""

    ANSI = "ansi", _("ANSI: low Enter, long left Shift")
    ISO = "iso", _("ISO: tall Enter, short left Shift")
    SPLIT = "split", _("Split: two halves")


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few named values, of which the first is the usual one."""

    name: str
    label: Any
    values: Mapping[str, Any]
    """What each is called."""

    @property
    def default(self) -> str:
        return next(iter(self.values))

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and value in self.values

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, or `default` beside them, which then stands for none or as usual."""

    name: str
    label: Any
    least: int
    most: int
    default: int
    hint: Any = ""

    def accepts(self, value: object) -> bool:
        return type(value) is int and (self.least <= value <= self.most or value == self.default)

    def is_beside(self, value: object) -> bool:
        """Whether it is the default beside the bounds, which a form shows as an empty field."""
        return value == self.default < self.least

    def read(self, text: str) -> int:
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is on or off."""

    name: str
    label: Any
    default: bool

    def accepts(self, value: object) -> bool:
        return type(value) is bool

    def read(self, text: str) -> bool | str:
        return {ON: True, OFF: False}.get(text, text)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone there is."""

    name: str
    label: Any
    default: str = DEFAULT_TIMEZONE

    def accepts(self, value: object) -> bool:
        try:
            validate_timezone(value if isinstance(value, str) else "")
        except ValidationError:
            return False
        return True

    def read(self, text: str) -> str:
        return text


Choice = OneOf | Number | Switch | Zone

LANGUAGE: Final = OneOf(
    "language", _("Language"), {"": _("Same as your browser"), **dict(InterfaceLanguage.choices)}
)
LAYOUT: Final = OneOf(
    "layout", _("Keyboard layout"), {"": _("Whatever the course needs"), **dict(settings.KEYBOARD_LAYOUTS)}
)
KEYBOARD: Final = OneOf(
    "keyboard",
    _("Keyboard on the screen"),
    {"": _("The usual one for the layout"), **dict(Keyboard.choices)},
)
UNIT: Final = OneOf("unit", _("Speed"), {"": _("The usual one for your language"), **dict(Unit.choices)})
TIMEZONE: Final = Zone("timezone", _("Time zone"))
GOAL: Final = Number("goal_minutes", _("Daily goal"), 0, 240, default=0)
"""Minutes of practice a day; 0 for no goal."""

PROFILE: Final = {one.name: one for one in (LANGUAGE, LAYOUT, KEYBOARD, UNIT, TIMEZONE, GOAL)}
"""Columns of `User`."""

_USUAL: Final = _("usual")
_SPACING: Final = {"": _USUAL, "wide": _("wide"), "wider": _("very wide")}
_MISTAKES: Final = {
    "": _("as the exercise asks"),
    "stop": _("the text waits for the right key"),
    "free": _("what was typed stays until it is corrected"),
}

GROUPS: Final[tuple[tuple[Any, tuple[Choice, ...]], ...]] = (
    (
        _("Pages"),
        (
            OneOf(
                "theme",
                _("Colors"),
                {
                    "": _("light or dark, as your system"),
                    "light": _("light"),
                    "dark": _("dark"),
                    "contrast": _("high contrast"),
                    "sepia": _("sepia"),
                    "forest": _("forest"),
                    "slate": _("slate"),
                },
            ),
            Switch("reduced_motion", _("Less motion"), default=False),
        ),
    ),
    (
        _("The text you type"),
        (
            Number(
                "text_size",
                _("Size"),
                16,
                40,
                default=0,
                hint=_("From %(least)s to %(most)s pixels; leave it empty for the usual size."),
            ),
            OneOf(
                "font",
                _("Typeface"),
                {
                    "": _("letters of one width"),
                    "proportional": _("letters of their own width"),
                    "readable": _("easy to read (Andika)"),
                },
            ),
            OneOf("letter_spacing", _("Space between letters"), _SPACING),
            OneOf("line_spacing", _("Space between lines"), _SPACING),
            Switch("one_line", _("One line that moves"), default=False),
            OneOf(
                "caret",
                _("Caret"),
                {"": _("a filled block"), "line": _("a thin line"), "underline": _("an underline")},
            ),
            Switch("smooth_caret", _("Smooth caret"), default=False),
            Switch("pace_line", _("Pace of my best run"), default=False),
        ),
    ),
    (
        _("Shown while typing"),
        (
            Switch("show_speed", _("Speed"), default=True),
            Switch("show_accuracy", _("Accuracy"), default=True),
            Switch("show_progress", _("Progress"), default=True),
            Switch("show_tips", _("Tips"), default=True),
            Switch("show_hands", _("Hands"), default=True),
            Switch("show_keyboard", _("Keyboard"), default=True),
        ),
    ),
    (
        _("Mistakes and reading aloud"),
        (
            OneOf("mistakes", _("After a mistake"), _MISTAKES),
            OneOf("test_mistakes", _("After a mistake in a test"), _MISTAKES),
            Switch("screen_reader", _("Screen reader"), default=False),
        ),
    ),
    (
        _("Sounds"),
        (
            Switch("sound_keys", _("Sound of keys"), default=False),
            Switch("sound_mistakes", _("Sound of mistakes"), default=False),
            Switch("metronome", _("Metronome while you type"), default=False),
            Number(
                "metronome_bpm",
                _("Beats per minute"),
                20,
                240,
                default=60,
                hint=_("From %(least)s to %(most)s."),
            ),
            Number("volume", _("Volume"), 0, 100, default=50),
        ),
    ),
)
"""What `User.view` may hold, as the page of it has it."""

VIEW: Final = {one.name: one for _label, group in GROUPS for one in group}


def chosen_of(values: Mapping[str, Any]) -> dict[str, Value]:
    """Of what is stored, whoever stored it, what is valid and not as usual anyway."""
    return {
        name: value
        for name, value in values.items()
        if name in VIEW and VIEW[name].accepts(value) and value != VIEW[name].default
    }


NEXT_PAIR: Final = re.compile(r"\.(?=[a-z_]+:)")
"""A dot within a value is part of it, and makes it one that nobody may choose."""


def first_language() -> str:
    """The language of a new learner: that of the page she reads, where it can be chosen."""
    language = (get_language() or "")[:2]
    return language if LANGUAGE.accepts(language) else LANGUAGE.default


def first_timezone(told: str, chosen: str = DEFAULT_TIMEZONE) -> str:
    """The time zone of a new learner: the one she has chosen, else the browser's, where it told one there is."""
    return told if chosen == TIMEZONE.default and TIMEZONE.accepts(told) else chosen


def to_text(value: Value) -> str:
    """A value in a cookie, a form and an attribute."""
    return {True: ON, False: OFF}[value] if isinstance(value, bool) else str(value)


def to_cookie(chosen: Mapping[str, Value]) -> str:
    return ".".join(f"{name}:{to_text(value)}" for name, value in chosen.items())


def from_cookie(cookie: str) -> dict[str, Value]:
    """What a cookie holds of what may be chosen."""
    pairs = (pair.partition(":") for pair in NEXT_PAIR.split(cookie)[: len(VIEW)])
    return chosen_of({name: VIEW[name].read(text) for name, _colon, text in pairs if name in VIEW})
