"""Checks of a typing text: what keeps it from being the lesson it should be."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from lessons.keyboards import Layout

MOST_LINES = 5
LEAST_NEW_SHARE = 25
LENGTH_TOLERANCE = 10
RECENT_LESSONS = 5
RECENT_STRIKES = 3
"""In each of so many lessons after its own a new key is struck so often."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a text: a code, and the figures and characters its wording needs.

    lines: count, most · edge_space: line · repeated_line: line · word_thrice: line, word ·
    untypeable: characters · untaught: characters · length: actual, planned (characters) ·
    new_share: share, least (%). Lines count from 1.
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def least_strikes(character: str) -> int:
    """How often a new character is struck in the lesson that brings it: a key, a capital, a sign."""
    if character.isupper():
        return 6
    return 20 if character.isalnum() else 10


def check_text(
    text: str, *, alphabet: Collection[str], new: str, length: int, layout: Layout
) -> tuple[Problem, ...]:
    """The problems of a lesson's text, none when it is fit to be typed.

    `alphabet`: the characters taught so far, this lesson's too; space and line break need no lesson.
    `new`: the characters that must make up a quarter of the text, "" for none. `length`: characters
    planned, line breaks included.
    """
    text = unicodedata.normalize("NFC", text)
    lines = text.split("\n")
    return (
        *_check_lines(lines),
        *_check_words(lines),
        *_check_characters(text, alphabet, layout),
        *_check_length(text, length),
        *_check_new_share(text, new),
    )


def _check_lines(lines: list[str]) -> list[Problem]:
    problems = []
    if len(lines) > MOST_LINES or lines == [""]:
        count = 0 if lines == [""] else len(lines)
        problems.append(Problem("lines", {"count": count, "most": MOST_LINES}))
    for number, line in enumerate(lines, 1):
        if line != line.strip() or "  " in line or (not line and len(lines) > 1):
            problems.append(Problem("edge_space", {"line": number}))
        if line and line in lines[: number - 1]:
            problems.append(Problem("repeated_line", {"line": number}))
    return problems


def _check_words(lines: list[str]) -> list[Problem]:
    words = [(word, number) for number, line in enumerate(lines, 1) for word in line.split()]
    thrice = dict.fromkeys(
        (number, word)
        for ((first, _), (second, _)), (_, (word, number)) in pairwise(pairwise(words))
        if first == second == word
    )
    return [Problem("word_thrice", {"line": number, "word": word}) for number, word in thrice]


def _check_characters(text: str, alphabet: Collection[str], layout: Layout) -> list[Problem]:
    used = set(text) - {" ", "\n"}
    untypeable = {char for char in used if not layout.types(char)}
    untaught = used - untypeable - set(alphabet)
    return [
        Problem(code, {"characters": "".join(sorted(characters))})
        for code, characters in (("untypeable", untypeable), ("untaught", untaught))
        if characters
    ]


def _check_length(text: str, length: int) -> list[Problem]:
    if abs(len(text) - length) * 100 <= length * LENGTH_TOLERANCE:
        return []
    return [Problem("length", {"actual": len(text), "planned": length})]


def _check_new_share(text: str, new: str) -> list[Problem]:
    share = 100 * sum(char in new for char in text) // len(text) if text else 0
    if not new or share >= LEAST_NEW_SHARE:
        return []
    return [Problem("new_share", {"share": share, "least": LEAST_NEW_SHARE})]
