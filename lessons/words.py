"""Frequent words by language. Data in `lessons/content/words/`."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from .content_files import content


@cache
def frequent(language: str) -> tuple[str, ...]:
    """The language's ordinary words in lower case, the most frequent first."""
    return tuple(content("words", f"{language}.txt").read_text("utf-8").split())


@cache
def shares(language: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The share of every letter in running text, and of every pair of letters within its words.

    By the frequent words, each weighed by 1/rank (Zipf) and followed by a space.
    """
    letters: defaultdict[str, float] = defaultdict(float)
    pairs: defaultdict[str, float] = defaultdict(float)
    for rank, word in enumerate(frequent(language), 1):
        letters[" "] += 1 / rank
        for letter in word:
            letters[letter] += 1 / rank
        for one, other in pairwise(word):
            pairs[one + other] += 1 / rank
    total = sum(letters.values())
    return _over(letters, total), _over(pairs, total)


def _over(weights: Mapping[str, float], total: float) -> Mapping[str, float]:
    return MappingProxyType({item: weight / total for item, weight in weights.items()})
