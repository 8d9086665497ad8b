"""Groups of letters one can say, where a learner knows too few letters for words.

Which letter may follow which, and which may begin, is read from the language's frequent words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from random import Random

from .unfit import holds_unfit
from .words import frequent

VOWELS = frozenset("аеёиоуыэюяіїєўaeiouyαεηιουω")
SHORTEST, LONGEST = 2, 5
TRIES = 20


def syllable(language: str, letters: Sequence[str], random: Random, core: str = "") -> str:
    """A group of two to five of the letters around `core`, as pronounceable as they allow.

    Never three of a letter running, nor three consonants or vowels, and a vowel in it, where the letters are of both
    kinds.
    """
    made = core
    for _ in range(TRIES):
        made = _grown(language, letters, random, core)
        if _is_sayable(made, letters) and not holds_unfit(made):
            break
    return made


def _grown(language: str, letters: Sequence[str], random: Random, core: str) -> str:
    follow, precede, starts = _neighbours(language)
    made = core or _pick(letters, starts, random, not _has_both(letters))
    length = max(random.randint(SHORTEST, LONGEST), len(core) + 1)
    while len(made) < length:
        before = random.random() < 0.5 and core
        known = precede[made[0].lower()] if before else follow[made[-1].lower()]
        fitting = [
            letter
            for letter in letters
            if _may_stand(letter + made[:2] if before else made[-2:] + letter, letters)
        ]
        letter = _pick(fitting or letters, known, random, not _has_both(letters))
        made = letter + made if before else made + letter
    return made


def _pick(letters: Sequence[str], weights: Mapping[str, float], random: Random, evenly: bool) -> str:
    shares = [1.0 if evenly else weights.get(letter.lower(), 0.0) for letter in letters]
    return random.choices(letters, shares if any(shares) else None)[0]


def _may_stand(three: str, letters: Sequence[str]) -> bool:
    """Whether three neighbours are neither one letter thrice nor, where there is a choice, of one kind."""
    if len(three) < 3:
        return True
    kinds = {letter.lower() in VOWELS for letter in three}
    return len(set(three)) > 1 and (len(kinds) > 1 or not _has_both(letters))


def _is_sayable(made: str, letters: Sequence[str]) -> bool:
    threes = (made[start : start + 3] for start in range(len(made) - 2))
    has_vowel = not _has_both(letters) or any(letter.lower() in VOWELS for letter in made)
    # Signs that only soften or part, and ы, begin no word.
    begins = made[0] not in "ьъы" or all(letter in "ьъы" for letter in letters)
    return begins and has_vowel and len(set(made)) > 1 and all(_may_stand(three, letters) for three in threes)


def _has_both(letters: Sequence[str]) -> bool:
    return len({letter.lower() in VOWELS for letter in letters}) > 1


Neighbours = Mapping[str, Mapping[str, float]]


@cache
def _neighbours(language: str) -> tuple[Neighbours, Neighbours, Mapping[str, float]]:
    """How often each letter follows and precedes each, and begins a word; the first words count most."""
    follow: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    precede: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    starts: defaultdict[str, float] = defaultdict(float)
    for rank, word in enumerate(frequent(language), 10):
        starts[word[0]] += 1 / rank
        for one, other in pairwise(word):
            follow[one][other] += 1 / rank
            precede[other][one] += 1 / rank
    return follow, precede, starts
