"""The prose of the courses, line by line."""

import re
import tomllib
from functools import cache

from .content_files import content

FIRST_PROSE = 65
"""The lesson of every course with which prose begins."""
SHORTEST_LINE = 40
SHORTEST_SENTENCE = 10
_PROSE = re.compile(r"[\w\s.,!?:;\"'()-]+")
SENTENCE_END = re.compile(r"""(?<=[.!?…])["')]* """)


@cache
def prose(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of prose in a language's course: those of letters and punctuation alone, and those with more."""
    plan = tomllib.loads(content(language, "course.toml").read_text("utf-8"))
    lines = [
        line
        for lesson in plan["lesson"]
        if lesson["number"] >= FIRST_PROSE and lesson["kind"] in ("text", "test")
        for line in content(language, f"{lesson['number']:03}.txt").read_text("utf-8").splitlines()
        if len(line) >= SHORTEST_LINE
        and line.lstrip("\"'(- ")[:1].isupper()
        and SENTENCE_END.search(f"{line} ")
    ]
    ordinary = tuple(line for line in lines if _is_ordinary(line))
    return ordinary, tuple(line for line in lines if not _is_ordinary(line))


@cache
def sentences(language: str) -> tuple[str, ...]:
    """The single sentences of prose that stand without what is said before: no speech, no brackets."""
    ordinary, _ = prose(language)
    plain = (line for line in ordinary if not set("\"'()-") & set(line))
    apart = (sentence for line in plain for sentence in SENTENCE_END.split(line))
    return tuple(one for one in apart if len(one) >= SHORTEST_SENTENCE and "." not in one[:-1])


def _is_ordinary(line: str) -> bool:
    return bool(_PROSE.fullmatch(line)) and not any(character.isdigit() for character in line)
