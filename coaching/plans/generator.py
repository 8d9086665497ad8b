"""Drills of frequent words that hold given characters, in learned letters only."""

from collections.abc import Collection, Iterable, Sequence
from random import Random

LINES = 3
LENGTH = 150
"""Characters of a drill, about."""
ENOUGH_WORDS = 12
"""Fewer different words make no drill of words; syllables fill it up."""


def drill_text(
    words: Sequence[str],
    *,
    weak: Sequence[str],
    learned: Collection[str],
    seed: int | str,
    length: int = LENGTH,
) -> str:
    """A text of about `length` characters in `LINES` lines, at least 60 % of its words holding a weak character.

    `words` come most frequent first; only those in `learned` letters count. The same arguments give the same text.
    No word stands twice running. Raises ValueError unless a weak character is among at least two learned letters.
    """
    letters = sorted(character for character in learned if character.isalpha())
    weak = [character for character in weak if character in learned]
    if not weak or len(letters) < 2:
        raise ValueError("a drill needs a weak character among at least two learned letters")
    random = Random(f"{seed}:{''.join(weak)}")
    known = [word for word in words if set(word) <= set(learned)]
    with_weak = [word for word in known if set(word) & set(weak)]
    if len(with_weak) < ENOUGH_WORDS:
        with_weak += _syllables(weak, letters, ENOUGH_WORDS - len(with_weak), random)
    others = [word for word in known if not set(word) & set(weak)]
    return _lines(_pick(with_weak, others, length, random))


def _pick(with_weak: Sequence[str], others: Sequence[str], length: int, random: Random) -> list[str]:
    """Words in turn, frequent ones likelier, every other word of a pair of five an ordinary one."""
    picked: list[str] = []
    size = 0
    while size < length:
        ordinary = others and len(picked) % 5 in (2, 4)
        word = _frequent(others if ordinary else with_weak, random)
        if picked and word == picked[-1]:
            continue
        picked.append(word)
        size += len(word) + 1
    return picked


def _frequent(words: Sequence[str], random: Random) -> str:
    """A word, the first of the list about three times as likely as the middle ones."""
    return words[int(len(words) * random.random() ** 1.6)]


def _syllables(weak: Sequence[str], letters: Sequence[str], count: int, random: Random) -> Iterable[str]:
    """Groups of two to four learned letters, each with a weak one."""
    made: set[str] = set()
    while len(made) < count:
        group = [random.choice(letters) for _ in range(random.randint(1, 3))]
        group.insert(random.randint(0, len(group)), random.choice(weak))
        made.add("".join(group))
    return sorted(made)


def _lines(words: Sequence[str]) -> str:
    share = -(-len(words) // LINES)
    return "\n".join(" ".join(words[start : start + share]) for start in range(0, len(words), share))
