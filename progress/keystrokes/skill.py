"""What a learner's keystrokes say of every key and every pair of keys: the coach's sufficient statistics.

log interval = μ + δ(key) + γ(pair) + ε (DESIGN §8). Each sum is decayed by keystrokes, never by the calendar, so that
a pause of a year forgets nothing. Priors enter when the sums are read, so they can be tuned without counting anew.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Final

from progress.keystrokes.replay import Replay, Stroke
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.keystrokes.strikes import Strikes, key_prior

SPEED_KEEP: Final = math.exp2(-1 / 1600)
"""What is kept of a sum at every keystroke: its half-life is 1,600 of them."""
KEY_KEEP: Final = math.exp2(-1 / 400)
PAIR_KEEP: Final = math.exp2(-1 / 200)
KEY_PRIOR: Final = 40
"""Hits that the prior of a key's slowness is worth."""
SHORTEST_MS: Final = 30
LONGEST_MS: Final = 2000
LONGEST_MEDIANS: Final = 5
USUAL_ERRORS: Final = 0.05
"""The error rate where nothing was typed yet."""
ERROR_INTERVALS: Final = 3
"""Usual intervals that a mistake costs."""
DECIMALS: Final = 4
FIRST_RUNS: Final = 5
"""The sessions a learner begins with; their mean speed is what later ones are measured against."""
KNOWN_TRIES: Final = 30
"""Timed hits of a key after which its burden is known well enough to be compared with later."""
MASTERED_TRIES: Final = 50
MASTERED_ERRORS: Final = 0.03
MASTERED_SLOWNESS: Final = 1.15
"""A mastered key takes at most this many usual intervals."""


@dataclass(slots=True)
class Mean:
    """A decayed mean: the weight of what it has seen, and their decayed sum."""

    weight: float = 0.0
    total: float = 0.0

    def add(self, value: float, keep: float) -> None:
        """Count a value, of those before only the part `keep`."""
        self.weight = self.weight * keep + 1
        self.total = self.total * keep + value

    def shrunk(self, prior: float, worth: float) -> float:
        """The mean drawn towards `prior`, which counts for `worth` of weight."""
        return (self.total + worth * prior) / (self.weight + worth)


@dataclass(slots=True)
class KeySums:
    """One character: its first tries, the missed ones among them, and by how much it took longer than μ (logs).

    `hits` counts the tries without decay.
    """

    tries: Mean = field(default_factory=Mean)
    slowness: Mean = field(default_factory=Mean)
    hits: int = 0


@dataclass(slots=True)
class Skill:
    """The statistics of one learner on one layout. `pairs` are by two characters; `speed` is the mean log interval,
    `initial` that of the first characters of words, which wait for the eye and are kept apart. `first` sums the CPM of
    the first sessions, not decayed; `began` is the burden of every key when it was first known, ms."""

    speed: Mean = field(default_factory=Mean)
    initial: Mean = field(default_factory=Mean)
    keys: dict[str, KeySums] = field(default_factory=dict)
    pairs: dict[str, Mean] = field(default_factory=dict)
    first: Mean = field(default_factory=Mean)
    began: dict[str, float] = field(default_factory=dict)

    def add(self, replay: Replay, strikes: Strikes) -> None:
        """Count one session; `strikes` is its layout."""
        self._add_tries(replay)
        intervals = list(timed(replay))
        inner = [ms for _, before, ms in intervals if not before.expected.isspace()]
        if inner:
            middle = median(inner)
            self._add_times(intervals, min(LONGEST_MS, LONGEST_MEDIANS * middle), middle, strikes)
        if self.first.weight < FIRST_RUNS and replay.duration and len(replay.strokes) >= LEAST_CHARACTERS:
            self.first.weight += 1
            self.first.total += 60_000 * (replay.cursor - 1) / replay.duration
        for character, sums in self.keys.items():
            if sums.slowness.weight >= KNOWN_TRIES and character not in self.began:
                self.began[character] = round(self._burden(character, strikes), DECIMALS)
        self._round()

    def _add_tries(self, replay: Replay) -> None:
        tried = -1
        for stroke in replay.strokes:
            if stroke.position > tried:
                tried = stroke.position
                key = self._key(stroke.expected)
                key.tries.add(not stroke.right, KEY_KEEP)
                key.hits += 1

    def _add_times(
        self,
        intervals: list[tuple[Stroke, Stroke, int]],
        longest: float,
        middle: float,
        strikes: Strikes,
    ) -> None:
        for stroke, before, ms in intervals:
            if not SHORTEST_MS <= ms <= longest:
                continue
            log = math.log(ms)
            if before.expected.isspace():
                self.initial.add(log, SPEED_KEEP)
                continue
            mu = self.mu if self.speed.weight else math.log(middle)
            key = self._key(stroke.expected)
            slowness = key.slowness.shrunk(key_prior(stroke.expected, strikes), KEY_PRIOR)
            if len(stroke.expected) == len(before.expected) == 1:
                self._pair(before.expected + stroke.expected).add(log - mu - slowness, PAIR_KEEP)
            key.slowness.add(log - mu, KEY_KEEP)
            self.speed.add(log, SPEED_KEEP)

    def _key(self, character: str) -> KeySums:
        found = self.keys.get(character)
        if found is None:
            found = self.keys[character] = KeySums()
        return found

    def _pair(self, pair: str) -> Mean:
        found = self.pairs.get(pair)
        if found is None:
            found = self.pairs[pair] = Mean()
        return found

    def _round(self) -> None:
        """So that what is read back from storage is what was stored, to the last bit."""
        for mean in self._means():
            mean.weight, mean.total = round(mean.weight, DECIMALS), round(mean.total, DECIMALS)

    def _means(self) -> Iterator[Mean]:
        yield from (self.speed, self.initial, self.first, *self.pairs.values())
        for key in self.keys.values():
            yield from (key.tries, key.slowness)

    @property
    def mu(self) -> float:
        """The usual log interval. Raises ZeroDivisionError before anything was timed."""
        return self.speed.total / self.speed.weight

    @property
    def usual_ms(self) -> float | None:
        """The usual interval between two characters of a word, None before anything was timed."""
        return math.exp(self.mu) if self.speed.weight else None

    @property
    def first_cpm(self) -> float | None:
        """The mean speed of the first `FIRST_RUNS` sessions, None before there are so many, or where they were not
        counted: a profile may be older than the counting."""
        return (
            self.first.total / self.first.weight
            if self.first.weight >= FIRST_RUNS and self.first.total
            else None
        )

    def mastered(self, strikes: Strikes) -> list[str]:
        """The letters that are typed fast for this learner, and almost never wrong."""
        return [
            character
            for character, sums in self.keys.items()
            if character.isalpha()
            and sums.tries.weight >= MASTERED_TRIES
            and sums.slowness.weight >= KNOWN_TRIES
            and sums.tries.total <= MASTERED_ERRORS * sums.tries.weight
            and math.exp(sums.slowness.shrunk(key_prior(character, strikes), KEY_PRIOR)) <= MASTERED_SLOWNESS
        ]

    def halved(self, strikes: Strikes) -> list[str]:
        """The characters whose burden is at most half of what it was when it was first known."""
        return [
            character
            for character, then in self.began.items()
            if 2 * self._burden(character, strikes) <= then
        ]

    def _burden(self, character: str, strikes: Strikes) -> float:
        """What one hit of a key takes, its mistakes counted as in `KeyCost`; ms."""
        sums = self.keys[character]
        usual = math.exp(self.mu)
        ms = usual * math.exp(sums.slowness.shrunk(key_prior(character, strikes), KEY_PRIOR))
        errors = sums.tries.shrunk(USUAL_ERRORS, KEY_PRIOR)
        return ms + ERROR_INTERVALS * errors * usual

    @property
    def error_rate(self) -> float:
        """The share of characters missed at first, over all keys, 0 to 1."""
        tries = sum(key.tries.weight for key in self.keys.values())
        missed = sum(key.tries.total for key in self.keys.values())
        return missed / tries if tries else USUAL_ERRORS


def to_state(skill: Skill) -> dict[str, Any]:
    """Skill as JSON."""
    return {
        "v": 1,
        "speed": _pack(skill.speed),
        "initial": _pack(skill.initial),
        "keys": {
            character: [*_pack(sums.tries), *_pack(sums.slowness), sums.hits]
            for character, sums in skill.keys.items()
        },
        "pairs": {pair: _pack(residual) for pair, residual in skill.pairs.items()},
        "first": _pack(skill.first),
        "began": skill.began,
    }


def from_state(state: Mapping[str, Any]) -> Skill:
    """Skill from what `to_state` made; a new one from nothing."""
    if not state:
        return Skill()
    return Skill(
        speed=Mean(*state["speed"]),
        initial=Mean(*state["initial"]),
        keys={
            character: KeySums(Mean(*sums[:2]), Mean(*sums[2:4]), *sums[4:])
            for character, sums in state["keys"].items()
        },
        pairs={pair: Mean(*sums) for pair, sums in state["pairs"].items()},
        first=Mean(*state["first"]) if "first" in state else Mean(FIRST_RUNS),
        began=dict(state.get("began", {})),
    )


def _pack(mean: Mean) -> list[float]:
    return [mean.weight, mean.total]


def timed(replay: Replay) -> Iterator[tuple[Stroke, Stroke, int]]:
    """Right strokes with the one before and the ms between, leaving out the first key, what follows a mistake or a
    correction, and what came with the same key."""
    for before, stroke in pairwise(replay.strokes):
        follows = stroke.event == before.event + 1 and stroke.position == before.position + 1
        if stroke.right and before.right and follows and stroke.latency is not None:
            yield stroke, before, stroke.latency
