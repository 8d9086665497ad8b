"""Chooses the words of a text by what they are worth to a learner, with enough of what she should practise among them.

Words are drawn evenly, and the best of them taken; a few are then exchanged for others until items have their strikes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from .text_pieces import strikes

Worth = Callable[[str], float]
"""What practising a word gains, per second it takes; only how words compare counts."""
BEST = 0.08
"""The part that is taken of the words drawn."""
LEAST_WORDS = 300
"""From fewer words there is nothing to choose."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An item, and how often it should be struck at least and at most."""

    item: str
    least: float
    most: float


def drawn(words: Sequence[str], worth: Worth, length: int, random: Random) -> list[str]:
    """Of the words for a text so long and many more, drawn evenly, those worth most first."""
    size = sum(map(len, words)) / len(words) + 1
    found = random.sample(words, min(len(words), round(length / size / BEST) + 1))
    return sorted(found, key=worth, reverse=True)


def worthwhile(
    words: Sequence[str], worth: Worth, bounds: Sequence[Bounds], *, length: int, random: Random
) -> list[str]:
    """Words worth most, each once, of `length` characters or somewhat more; as far as words can, within the `bounds`,
    of which the first count most."""
    best = drawn(words, worth, length, random)
    size, count = -1, 0
    while size < length and count < len(best):
        size += len(best[count]) + 1
        count += 1
    chosen, others = best[:count], best[count:]
    if bounds:
        known = set(best)
        others += [word for word in words if word not in known]
    for place, wanted in enumerate(bounds):
        _exchange(chosen, others, wanted, [one.item for one in bounds[:place]])
    _fit(chosen, others, length, [one.item for one in bounds])
    random.shuffle(chosen)
    return chosen


def _fit(chosen: list[str], others: Sequence[str], length: int, items: Sequence[str]) -> None:
    """Leave out or add words without the items until they have the length."""
    free = [word for word in reversed(chosen) if not any(item in word for item in items)]
    size = len(" ".join(chosen))
    for word in free:
        if size - len(word) - 1 >= length:
            chosen.remove(word)
            size -= len(word) + 1
    for word in others:
        if size >= length:
            break
        if not any(item in word for item in items):
            chosen.append(word)
            size += len(word) + 1


def _exchange(chosen: list[str], others: list[str], wanted: Bounds, kept: Sequence[str]) -> None:
    """Exchange chosen words, the least worth first, for the others worth most, until an item is within its bounds.

    Words with `kept` items stay where they are.
    """
    struck = sum(strikes(wanted.item, word) for word in chosen)
    lacking = struck < wanted.least

    def may_move(word: str) -> bool:
        return not any(item in word for item in kept)

    gone = (number for number in range(len(chosen) - 1, -1, -1) if may_move(chosen[number]))
    come = (word for word in others if (wanted.item in word) == lacking and may_move(word))
    taken = set()
    while not wanted.least <= struck <= wanted.most:
        number = next((one for one in gone if (wanted.item in chosen[one]) != lacking), None)
        word = next(come, None)
        if number is None or word is None:
            break
        struck += strikes(wanted.item, word) - strikes(wanted.item, chosen[number])
        chosen[number] = word
        taken.add(word)
    others[:] = [word for word in others if word not in taken]
