"""What texts are put together from: words, syllables, names, numbers, signs where they belong, lines of prose.

A piece is a string without a line break. All pieces are made of the letters one knows.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from random import Random

from . import words
from .prose import prose, sentences
from .syllables import syllable

ENOUGH_WORDS = 30
"""With fewer words in the letters one knows, syllables come among them."""
ENOUGH_CARRIERS = 5
"""With fewer words that hold an item, syllables with it come among them."""
FEW = 8
"""Fewer words than these are not enough to avoid others for."""
SYLLABLES = 40
STOPS = ".!?…"
"""What ends a sentence."""
PLACES = {
    "-": ("w - w",),
    "—": ("w — w",),
    "–": ("w – w",),
    "%": ("n%",),
    "$": ("$n",),
    "€": ("€n",),
    "£": ("£n",),
    "№": ("№ n",),
    "#": ("#n", "#w"),
    "+": ("n + n", "w + w"),
    "=": ("w = n", "w = w"),
    "*": ("n * n", "w * w"),
    "/": ("w/w", "n/n"),
    "^": ("n^n", "w^w"),
    "~": ("~n", "~w"),
    "&": ("w & w", "n & n"),
    "|": ("w | w", "n | n"),
    "_": ("w_w", "n_n"),
    "@": ("w@w", "n@n"),
    "\\": ("w\\w", "n\\n"),
    **{pair[0]: (f"{pair[0]}w{pair[1]}",) for pair in ('""', "''", "``", "()", "[]", "{}", "<>", "«»")},
    **{pair[1]: (f"{pair[0]}w{pair[1]}",) for pair in ("()", "[]", "{}", "<>", "«»")},
}
"""How a sign stands with words (w) and numbers (n); all others follow a word."""
_PLACEHOLDER = re.compile(r"\{(person|place)\}")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def words_of(text: str) -> frozenset[str]:
    """The words of a text in small letters, as `Wish.avoid` wants them."""
    return frozenset(_WORD.findall(text.lower()))


def strikes(item: str, text: str) -> int:
    """How often a character or a pair is struck in a text."""
    if len(item) == 2 and item[0] == item[1]:
        return sum(one == other == item[0] for one, other in pairwise(text))
    return text.count(item)


def not_avoided(words: Sequence[str], avoid: frozenset[str]) -> Sequence[str]:
    """The words that are not to be avoided, all of them where hardly any would be left."""
    left = [word for word in words if word.lower() not in avoid] if avoid else words
    return left if len(left) >= FEW else words


class Pieces:
    """The pieces of a language in given letters."""

    def __init__(self, language: str, letters: frozenset[str]) -> None:
        self.language = language
        self.known = letters | {" "}
        alphabetic = sorted(letter for letter in letters if letter.isalpha())
        self.small = [letter for letter in alphabetic if not letter.isupper()] or alphabetic
        self.digits = sorted(digit for digit in letters if digit.isdecimal())
        self.signs = sorted(sign for sign in letters if not sign.isalnum() and not sign.isspace())
        self.stops = [stop for stop in STOPS if stop in letters]
        self._of_item: dict[tuple[str, str], tuple[str, ...]] = {}

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Ordinary words, the most frequent first."""
        found = dict.fromkeys(words.frequent(self.language) + words.rare(self.language))
        return tuple(word for word in found if self.known.issuperset(word))

    @cached_property
    def people(self) -> tuple[str, ...]:
        return tuple(name for name in words.people(self.language) if self.known.issuperset(name))

    @cached_property
    def places(self) -> tuple[str, ...]:
        return tuple(name for name in words.places(self.language) if self.known.issuperset(name))

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """Short sentences with {person} and {place} for a name."""
        return tuple(
            phrase
            for phrase in words.phrases(self.language)
            if self.known.issuperset(_PLACEHOLDER.sub("", phrase))
            and len(self.people) >= phrase.count("{person}")
            and len(self.places) >= phrase.count("{place}")
        )

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Sentences of prose."""
        return tuple(sentence for sentence in sentences(self.language) if self.known.issuperset(sentence))

    @cached_property
    def units(self) -> tuple[str, ...]:
        return tuple(unit for unit in words.units(self.language) if self.known.issuperset(unit))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Lines of prose."""
        ordinary, hard = prose(self.language)
        return tuple(line for line in ordinary + hard if self.known.issuperset(line))

    def with_item(self, item: str, weak: str = "") -> tuple[str, ...]:
        """The words and names that hold an item, if there are many those with most `weak` characters.

        Of a capital also words written with it, or in capitals alone.
        """
        if (item, weak) not in self._of_item:
            found = self._find(item)
            if weak and len(found) >= 3 * ENOUGH_WORDS:
                shares = {word: sum(map(weak.__contains__, word)) / (len(word) + 1) for word in found}
                least = sorted(shares.values(), reverse=True)[len(found) // 4]
                found = [word for word in found if shares[word] >= least]
            self._of_item[item, weak] = tuple(found)
        return self._of_item[item, weak]

    def _find(self, item: str) -> list[str]:
        if not item[0].isupper():
            return [word for word in self.words if item in word]
        found = [name for name in self.people + self.places if item in name]
        if len(found) < ENOUGH_CARRIERS:
            found += [word.capitalize() for word in self.words if word.capitalize().startswith(item)]
        if len(found) < ENOUGH_CARRIERS:
            loud = (word.upper() for word in self.words if len(word) > 2 and item.lower() in word)
            found += [word for word in loud if item in word and self.known.issuperset(word)]
        return [word for word in found if self.known.issuperset(word)]

    def phrase(self, random: Random, item: str, avoid: frozenset[str], used: deque[str]) -> str:
        """A short sentence with a name, if it can be one with the item, unlike those `used` last."""

        taken: list[str] = []

        def name(match: re.Match[str]) -> str:
            names = self.people if match[1] == "person" else self.places
            others = [one for one in names if one not in taken] or names
            fitting = [one for one in others if item in one and one.lower() not in avoid]
            taken.append(random.choice(fitting or others))
            return taken[-1]

        fresh = [phrase for phrase in self.phrases if phrase not in used] or self.phrases
        with_it = [phrase for phrase in fresh if item in phrase]
        phrase = random.choice(with_it if with_it and random.random() < 0.4 else fresh)
        used.append(phrase)
        return _PLACEHOLDER.sub(name, phrase)

    def syllables(self, random: Random, core: str = "", count: int = SYLLABLES) -> list[str]:
        """Different syllables, as far as there are; `core` in every one."""
        made = (syllable(self.language, self.small, random, core) for _ in range(count * 2))
        return [one for one in dict.fromkeys(made) if self.known.issuperset(one)][:count]

    def number(self, random: Random, core: str = "", weak: Sequence[str] = ()) -> str:
        """A number such as 4, 47 or 447 with `core` in it, now and then of something: "47 км"."""
        digits = self.digits
        made = core
        for _ in range(random.choice((0, 1, 1, 2)) + (not core)):
            digit = random.choice(weak if weak and random.random() < 0.5 else digits)
            made = made + digit if random.random() < 0.5 else digit + made
        if made[0] == "0" and len(made) > 1 and len(digits) > 1:
            made = random.choice([digit for digit in digits if digit != "0"]) + made
        if self.units and made != "1" and random.random() < 0.4:
            return f"{made} {random.choice(self.units)}"
        return made

    def with_sign(self, sign: str, word: Callable[[], str], random: Random, weak: Sequence[str] = ()) -> str:
        """A sign where it belongs: "нет;", "(да)", "47%"."""
        fitting = [
            place
            for place in PLACES.get(sign, (f"w{sign}",))
            if self.known.issuperset(place.replace("w", " ").replace("n", " "))
            and (self.digits or "n" not in place)
            and (self.small or "w" not in place)
        ]
        if not fitting:
            # Its partner is not known yet, or there is nothing but signs.
            fitting = [f"w{sign}"] if self.small else [f"n{sign}"] if self.digits else ["s"]
        return "".join(self._filled(part, sign, word, random, weak) for part in random.choice(fitting))

    def _filled(
        self, part: str, sign: str, word: Callable[[], str], random: Random, weak: Sequence[str]
    ) -> str:
        if part == "w":
            return word()
        if part == "n":
            return self.number(random, weak=weak).split()[0]
        return self.cluster(random, sign) if part == "s" else part

    def cluster(self, random: Random, sign: str = "") -> str:
        """Two to four signs, for who knows nothing else."""
        made = [random.choice(self.signs) for _ in range(random.randint(1, 3))]
        made.insert(random.randint(0, len(made)), sign or random.choice(self.signs))
        return "".join(made)


pieces_in = lru_cache(maxsize=64)(Pieces)
