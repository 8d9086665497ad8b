"""Names that people give themselves and their things: brought into one form first, then checked, everywhere alike."""

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_MARKS: Final = 4
"""On one letter; a Burmese syllable has as many."""
MOST_ACCENTS: Final = 2
"""Of those among them that go with any script, as in Vietnamese."""
BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc]"
    "|[\U0001d159\U000e0100-\U000e01ef]"
)
"""Letters, marks and signs that leave no ink."""
SPACES: Final = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
NON_JOINER, JOINER = "\u200c", "\u200d"
VIRAMA: Final = 9
"""The combining class of the marks that take a letter its vowel."""
SHARED: Final = (
    frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"CJK", "IDEOGRAPHIC", "HANGUL"}),
    frozenset({"CJK", "IDEOGRAPHIC", "BOPOMOFO"}),
)
"""Scripts that stand in one word."""


def normal_name(raw: str) -> str:
    """A name in its one form: composed, wide and joined letters as plain ones, single spaces."""
    plain = (
        unicodedata.normalize("NFKC", sign) if unicodedata.category(sign)[0] in "LMN" else sign
        for sign in raw
    )
    return SPACES.sub(" ", unicodedata.normalize("NFC", "".join(plain))).strip(" ")


def check_name(name: str) -> None:
    """Raises ValidationError unless a normal name can be seen, each mark has its letter, each word one script."""
    if any(_is_unseen(name, place) for place in range(len(name))):
        raise ValidationError(_("There is a character in the name that can't be seen."), code="unseen")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in name):
        raise ValidationError(_("The name has no visible characters."), code="unseen")
    if _has_stray_marks(name):
        raise ValidationError(
            _("There is an accent in the name without its letter, or too many on one."), code="accents"
        )
    for word in re.split(r"[\W_]+", "".join(sign for sign in name if not _is_mark(sign))):
        scripts = {script for letter in word if (script := _script(letter))}
        if len(scripts) > 1 and not any(scripts <= shared for shared in SHARED):
            raise ValidationError(
                _("“%(word)s” mixes letters of two alphabets."), code="scripts", params={"word": word}
            )


def initials_of(name: str) -> str:
    """The first letters of the first and the last word of a name, "?" where it has none."""
    words = [word for word in re.split(r"[\s._-]+", name.partition("@")[0]) if word[:1].isalnum()]
    ends = words if len(words) < 2 else (words[0], words[-1])
    return "".join(word[0] for word in ends).upper() or "?"


def _is_unseen(name: str, place: int) -> bool:
    """Whether a sign leaves no ink. Joiners shape their neighbours, but only after a virama or in Arabic letters."""
    sign = name[place]
    if sign in (NON_JOINER, JOINER):
        before, after = name[:place][-1:], name[place + 1 :][:1]
        if before and unicodedata.combining(before) == VIRAMA:
            return False
        return sign == JOINER or not _script(before) == _script(after) == "ARABIC"
    kind = unicodedata.category(sign)
    return kind[0] == "C" or kind in ("Zl", "Zp") or bool(BLANK.match(sign))


def _has_stray_marks(name: str) -> bool:
    marks = accents = 0
    script = None
    for sign in name:
        if sign in (NON_JOINER, JOINER):
            continue
        if not _is_mark(sign):
            marks = accents = 0
            script = _script(sign) if unicodedata.category(sign)[0] == "L" else None
            continue
        of_any_script = unicodedata.name(sign, "").startswith("COMBINING ")
        marks, accents = marks + 1, accents + of_any_script
        fits = script is not None and (of_any_script or _script(sign) == script)
        if not fits or marks > MOST_MARKS or accents > MOST_ACCENTS or unicodedata.category(sign) == "Me":
            return True
    return False


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def _script(sign: str) -> str:
    """The script of a letter or mark, "CYRILLIC", by its name in Unicode; "" for what goes with any."""
    if not sign or unicodedata.category(sign)[0] not in "LM":
        return ""
    script = unicodedata.name(sign, "").partition(" ")[0]
    return "" if script in ("MODIFIER", "COMBINING") else script


class NameField(forms.CharField):
    """A name in a form. The one that is there already, `kept`, may stay whatever it is."""

    default_validators = [check_name]
    kept = ""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if text == self.kept.strip() else normal_name(text)

    def run_validators(self, value: str) -> None:
        if value != self.kept.strip():
            super().run_validators(value)
