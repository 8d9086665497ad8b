"""How a character is typed: which key, which finger, and whether with Shift."""

from django.utils.translation import gettext as _

from lessons import keyboards, languages
from lessons.keyboards import Key
from progress.keystrokes.replay import units
from progress.wording import layout_name, visible


def how_to_type(character: str, layout: str) -> str:
    """In words, on the learner's layout, else by what counts as it there, else on another layout that has it."""
    if character.isspace():
        return _("The space bar, with either thumb.")
    if told := _on(layout, character):
        return told
    values = {"character": visible(character)}
    alike = units(character)[:1]
    if alike and (told := _on(layout, alike[0])):
        values |= {"alike": alike[0], "how": told}
        return (
            _("Your layout has no “%(character)s”; texts here have “%(alike)s” in its place. %(how)s")
            % values
        )
    for code in (one.layout for one in languages.TYPED.values()):
        if told := _on(code, character):
            values |= {"layout": layout_name(code), "how": told}
            return _("Your layout has no “%(character)s”. Switch to “%(layout)s”: %(how)s") % values
    return (
        _("No keyboard layout here has “%(character)s”; it can only be inserted from a table of symbols.")
        % values
    )


def _on(code: str, character: str) -> str:
    """How a layout types a character; "" where it doesn't."""
    keyboard = keyboards.layout(code)
    found = keyboard.key_for(character)
    if found is None:
        return ""
    return _with_shift(character, found[0], keyboard) if found[1] else _alone(character, found[0])


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
