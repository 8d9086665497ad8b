"""How a character is typed: which key, which finger, and whether with Shift."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lessons import keyboards, languages
from lessons.keyboards import Key
from progress.wording import layout_name


def how_to_type(character: str, layout: str) -> str:
    """In words, on the learner's layout, else on another one that has it."""
    if character.isspace():
        return _("The space bar, with either thumb.")
    for code in _layouts(layout):
        keyboard = keyboards.layout(code)
        if found := keyboard.key_for(character):
            told = _with_shift(character, found[0], keyboard) if found[1] else _alone(character, found[0])
            if code == layout:
                return told
            return _("Your layout has no “%(character)s”. Switch to “%(layout)s”: %(how)s") % {
                "character": character,
                "layout": layout_name(code),
                "how": told,
            }
    return _(
        "No keyboard layout here has “%(character)s”; it can only be inserted from a table of symbols."
    ) % {"character": character}


def _layouts(own: str) -> Iterator[str]:
    yield own
    yield from (one.layout for one in languages.TYPED.values() if one.layout != own)


def _alone(character: str, key: Key) -> str:
    return _("“%(character)s” is typed with the %(finger)s, %(place)s.") % {
        "character": character,
        "finger": finger_words(key.hand, key.finger),
        "place": place_words(key),
    }


def _with_shift(character: str, key: Key, keyboard: keyboards.Layout) -> str:
    shift = _("left Shift") if keyboard.shift_for(key).code == "ShiftLeft" else _("right Shift")
    return _("“%(character)s” is %(shift)s and the key “%(key)s”, with the %(finger)s, %(place)s.") % {
        "character": character,
        "shift": shift,
        "key": key.label or key.base or character,
        "finger": finger_words(key.hand, key.finger),
        "place": place_words(key),
    }


def finger_words(hand: str, finger: str) -> str:
    """With which finger, in a sentence."""
    names = {
        ("left", "little"): _("left little finger"),
        ("left", "ring"): _("left ring finger"),
        ("left", "middle"): _("left middle finger"),
        ("left", "index"): _("left index finger"),
        ("right", "index"): _("right index finger"),
        ("right", "middle"): _("right middle finger"),
        ("right", "ring"): _("right ring finger"),
        ("right", "little"): _("right little finger"),
    }
    return names.get((hand, finger.rpartition("-")[2]), _("thumb"))


def place_words(key: Key) -> str:
    """In which row a key is, by its code."""
    if key.code.startswith("Digit") or key.code in ("Backquote", "Minus", "Equal"):
        return _("in the row of digits")
    if key.code in _row("QWERTYUIOP") or key.code in ("BracketLeft", "BracketRight"):
        return _("in the row above the home row")
    if key.code in _row("ASDFGHJKL") or key.code in ("Semicolon", "Quote"):
        return _("in the home row")
    if key.code in _row("ZXCVBNM") or key.code in ("Comma", "Period", "Slash", "IntlBackslash"):
        return _("in the bottom row")
    return _("at the edge of the keyboard")


def _row(letters: str) -> set[str]:
    return {f"Key{letter}" for letter in letters}
