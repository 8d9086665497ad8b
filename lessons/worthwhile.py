"""Writes a text of the words worth most to a learner, with enough of what she should practise among them.

Word follows word: each time a few are drawn evenly, and the one is taken that is worth most after those before it.
While an item is behind, only words that hold it are drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from .text_pieces import strikes

Worth = Callable[[str, str], float]
"""What practising a word gains per second it takes, after a text; only how words compare counts."""
CANDIDATES = 30
"""The words drawn for every one that is taken."""
LEAST_WORDS = 300
"""From fewer words there is nothing to choose."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An item, and how often it should be struck at least and at most."""

    item: str
    least: float
    most: float


@dataclass(slots=True)
class _Item:
    """One of them while a text is written: the words that hold it, and how often it was struck."""

    bounds: Bounds
    carriers: list[str]
    struck: int = 0

    def is_behind(self, part: float) -> bool:
        """Whether it should have come oftener in such a part of the text, and can."""
        return self.struck < self.bounds.least * min(1.0, part) and bool(self.carriers)

    def has_room(self, word: str) -> bool:
        return self.struck + strikes(self.bounds.item, word) <= self.bounds.most


def worthwhile(
    words: Sequence[str], worth: Worth, bounds: Sequence[Bounds], *, length: int, random: Random
) -> list[str]:
    """Words worth most, each once, of `length` characters or somewhat more; as far as words can, within the `bounds`,
    of which the first count most."""
    items = [_Item(one, [word for word in words if one.item in word]) for one in bounds]
    chosen: dict[str, None] = {}
    text = ""
    while len(chosen) < len(words):
        behind = next((item for item in items if item.is_behind(len(text) / length)), None)
        if len(text) >= length and not behind:
            break
        pool = behind.carriers if behind else words
        drawn = [word for word in random.sample(pool, min(CANDIDATES, len(pool))) if word not in chosen]
        fitting = [word for word in drawn if all(item.has_room(word) for item in items)]
        if behind and not fitting:
            behind.carriers.clear()
        elif drawn:
            best = max(fitting or drawn, key=lambda word: worth(word, text))
            chosen[best] = None
            text = f"{text} {best}" if text else best
            for item in items:
                item.struck += strikes(item.bounds.item, best)
    return list(chosen)
