"""Fresh texts for tests: frequent words, or the prose of the courses in a new order."""

from collections.abc import Sequence
from random import Random

from .prose import prose
from .text_maker import Wish, make_text
from .words import frequent

EASY_WORDS = 300


def fresh_text(language: str, difficulty: str, *, length: int, seed: int | str) -> str:
    """At least `length` characters on one line, ending with a word; the same for the same seed.

    "easy": the most frequent words in small letters. "ordinary": prose of letters and punctuation. "hard": prose with
    digits and other signs among it.
    """
    if difficulty == "easy":
        letters = frozenset("".join(frequent(language)))
        easy = Wish(
            language=language, letters=letters, length=length, kind="words", frequent=EASY_WORDS, seed=seed
        )
        return " ".join(make_text(easy).text.split())
    ordinary, hard = prose(language)
    random = Random(f"{seed}:{language}:{difficulty}")
    return _of_lines(hard if difficulty == "hard" else ordinary, length, random)


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
