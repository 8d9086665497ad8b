"""Writes a text piece by piece, each time that of a few which leads nearest to what should be practised."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

from .text_pieces import ENOUGH_CARRIERS, ENOUGH_WORDS, FEW, STOPS, Pieces, not_avoided, strikes, words_of

CANDIDATES = 6
CARRIERS = 8
TRIES = 20
PHRASES = 24
"""Phrases drawn, not all of them written, among which none comes twice, where there are others."""
RECENT = 30
"""Pieces after which one may come again, where there are many."""
ENOUGH_SENTENCES = 20
SENTENCE = (3, 7)
"""The least and the most words of a sentence."""
WEIGHT = 30.0
"""What it counts to be a whole text's strikes off a goal."""
MUCH = 0.35
"""Where more of a text should be weak, its words are chosen from those which are so most of all."""
AGAIN = 4.0
"""What it counts against a piece that it came before."""
ONE_LETTER = 0.5
"""What it counts against a word that it is a single letter."""
NOISE = 0.1
PLACED_SIGNS = 0.4
"""How often a sign that words hold, such as a hyphen, stands otherwise."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An item, how often it must be struck, and how often it should be, per character."""

    item: str
    least: int
    rate: float


class Writer:
    """One text being written."""

    def __init__(
        self,
        pieces: Pieces,
        goals: Sequence[Goal],
        random: Random,
        *,
        kind: str,
        length: int,
        longest: float,
        avoid: frozenset[str],
        words: Sequence[str],
    ) -> None:
        self.pieces, self.goals, self.random, self.kind, self.avoid = pieces, goals, random, kind, avoid
        self.length, self.longest = length, longest
        self.written: list[str] = []
        self.size = 0
        self.counts = [0] * len(goals)
        self.distances = [(goal.item, 1 / goal.rate) for goal in goals]
        """Of each item, the characters from one strike to the next."""
        self.pool = self._pool(words)
        self.weak = (
            "".join(sorted(goal.item for goal in goals)) if sum(goal.rate for goal in goals) > MUCH else ""
        )
        self.carriers = {goal.item: self._carriers(goal.item) for goal in goals}
        self.recent: deque[str] = deque(maxlen=min(RECENT, max(1, len(self.pool) // 2)))
        weak = [goal.item for goal in goals if len(goal.item) == 1]
        self.used_phrases: deque[str] = deque(maxlen=PHRASES)
        self.weak_digits = [item for item in weak if item.isdecimal()]
        self.writes_sentences = bool(pieces.stops) and any(item.isupper() or item in STOPS for item in weak)
        self.until_stop = random.randint(*SENTENCE)
        self.places_sign = False

    def write(self) -> list[str]:
        """The pieces of the text."""
        while self.size <= self.length or (self.size < self.longest and self._behind(least=True)):
            self._add(self._best())
        if self.writes_sentences and self.written[-1][-1] not in STOPS:
            self._stop()
        return self.written

    def _pool(self, words: Sequence[str]) -> Sequence[str]:
        """What is drawn from where no weak item is asked for."""
        pieces = self.pieces
        if not pieces.small or (self.kind == "numbers" and pieces.digits):
            return ()
        if self.kind == "sentences" and pieces.lines:
            return self._not_avoided(pieces.lines)
        words = () if self.kind == "groups" else words
        known = self._not_avoided(words)
        if len(words) >= ENOUGH_WORDS:
            return known
        return (
            [*known, *pieces.syllables(self.random)] if len(pieces.small) > 1 else [*known, pieces.small[0]]
        )

    def _carriers(self, item: str) -> Sequence[str]:
        """Words that hold an item; syllables where there are too few."""
        if self.kind == "sentences" and self.pieces.lines:
            return [line for line in self.pool if item in line]
        found = () if self.kind == "groups" else self.pieces.with_item(item, self.weak)
        if len(found) >= ENOUGH_CARRIERS or not item.islower():
            return self._not_avoided(found)
        return [*found, *self.pieces.syllables(self.random, item, ENOUGH_CARRIERS * 2)]

    def _not_avoided(self, found: Sequence[str]) -> Sequence[str]:
        if self.kind == "sentences":
            left = [line for line in found if not words_of(line) <= self.avoid]
            return left if len(left) >= FEW else found
        return not_avoided(found, self.avoid)

    def _best(self) -> str:
        candidates = [self._ordinary() for _ in range(CANDIDATES if self.goals else 3)]
        behind = self._behind()
        self.places_sign = self.random.random() < PLACED_SIGNS
        if behind:
            candidates += [self._carrier(behind.item) for _ in range(CARRIERS)]
        if self._begins_sentence():
            candidates = [piece for piece in map(self._capitalized, candidates) if piece] or candidates
        candidates.sort(key=self._loss if self.goals else self.recent.__contains__)
        last = self.written[-1] if self.written else ""
        others = (self._ordinary() for _ in range(TRIES))
        return next(
            (piece for piece in chain(candidates, others) if not _is_again(last, piece)), candidates[0]
        )

    def _loss(self, piece: str) -> float:
        """How far a piece leads from what is aimed at; the less, the better."""
        size = self.size + len(piece) + 1
        offs = 0.0
        for (item, distance), count in zip(self.distances, self.counts, strict=True):
            off = (count + piece.count(item)) * distance - size
            offs += off * off
        against = AGAIN * (piece in self.recent) + ONE_LETTER * (len(piece) == 1)
        return offs * WEIGHT / self.length**2 + against + self.random.random() * NOISE

    def _behind(self, *, least: bool = False) -> Goal | None:
        """The goal most behind what should be struck by now, or of all what must be."""
        found, most = None, 0.0
        for goal, count in zip(self.goals, self.counts, strict=True):
            due = goal.least if least else goal.rate * (self.size + 6)
            if (due - count) / due > most:
                found, most = goal, (due - count) / due
        return found

    def _ordinary(self) -> str:
        """A piece without regard to weak items; a whole sentence where one begins."""
        if self._begins_sentence() and len(self.pieces.sentences) >= ENOUGH_SENTENCES:
            return self.random.choice(self.pieces.sentences)
        return self._word()

    def _word(self) -> str:
        pieces, random = self.pieces, self.random
        if self.pool:
            # Frequent words, which come first, are likelier: the first tenth is drawn one time in three.
            evenly = self.kind == "sentences" or len(self.pool) < ENOUGH_WORDS * 3
            return self.pool[int(len(self.pool) * random.random() ** (1 if evenly else 2))]
        if pieces.digits:
            return pieces.number(random, weak=self.weak_digits)
        return pieces.small[0] if pieces.small else pieces.cluster(random)

    def _long_word(self) -> str:
        """A word of more than a letter, if one comes soon."""
        drawn = [self._word() for _ in range(3)]
        return next((word for word in drawn if len(word) > 1), drawn[0])

    def _carrier(self, item: str) -> str:
        """A piece with the item in it, if there is one."""
        pieces, random = self.pieces, self.random
        if item.isdecimal():
            return pieces.number(random, item, self.weak_digits)
        if self.writes_sentences and pieces.phrases and not item.islower() and self._begins_sentence():
            return pieces.phrase(random, item, self.avoid, self.used_phrases)
        carriers = self.carriers[item]
        is_sign = len(item) == 1 and not item.isalnum() and not (self.writes_sentences and item in STOPS)
        if is_sign and (not carriers or self.places_sign):
            return pieces.with_sign(item, self._long_word, random, self.weak_digits)
        return carriers[int(len(carriers) * random.random() ** 1.3)] if carriers else self._ordinary()

    def _begins_sentence(self) -> bool:
        return self.writes_sentences and (not self.written or self.written[-1][-1] in STOPS)

    def _capitalized(self, piece: str) -> str:
        """A piece as it begins a sentence; nothing if its capital is not known."""
        made = piece[:1].upper() + piece[1:]
        return made if self.pieces.known.issuperset(made) else ""

    def _add(self, piece: str) -> None:
        self.written.append(piece)
        self.recent.append(piece)
        self._count(piece, len(piece) + 1)
        if self.writes_sentences:
            self.until_stop -= 1
            if self.until_stop <= 0 and piece[-1] not in STOPS:
                self._stop()

    def _stop(self) -> None:
        """Ends the sentence, with the stop that is most behind or else a full stop."""
        behind = [
            goal for goal, count in zip(self.goals, self.counts, strict=True) if self._wants_stop(goal, count)
        ]
        stop = self.random.choice(behind).item if behind else self.pieces.stops[0]
        last = self.written[-1]
        if not last[-1].isalnum() and last[-1] not in "\"')]}»%":
            last = last[:-1]
        self.written[-1] = last + stop
        self._count(stop, 1)
        shortest, longest = SENTENCE
        is_behind = any(
            self._wants_stop(goal, count) for goal, count in zip(self.goals, self.counts, strict=True)
        )
        self.until_stop = shortest if is_behind else self.random.randint(shortest, longest)

    def _wants_stop(self, goal: Goal, count: int) -> bool:
        return goal.item in self.pieces.stops and count < goal.rate * (self.size + 1)

    def _count(self, text: str, size: int) -> None:
        self.size += size
        for number, goal in enumerate(self.goals):
            self.counts[number] += strikes(goal.item, text)


def _is_again(last: str, piece: str) -> bool:
    """Whether a piece begins with the word the last one ends with, however it is written."""
    return bool(last) and _bare(last.split(" ")[-1]) == _bare(piece.split(" ")[0])


def _bare(word: str) -> str:
    return word.strip(".,!?;:…\"'()[]{}<>«»`").lower() or word
