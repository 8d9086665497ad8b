"""How often each character and each pair of characters occurs in a language. Data in `lessons/content/words/`.

`<code>-frequencies.csv` is made by `manage.py count_frequencies`. A language without it goes by its frequent words.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from .content_files import content
from .words import frequent

RARE: Final = 0.00001
"""The share to be taken for what running text does not have."""


def characters(language: str) -> Mapping[str, float]:
    """The share of every character in running text: small and capital letters, digits, signs, the space."""
    return shares(language)[0]


def pairs(language: str) -> Mapping[str, float]:
    """The share of every pair of characters within words, of all characters of running text."""
    return shares(language)[1]


@cache
def shares(language: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Those of characters and those of pairs."""
    path = content("words", f"{language}-frequencies.csv")
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            found = {item: float(share) for item, share in csv.reader(file)}
    else:
        found = _by_rank(frequent(language))
    singles, doubles = (
        MappingProxyType({i: s for i, s in found.items() if len(i) == length}) for length in (1, 2)
    )
    return singles, doubles


def _by_rank(listed: tuple[str, ...]) -> dict[str, float]:
    """By frequent words, each weighed by 1/rank (Zipf) and followed by a space."""
    weights: defaultdict[str, float] = defaultdict(float)
    for rank, word in enumerate(listed, 1):
        for item in [*word, " ", *(one + other for one, other in pairwise(word))]:
            weights[item] += 1 / rank
    total = sum(weight for item, weight in weights.items() if len(item) == 1)
    return {item: weight / total for item, weight in weights.items()}
