"""Fresh texts for tests: frequent words, or passages of prose in a new order, or with every letter."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import cycle, islice
from random import Random
from typing import Final, NamedTuple

from .passages import in_new_order, met_in, passages
from .prose import sentences
from .text_maker import Wish, make_text
from .words import frequent

EASY_WORDS = 300
CLOSE_TO_BEST = 0.75
"""Of the sentence with most missing letters for its length; lower, texts vary more and get longer."""


class Makeup(NamedTuple):
    """What a text is made of: prose or frequent words, with or without punctuation and digits."""

    is_prose: bool
    punctuation: bool
    digits: bool


MAKEUPS: Final[Mapping[str, Makeup]] = {
    "easy": Makeup(is_prose=False, punctuation=False, digits=False),
    "easy-p": Makeup(is_prose=False, punctuation=True, digits=False),
    "easy-d": Makeup(is_prose=False, punctuation=False, digits=True),
    "easy-pd": Makeup(is_prose=False, punctuation=True, digits=True),
    "plain": Makeup(is_prose=True, punctuation=False, digits=False),
    "plain-d": Makeup(is_prose=True, punctuation=False, digits=True),
    "ordinary": Makeup(is_prose=True, punctuation=True, digits=False),
    "hard": Makeup(is_prose=True, punctuation=True, digits=True),
}
"""By the difficulty it makes (`progress.models.TypingSession.Difficulty`); every makeup has one."""
CHARACTERS_A_WORD = 20
"""More than words of any text have together with the space after them."""
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
SPACED = re.compile(r"\S*[^\W_]\S*")
"""What stands between spaces, signs that stand alone left out; `static/typing/spaced.js` counts by the same."""

_WITHIN_A_NUMBER = re.compile(r"\d \d")


def passages_of(language: str, difficulty: str) -> tuple[str, ...]:
    """The passages that texts of a difficulty consist of, whole; none where it consists of words."""
    makeup = MAKEUPS[difficulty]
    return passages(language, hard=makeup.digits) if makeup.is_prose and makeup.punctuation else ()


def fresh_text(
    language: str, difficulty: str, *, length: int, seed: int | str, met: Sequence[str] = ()
) -> str:
    """At least `length` characters on one line, ending with a word; the same for the same seed.

    Prose with punctuation consists of passages, those `met` lately (the last one first) after all others; everything
    else is made of words, in small letters where there is no punctuation.
    """
    makeup = MAKEUPS[difficulty]
    random = Random(f"{seed}:{language}:{difficulty}")
    if whole := passages_of(language, difficulty):
        return _of_passages(in_new_order(whole, met, random), length)
    if makeup.is_prose:
        ordinary = in_new_order(passages(language, hard=False), (), random)
        words = _WORD.findall(_of_passages(ordinary, 2 * length).lower())
    else:
        letters = frozenset("".join(frequent(language)))
        easy = Wish(
            language=language, letters=letters, length=length, kind="words", frequent=EASY_WORDS, seed=seed
        )
        words = make_text(easy).text.split()
    if makeup.digits:
        words = list(_numbered(words, random))
    if makeup.punctuation:
        words = list(_punctuated(words, random))
    text = " ".join(words)
    return text[: text.index(" ", length)] if " " in text[length:] else text


def fresh_words(
    language: str, difficulty: str, *, words: int, seed: int | str, met: Sequence[str] = ()
) -> str:
    """A text of `fresh_text` with exactly so many words, numbers counting as such; the same for the same seed.

    It ends within no number, as "1/299 792 458": a passage in which it would gives way to others.
    """
    while True:
        text = fresh_text(language, difficulty, length=CHARACTERS_A_WORD * words, seed=seed, met=met)
        *_, last = islice(SPACED.finditer(text), words)
        if not _WITHIN_A_NUMBER.match(text, last.end() - 1):
            break
        cut = met_in([(text, last.end())], passages_of(language, difficulty))[-1]
        met = [cut, *(one for one in met if one != cut)]
    return text[: last.end()].rstrip(",;:-")


def _numbered(words: Sequence[str], random: Random) -> Iterator[str]:
    """The words, with a number of one to four digits after every few of them."""
    until = random.randint(2, 6)
    for word in words:
        yield word
        until -= 1
        if not until:
            yield str(random.randint(0, 10 ** random.randint(1, 4) - 1))
            until = random.randint(3, 8)


def _punctuated(words: Sequence[str], random: Random) -> Iterator[str]:
    """The words as sentences of four to ten of them, with a capital, a stop, and a comma in the longer ones."""
    rest = iter(words)
    while sentence := [word for _place, word in zip(range(random.randint(4, 10)), rest, strict=False)]:
        sentence[0] = sentence[0].capitalize()
        if len(sentence) > 6:
            sentence[random.randint(2, 4)] += ","
        sentence[-1] += random.choices(".?!", (8, 1, 1))[0]
        yield from sentence


def _of_passages(ordered: Sequence[str], length: int) -> str:
    """Passages one after the other, from the first again after the last."""
    text = ""
    for passage in cycle(ordered):
        text += f" {passage}" if text else passage
        if len(text) >= length:
            break
    return text


def text_of_all_letters(language: str, alphabet: frozenset[str], *, length: int, seed: int | str) -> str:
    """Sentences of prose on one line, at least `length` characters, with every letter that prose has, as many as can be
    in the first of them; the same for the same seed."""
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
    return " ".join(chosen)


@cache
def _sentences(language: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Sentences with their letters, in small."""
    return tuple((one, frozenset(one.lower())) for one in sentences(language))
