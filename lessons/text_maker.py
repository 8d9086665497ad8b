"""Makes texts to type: of the letters one knows, with those items often that one should practise.

Drills, reviews, warm-ups and easy tests come from here. `make_text` is pure: the same wish gives the same
text.

Every item named in what was made is struck at least `STRIKES` times, the worst `WORST_STRIKES`; it is at least
`LEAST_RATE` times as frequent as in ordinary text, and no more than `MOST_RATE` times as frequent as it would be in
text of the known characters, unless those strikes ask for more. Items that cannot be had so are not named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from random import Random
from typing import Final, Literal

from . import frequencies
from .text_pieces import ENOUGH_WORDS, not_avoided, pieces_in, strikes
from .text_writing import Goal, Writer
from .worthwhile import LEAST_WORDS, Bounds, Worth, worthwhile

Kind = Literal["mixed", "words", "groups", "numbers", "sentences"]
Richest = Literal["sentences", "words", "groups"]
LENGTH: Final = 200
STRIKES: Final = 5
WORST_STRIKES: Final = 8
LEAST_RATE: Final = 1.5
MOST_RATE: Final = 3.0
AIMED_RATES: Final = (1.75, 2.4)
"""How many times the natural rate is aimed at, for the least weight or emphasis and for the most."""
MOST_NAMED: Final = 8
FULL: Final = 0.55
"""Which part of a text weak characters should make up at most."""
ROOM: Final = 0.52
"""And which part they may need at least."""
ATTEMPTS: Final = 2
LAST_ATTEMPTS: Final = 4
"""Texts tried before an item is given up, and before the last one is: the second half with words to be avoided."""
LONGER: Final = 1.1
GROWTH: Final = 1.6
"""How much longer than wished a text may become, so that every item has its strikes."""
LINE: Final = 60
UNBROKEN: Final = 20
WARM_UP_WORDS: Final = 400


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a text should be.

    `letters` are all characters that may occur, space and line break aside. `weak` holds characters and pairs of them
    with their weights, such as what they cost. `avoid` are words not to come again (`words_of` the last texts), unless
    few others hold what is weak, or nothing weak would be named; whole sentences may have them. `emphasis`, from 0 to
    1, says how much weak material there should be within the rules. `frequent` is how many of the most frequent words
    may come. With `worth`, and enough words to choose from, those come that are worth most.

    Kinds: "mixed" takes from everything what the weak items ask for; "words", "groups" (syllables), "numbers" and
    "sentences" (prose of the courses) keep to one.
    """

    language: str
    letters: frozenset[str]
    weak: Mapping[str, float] = field(default_factory=dict)
    length: int = LENGTH
    kind: Kind = "mixed"
    avoid: frozenset[str] = frozenset()
    seed: int | str = 0
    emphasis: float = 1.0
    frequent: int = 5000
    worth: Worth | None = None


@dataclass(frozen=True)
class MadeItem:
    """A weak item a text was made for: how often it is struck, its share there and in ordinary text."""

    item: str
    strikes: int
    share: float
    natural: float
    usual: float
    """How often it is struck in ordinary text of this length."""


@dataclass(frozen=True)
class Made:
    """A text, and the weak items it practises, the worst first."""

    text: str
    items: tuple[MadeItem, ...]


class NothingToType(ValueError):
    """No character of a wish can be typed."""


def make_text(wish: Wish) -> Made:
    """The text of a wish, of its length or somewhat more. Raises NothingToType."""
    if not any(not character.isspace() for character in wish.letters):
        raise NothingToType
    named = [
        item
        for item in sorted(wish.weak, key=lambda item: (-wish.weak[item], item))
        if _can_be_named(item, wish)
    ]
    named = _that_fit(named[:MOST_NAMED], wish.language)
    while True:
        for attempt in range((LAST_ATTEMPTS if len(named) == 1 else ATTEMPTS) if named else 1):
            random = Random(f"{wish.seed}:{attempt}:{wish.language}:{wish.kind}:{''.join(named)}")
            may_repeat = attempt >= ATTEMPTS
            pieces = _written(replace(wish, avoid=frozenset()) if may_repeat else wish, named, random)
            # Where no sentence can be typed, words come instead.
            are_sentences = wish.kind == "sentences" and any(" " in piece for piece in pieces)
            text = "\n".join(pieces) if are_sentences else in_lines(pieces)
            missed = [item for item in named if not _is_met(item, text, named, wish)]
            if not missed:
                return Made(text, tuple(_made(item, text, wish) for item in named))
        # The worst is given up last: without the others it may have its strikes.
        named.remove(named[-1] if missed[-1] == named[0] else missed[-1])


def richest(language: str, letters: frozenset[str]) -> Richest:
    """The most that letters allow: whole sentences, words, or mere groups of letters."""
    pieces = pieces_in(language, letters)
    if any(" " in line for line in pieces.lines):
        return "sentences"
    return "words" if len(pieces.words) >= ENOUGH_WORDS else "groups"


def warm_up(
    language: str,
    letters: frozenset[str],
    *,
    length: int = LENGTH,
    seed: int | str,
    avoid: frozenset[str] = frozenset(),
) -> Made:
    """Easy text to begin with: frequent words in small letters."""
    small = frozenset(letter for letter in letters if letter.isalpha() and not letter.isupper())
    return make_text(
        Wish(
            language=language,
            letters=small or letters,
            length=length,
            frequent=WARM_UP_WORDS,
            seed=seed,
            avoid=avoid,
        )
    )


def _that_fit(named: list[str], language: str) -> list[str]:
    """Of items, the worst first, as many as a text has room for at their least rates."""
    fitting, room = [], ROOM
    for item in named:
        room -= LEAST_RATE * natural_share(item, language) if len(item) == 1 else 0.0
        if room >= 0:
            fitting.append(item)
    return fitting


def _written(wish: Wish, named: list[str], random: Random) -> list[str]:
    pieces = pieces_in(wish.language, wish.letters)
    frequent = pieces.words[: wish.frequent]
    words: Sequence[str] = frequent if len(frequent) >= ENOUGH_WORDS else pieces.words
    if wish.worth and wish.kind in ("mixed", "words"):
        left = not_avoided(words, wish.avoid)
        if len(left) >= LEAST_WORDS:
            are_words = all(item.islower() for item in named)
            bounds = [_bounds(item, named, wish) for item in named] if are_words else []
            words = worthwhile(left, wish.worth, bounds, length=wish.length, random=random)
            if are_words:
                return words
    writer = Writer(
        pieces,
        _goals(named, wish),
        random,
        kind=wish.kind,
        length=wish.length,
        longest=wish.length * GROWTH,
        avoid=wish.avoid,
        words=words,
    )
    return writer.write()


def _can_be_named(item: str, wish: Wish) -> bool:
    if not 1 <= len(item) <= 2 or any(
        character.isspace() or character not in wish.letters for character in item
    ):
        return False
    if wish.kind in ("words", "groups"):
        return all(character.isalpha() or character == "'" for character in item) and not item[0].isupper()
    return wish.kind != "numbers" or item.isdecimal()


def _goals(named: list[str], wish: Wish) -> list[Goal]:
    low, high = AIMED_RATES
    most = max((wish.weak[item] for item in named), default=1.0) or 1.0
    goals = []
    for item in named:
        factor = low + (high - low) * wish.emphasis * wish.weak[item] / most
        least = _least(item, named)
        goals.append(Goal(item, least, max((least + 0.6) / wish.length, factor * _known_share(item, wish))))
    full = sum(goal.rate for goal in goals if len(goal.item) == 1) / FULL
    return [
        replace(goal, rate=max((goal.least + 0.6) / wish.length, goal.rate / max(1.0, full)))
        for goal in goals
    ]


def _least(item: str, named: list[str]) -> int:
    return WORST_STRIKES if item == named[0] else STRIKES


def _bounds(item: str, named: list[str], wish: Wish) -> Bounds:
    """What `_is_met` asks, in a text that is up to `LONGER` times as long as wished."""
    least = LEAST_RATE * natural_share(item, wish.language) * wish.length * LONGER
    most = max(WORST_STRIKES + 1, MOST_RATE * _known_share(item, wish) * wish.length)
    return Bounds(item, max(_least(item, named), least), most)


def _is_met(item: str, text: str, named: list[str], wish: Wish) -> bool:
    struck, least = strikes(item, text), _least(item, named)
    most = max(WORST_STRIKES + 1, MOST_RATE * _known_share(item, wish) * len(text))
    return max(least, LEAST_RATE * natural_share(item, wish.language) * len(text)) <= struck <= most


def natural_share(item: str, language: str) -> float:
    """The share of a character or pair in ordinary text, 0 to 1."""
    table = frequencies.characters(language) if len(item) == 1 else frequencies.pairs(language)
    return table.get(item, frequencies.RARE)


def _known_share(item: str, wish: Wish) -> float:
    """The share among those characters, or pairs, that can be typed; an even one where they make no words."""
    natural = natural_share(item, wish.language)
    pieces = pieces_in(wish.language, wish.letters)
    if wish.kind == "numbers" or not pieces.small:
        return 1 / (1 + (len(pieces.digits) or len(pieces.signs)))
    if wish.kind == "groups" or (len(pieces.words) < ENOUGH_WORDS and item.islower() and len(item) == 1):
        return 1 / (1 + len(pieces.small))
    return natural / (_of_known_characters if len(item) == 1 else _of_known_pairs)(
        wish.language, wish.letters
    )


@lru_cache(maxsize=64)
def _of_known_characters(language: str, letters: frozenset[str]) -> float:
    """Which part of ordinary text consists of characters that can be typed."""
    table = frequencies.characters(language)
    return sum(table.get(character, frequencies.RARE) for character in letters | {" "})


@lru_cache(maxsize=64)
def _of_known_pairs(language: str, letters: frozenset[str]) -> float:
    """Which part of the pairs of ordinary text can be typed."""
    pairs = frequencies.pairs(language)
    typeable = sum(share for pair, share in pairs.items() if letters.issuperset(pair))
    return max(typeable, frequencies.RARE) / sum(pairs.values())


def _made(item: str, text: str, wish: Wish) -> MadeItem:
    struck, natural = strikes(item, text), natural_share(item, wish.language)
    return MadeItem(item, struck, struck / len(text), natural, natural * len(text))


def in_lines(pieces: Iterable[str], *, most: int | None = None, line: int = LINE) -> str:
    """The pieces in lines of about the same length, some `line` characters or more, `most` of them at most; none short
    is broken."""
    words = [part for piece in pieces for part in ([piece] if len(piece) <= UNBROKEN else piece.split(" "))]
    size = sum(map(len, words)) + len(words) - 1
    count = max(1, round(size / line))
    share = size / (min(count, most) if most else count)
    lines, last = [], ""
    for word in words:
        if last and len(last) + len(word) / 2 > share:
            lines.append(last)
            last = word
        else:
            last = f"{last} {word}" if last else word
    return "\n".join([*lines, last])
