"""Fresh texts for tests: frequent words, or the prose of the courses in a new order, or with every letter."""

from collections.abc import Sequence
from functools import cache
from random import Random

from .prose import prose, sentences
from .text_maker import Wish, make_text
from .words import frequent

EASY_WORDS = 300
CLOSE_TO_BEST = 0.75
"""Of the sentence with most missing letters for its length; lower, texts vary more and get longer."""


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


def text_of_all_letters(language: str, alphabet: frozenset[str], *, length: int, seed: int | str) -> str:
    """Sentences of prose on one line, at least `length` characters, with every letter that prose has; the same for the
    same seed."""
    random = Random(f"{seed}:{language}:letters")
    left = random.sample(_sentences(language), k=len(_sentences(language)))
    chosen: list[str] = []
    missing = set(alphabet)
    while left and (missing or len(" ".join(chosen)) < length):
        gains = [len(missing & letters) / len(sentence) for sentence, letters in left]
        best = max(gains)
        if not best:
            # What is missing still is in no sentence.
            missing.clear()
        place = next(place for place, gain in enumerate(gains) if gain >= best * CLOSE_TO_BEST)
        sentence, letters = left.pop(place)
        chosen.append(sentence)
        missing -= letters
    return " ".join(random.sample(chosen, k=len(chosen)))


@cache
def _sentences(language: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Sentences with their letters, in small."""
    return tuple((one, frozenset(one.lower())) for one in sentences(language))
