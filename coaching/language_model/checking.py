"""What of a model's answer may be used: plain text in the right language, typable where it is to be typed. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

LINKED = re.compile(
    r"https?:|www\.|\]\(|<\s*[/!?a-z]|&[#a-z][a-z0-9]*;|javascript:|data:\w+/"
    r"|\w\.(?:com|org|net|info|io|dev|app|site|online|xyz|ru|su|рф)\b",
    re.IGNORECASE,
)
"""What nobody asked for: links, pictures, markup, characters in disguise."""
ORNAMENT = re.compile(r"\*\*|__|`+|^[ \t]*#{1,6}[ \t]+|^[ \t]*[*•][ \t]+(?=\S)", re.MULTILINE)
"""Markdown that is left out, as the page shows plain text."""
SPELLED: Final = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "—": "-", "–": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"'}
)
"""Signs as keyboards have them."""
QUOTES: Final = str.maketrans({"«": '"', "»": '"', "„": '"'})
ENOUGH_LETTERS: Final = 24
"""Letters from which on a language shows."""
LEAST_OWN: Final = 0.6
"""The share of letters that are of the language; an answer may name keys of another one."""
MOST_OF_A_WORD: Final = 0.2
LEAST_DIFFERENT: Final = 0.35
ENOUGH_WORDS: Final = 12


class Unfit(ValueError):
    """An answer that is not used; says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer has to be: letters of the `alphabet` mostly, and so many characters. With `letters`, it has no
    others, space and line break aside."""

    alphabet: frozenset[str]
    least: int
    most: int
    letters: Collection[str] | None = None


def plain(text: str) -> str:
    """A text without ornament, and without what cannot be seen or turns the line around."""
    kept = "".join(
        char
        for char in text
        if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )
    lines = (" ".join(line.split()) for line in ORNAMENT.sub("", kept).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def typable(text: str, letters: Collection[str]) -> str:
    """A plain text in signs a keyboard has, those it lacks spelled another way, on one line."""
    spelled = " ".join(plain(text).translate(SPELLED).split())
    return spelled if "«" in letters else spelled.translate(QUOTES)


def check_beginning(text: str, wanted: Wanted) -> None:
    """What can be said of an answer before it is whole. Raises Unfit."""
    if LINKED.search(text):
        raise Unfit("links or markup")
    if len(text) > wanted.most:
        raise Unfit("too long")
    letters = [char for char in text.lower() if char.isalpha()]
    own = sum(char in wanted.alphabet for char in letters)
    if len(letters) >= ENOUGH_LETTERS and own < LEAST_OWN * len(letters):
        raise Unfit("another language")
    _check_repetition(text)


def check(text: str, wanted: Wanted) -> None:
    """Whether a whole answer may be used. Raises Unfit."""
    if len(text) < wanted.least:
        raise Unfit("too short")
    check_beginning(text, wanted)
    if wanted.letters is None:
        _check_letters(text)
    elif foreign := {char for char in text if not char.isspace()} - set(wanted.letters):
        raise Unfit(f"{len(foreign)} characters that cannot be typed")


def is_telling(text: str) -> bool:
    """Whether so much of an answer is there that a wrong language would have shown."""
    return sum(char.isalpha() for char in text) >= ENOUGH_LETTERS


def _check_letters(text: str) -> None:
    """In an answer letters are Latin or Cyrillic, and there are no pictures."""
    for char in set(text):
        kind = unicodedata.category(char)
        named = unicodedata.name(char, "")
        if kind == "So" or (char.isalpha() and not named.startswith(("LATIN", "CYRILLIC"))):
            raise Unfit("letters of another script")


def _check_repetition(text: str) -> None:
    words = re.findall(r"\w+", text.lower())
    if len(words) < ENOUGH_WORDS:
        return
    if len(set(words)) < LEAST_DIFFERENT * len(words):
        raise Unfit("the same words again and again")
    times = max(Counter(word for word in words if len(word) > 2).values(), default=0)
    if times > max(MOST_OF_A_WORD * len(words), 3):
        raise Unfit("the same word again and again")
