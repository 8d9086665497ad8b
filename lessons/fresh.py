"""Fresh texts for tests: frequent words, or the prose of the courses in a new order."""

import re
from collections.abc import Sequence
from functools import cache
from random import Random

from .content_files import content
from .course_files import read_course
from .words import frequent

EASY_WORDS = 300
FIRST_PROSE = 65
"""The lesson of every course with which prose begins."""
SHORTEST_LINE = 40
_PROSE = re.compile(r"[\w\s.,!?:;\"'()-]+")
_SENTENCE = re.compile(r"""(?<=[.!?…])["')]* """)


def fresh_text(language: str, difficulty: str, *, length: int, seed: int | str) -> str:
    """At least `length` characters on one line, ending with a word; the same for the same seed.

    "easy": the most frequent words in small letters. "ordinary": prose of letters and punctuation. "hard": prose with
    digits and other signs among it.
    """
    random = Random(f"{seed}:{language}:{difficulty}")
    if difficulty == "easy":
        return _of_words(frequent(language)[:EASY_WORDS], length, random)
    ordinary, hard = prose(language)
    return _of_lines(hard if difficulty == "hard" else ordinary, length, random)


@cache
def prose(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of prose in a language's course: those of letters and punctuation alone, and those with more."""
    plan = read_course(content(language, "course.toml"))
    lines = [
        line
        for lesson in plan.lessons
        if lesson.number >= FIRST_PROSE and lesson.kind in ("text", "test") and lesson.text
        for line in lesson.text.splitlines()
        if len(line) >= SHORTEST_LINE and line.lstrip("\"'(- ")[:1].isupper() and _SENTENCE.search(f"{line} ")
    ]
    ordinary = tuple(line for line in lines if _is_ordinary(line))
    return ordinary, tuple(line for line in lines if not _is_ordinary(line))


def _is_ordinary(line: str) -> bool:
    return bool(_PROSE.fullmatch(line)) and not any(character.isdigit() for character in line)


def _of_words(words: Sequence[str], length: int, random: Random) -> str:
    picked: list[str] = []
    size = 0
    while size <= length:
        word = random.choice(words)
        if picked and word == picked[-1]:
            continue
        picked.append(word)
        size += len(word) + 1
    return " ".join(picked)


def _of_lines(lines: Sequence[str], length: int, random: Random) -> str:
    text = ""
    while len(text) < length:
        shuffled = random.sample(lines, k=len(lines))
        if text.endswith(shuffled[0]):
            continue
        for line in shuffled:
            text += f" {line}" if text else line
            if len(text) >= length:
                break
    return text
