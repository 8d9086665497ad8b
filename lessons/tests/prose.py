"""What the texts of the courses are held to as prose: whole sentences and fit words."""

import hashlib
import re
from pathlib import Path

UNFIT = frozenset((Path(__file__).parent / "unfit.txt").read_text("utf-8").split())
LONGEST_STEM = 10
BEGINS = re.compile(r"""["'(\[ -]*[A-ZА-ЯЁ0-9]""")
ENDS = re.compile(r"""[.?!…]["')\]]*$""")
BREAKS_OFF = re.compile(r"""[^\W\d_]{5,}[.]["')]* (?=[a-zа-яё])""")


def sentence_problems(text: str) -> list[tuple[str, int]]:
    """What is wrong and in which line, from 1: "start", "end", or "middle", a small letter after a full stop.

    A number may begin a sentence. Short words before a full stop are abbreviations (руб., a.m.).
    """
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not BEGINS.match(line):
            problems.append(("start", number))
        if not ENDS.search(line):
            problems.append(("end", number))
        if BREAKS_OFF.search(line):
            problems.append(("middle", number))
    return problems


def stem_digest(stem: str) -> str:
    """How unfit.txt writes a stem; a whole word, which may begin fit ones, ends with "$"."""
    return hashlib.sha256(stem.encode()).hexdigest()[:16]


def unfit_words(text: str) -> set[str]:
    """The words of `text` that begin with a stem of unfit.txt, whatever their case."""
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    return {word for word in words if any(stem_digest(part) in UNFIT for part in _parts(word))}


def _parts(word: str) -> list[str]:
    return [f"{word}$", *(word[:length] for length in range(2, min(len(word), LONGEST_STEM) + 1))]
