"""Fresh texts for tests: frequent words, or the prose of the courses in a new order, or with every letter."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from .prose import prose, sentences
from .text_maker import Wish, make_text
from .words import frequent

EASY_WORDS = 300
OFTEN_ENOUGH = 2
"""How often a letter comes at least in a text with every letter."""
CLOSE_TO_BEST = 0.9


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
    """Sentences of prose on one line, at least `length` characters, in which every letter comes `OFTEN_ENOUGH` times,
    as far as the prose has it; the same for the same seed."""
    random = Random(f"{seed}:{language}:letters")
    left = list(random.sample(sentences(language), k=len(sentences(language))))
    chosen: list[str] = []
    missing = Counter({letter: OFTEN_ENOUGH for letter in alphabet})
    while left and (+missing or sum(map(len, chosen)) + len(chosen) - 1 < length):
        gains = [(sum((missing & Counter(one.lower())).values()) / len(one), one) for one in left]
        best = max(gain for gain, _ in gains)
        if not best:
            # What is missing still is in no sentence.
            missing.clear()
        one = next(one for gain, one in gains if gain >= best * CLOSE_TO_BEST)
        left.remove(one)
        chosen.append(one)
        missing = +(missing - Counter(one.lower()))
    random.shuffle(chosen)
    return " ".join(chosen)
