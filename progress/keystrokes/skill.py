"""What a learner's keystrokes say of every key and every pair of keys: the coach's sufficient statistics.

In a session the log of the mean interval is μ + δ(key) + noise before a key, and μ + δ(key) + γ(pair) + noise within a
pair. The sums behind μ, δ and γ are counted a session at a time and decayed by keystrokes, never by the calendar, so
that a pause of a year forgets nothing. Priors enter when the sums are read, so they can be tuned without counting anew.
docs/coach.md says how the numbers below were chosen.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from progress.keystrokes.replay import Replay
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.keystrokes.strikes import Strike, Strikes, key_prior, pair_prior
from progress.keystrokes.tallies import Tally, tally

SPEED_HALF_LIFE: Final = 250
"""Keystrokes after which what they said of her pace counts half."""
KEY_HALF_LIFE: Final = (30, 0.1, 400)
"""The same of a key, in its own timed strokes: at first, more for each hit so far, and at most. What is new changes
fast."""
TREND_HALF_LIFE: Final = 3
"""The same of the trend of her pace, in sessions."""
TREND_PRIOR: Final = 3
"""Sessions that it is worth that there is no trend."""
STEEPEST: Final = 0.15
"""By how much a session may differ from her pace to count for the trend; difference of logarithms."""
PAIR_HALF_LIFE: Final = 100
ERRORS_HALF_LIFE: Final = 400
OFF_HALF_LIFE: Final = 150
"""The same of how far predictions were off, in predictions."""
KEY_PRIOR: Final = 3
"""Strokes that the prior of a key's slowness is worth, likewise of a pair's."""
PAIR_PRIOR: Final = 8
FINGER_PRIOR: Final = 10
"""Strokes that it is worth that a finger is as fast as any."""
FINGER_STROKES: Final = 20
"""Strokes with which one key tells of its finger at most."""
ERROR_PRIOR: Final = 50
"""Tries that the learner's usual errors are worth, where a key's own are few."""
SPREAD: Final = 0.4
"""The SD of an interval around its key's mean in a session, relative to it."""
SESSION: Final = 0.1
"""The SD of a key's mean from one session to the next, likewise, were it timed without end."""
USUALLY_OFF: Final = math.sqrt(2 / math.pi)
"""How far one is off on average, in SDs, if the SDs are right and the noise normal."""
OFF_PRIOR: Final = 30
MOST_OFF: Final = 4.0
"""So many SDs off count no more than this: an odd session is no rule."""
FARTHEST: Final = 1.0
"""By how much a session may contradict what was known of a key at most; difference of logarithms."""
SIDE: Final = 1.2816
"""SDs on each side of an interval that holds 80 %."""
CARE: Final = 2.0
"""How many times the variance of misses is that of dice: care varies from session to session."""
USUAL_ERRORS: Final = 0.05
"""The error rate where nothing was typed yet."""
ERROR_INTERVALS: Final = 3
"""Usual intervals that a mistake costs."""
DECIMALS: Final = 4
"""Sums are kept with so many, so that what is read back from storage is what was stored, to the last bit."""
UNITS: Final = 10**DECIMALS
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

    def add(self, value: float, count: float, half_life: float) -> None:
        """Count `count` values whose mean is `value`; those before fade as if one after another had come."""
        kept = math.exp2(-count / half_life)
        # A third of what `round` takes, and most of the time of counting would be rounding.
        self.weight = math.floor((self.weight * kept + count) * UNITS + 0.5) / UNITS
        self.total = math.floor((self.total * kept + count * value) * UNITS + 0.5) / UNITS

    def add_near(self, value: float, count: float, half_life: float) -> None:
        """The same, but not as if they were farther off than `FARTHEST`."""
        if self.weight:
            off = value - self.total / self.weight
            if abs(off) > FARTHEST:
                value += math.copysign(FARTHEST, off) - off
        self.add(value, count, half_life)

    def shrunk(self, prior: float, worth: float) -> float:
        """The mean drawn towards `prior`, which counts for `worth` of weight."""
        return (self.total + worth * prior) / (self.weight + worth)

    def capped(self, weight: float) -> "Mean":
        """The same mean with `weight` at most."""
        return self if self.weight <= weight else Mean(weight, self.total * weight / self.weight)


@dataclass(slots=True)
class KeySums:
    """One character: its first tries, the missed ones among them, and by how much it took longer than μ (logs).

    `hits` counts the tries without decay.
    """

    tries: Mean = field(default_factory=Mean)
    slowness: Mean = field(default_factory=Mean)
    hits: int = 0

    @property
    def half_life(self) -> float:
        """Of its slowness, in timed strokes."""
        least, growth, most = KEY_HALF_LIFE
        return min(most, least + growth * self.hits)


@dataclass(slots=True)
class Skill:
    """The statistics of one learner on one layout. `pairs` are by two characters, γ; `speed` is μ, the log of the
    mean interval within words where all keys were alike, `trend` by how much a session was above that, `initial` that
    of the first characters of words, which wait for the eye and are kept apart; `errors` the missed first tries of
    all characters. `off` says how far predictions of keys were off, in SDs; `timed` counts the intervals of all time.
    `first` sums the CPM of the first sessions, not decayed; `began` is the burden of every key when it was first
    known, ms."""

    speed: Mean = field(default_factory=Mean)
    trend: Mean = field(default_factory=Mean)
    initial: Mean = field(default_factory=Mean)
    errors: Mean = field(default_factory=Mean)
    keys: dict[str, KeySums] = field(default_factory=dict)
    pairs: dict[str, Mean] = field(default_factory=dict)
    off: Mean = field(default_factory=Mean)
    timed: int = 0
    first: Mean = field(default_factory=Mean)
    began: dict[str, float] = field(default_factory=dict)

    def add(self, replay: Replay, strikes: Strikes) -> None:
        """Count one session; `strikes` is its layout."""
        if self.first.weight < FIRST_RUNS and replay.duration and len(replay.strokes) >= LEAST_CHARACTERS:
            self.first.add(60_000 * (replay.cursor - 1) / replay.duration, 1, math.inf)
        self.count(tally(replay), strikes)

    def count(self, session: Tally, strikes: Strikes) -> None:
        """Count one session by its sums alone."""
        self._count_tries(session)
        if session.initial.count:
            self.initial.add(math.log(session.initial.mean), session.initial.count, SPEED_HALF_LIFE)
        if session.keys:
            self._count_times(session, strikes)
        self._note_beginnings(session, strikes)

    def _count_tries(self, session: Tally) -> None:
        tried = missed = 0.0
        for character, tries in session.tries.items():
            key = self._key(character)
            key.tries.add(tries.missed / tries.count, tries.count, ERRORS_HALF_LIFE)
            key.hits += int(tries.count)
            if not character.isspace():
                tried += tries.count
                missed += tries.missed
        if tried:
            self.errors.add(missed / tried, tried, ERRORS_HALF_LIFE)

    def _count_times(self, session: Tally, strikes: Strikes) -> None:
        """δ of the keys is what is left of their means without the session's pace, γ what is left without δ too."""
        expected = Expected(self, strikes)
        known = {character: expected.slowness(character) for character in session.keys}
        logs = {character: math.log(times.total / times.count) for character, times in session.keys.items()}
        strokes = sum(times.count for times in session.keys.values())
        level = sum(t.count * (logs[c] - known[c]) for c, t in session.keys.items()) / strokes
        if self.speed.weight:
            self._judge(session, logs, known)
            ahead = level - self.speed.total / self.speed.weight
            self.trend.add(min(STEEPEST, max(-STEEPEST, ahead)), 1, TREND_HALF_LIFE)
        usual = {character: level + slowness for character, slowness in known.items()}
        for pair, times in session.pairs.items():
            left = math.log(times.total / times.count) - usual[pair[1]]
            self._pair(pair).add_near(left, times.count, PAIR_HALF_LIFE)
        for character, times in session.keys.items():
            left = logs[character] - level
            key = self._key(character)
            key.slowness.add_near(left, times.count, key.half_life)
        self.speed.add(level, strokes, SPEED_HALF_LIFE)
        self.timed += int(strokes)

    def _judge(self, session: Tally, logs: Mapping[str, float], known: Mapping[str, float]) -> None:
        """Note how far off the predictions of this session's keys were."""
        mu, off = self.mu, 0.0
        for character, times in session.keys.items():
            sums = self.keys.get(character)
            sd = deviation(sums.slowness.weight if sums else 0.0, times.count)
            off += min(MOST_OFF, abs(logs[character] - mu - known[character]) / sd)
        self.off.add(off / len(session.keys), len(session.keys), OFF_HALF_LIFE)

    def _note_beginnings(self, session: Tally, strikes: Strikes) -> None:
        new = [
            character
            for character in session.keys
            if character not in self.began and self.keys[character].slowness.weight >= KNOWN_TRIES
        ]
        if new:
            expected = Expected(self, strikes)
            for character in new:
                self.began[character] = round(expected.burden(character), DECIMALS)

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

    @property
    def mu(self) -> float:
        """The log interval to expect, her trend continued. Raises ZeroDivisionError before anything was timed."""
        return self.speed.total / self.speed.weight + self.trend.shrunk(0.0, TREND_PRIOR)

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

    @property
    def error_rate(self) -> float:
        """The share of characters missed at first, over all keys, 0 to 1."""
        return self.errors.total / self.errors.weight if self.errors.weight else USUAL_ERRORS

    def mastered(self, strikes: Strikes) -> list[str]:
        """The letters that are typed fast for this learner, and almost never wrong."""
        expected = Expected(self, strikes)
        return [
            character
            for character, sums in self.keys.items()
            if character.isalpha()
            and sums.tries.weight >= MASTERED_TRIES
            and sums.slowness.weight >= KNOWN_TRIES
            and sums.tries.total <= MASTERED_ERRORS * sums.tries.weight
            and math.exp(expected.slowness(character)) <= MASTERED_SLOWNESS
        ]

    def halved(self, strikes: Strikes) -> list[str]:
        """The characters whose burden is at most half of what it was when it was first known."""
        expected = Expected(self, strikes)
        return [character for character, then in self.began.items() if 2 * expected.burden(character) <= then]


NOTHING: Final = Mean()


def deviation(weight: float, count: float) -> float:
    """The SD of a session's log mean of `count` intervals around what `weight` strokes let one expect of it."""
    return math.sqrt(SPREAD**2 / count + SESSION**2 + SPREAD**2 / (weight + KEY_PRIOR))


class Expected:
    """What to expect of a learner's keys in her next session: her statistics, read with a layout's priors."""

    def __init__(self, skill: Skill, strikes: Strikes) -> None:
        self.skill = skill
        self._strikes = strikes
        self._fingers = self._of_fingers()
        self._slowness: dict[str, float] = {}
        self._ms: dict[str, float] = {}

    def _of_fingers(self) -> dict[Strike, float]:
        """By how much each finger is slower than its prior says, with Shift and without.

        By `fsum`, as the order of keys changes in storage.
        """
        found: dict[Strike, tuple[list[float], list[float]]] = {}
        for character, sums in self.skill.keys.items():
            strike, weight = self._strikes.get(character), sums.slowness.weight
            if strike is not None and weight:
                strokes = weight if weight < FINGER_STROKES else FINGER_STROKES
                weights, beyond = found.setdefault(strike, ([], []))
                weights.append(strokes)
                beyond.append(strokes * (sums.slowness.total / weight - strike.prior))
        return {
            strike: math.fsum(beyond) / (math.fsum(weights) + FINGER_PRIOR)
            for strike, (weights, beyond) in found.items()
        }

    def slowness(self, character: str) -> float:
        """δ of a key, drawn towards its finger's."""
        found = self._slowness.get(character)
        if found is None:
            strike, sums = self._strikes.get(character), self.skill.keys.get(character)
            prior = key_prior(character, self._strikes) + (self._fingers.get(strike, 0.0) if strike else 0.0)
            found = sums.slowness.shrunk(prior, KEY_PRIOR) if sums else prior
            self._slowness[character] = found
        return found

    def pair_slowness(self, pair: str) -> float:
        """γ of a pair."""
        return self.skill.pairs.get(pair, NOTHING).shrunk(pair_prior(pair, self._strikes), PAIR_PRIOR)

    def ms(self, character: str) -> float:
        """The mean interval before a key in the next session."""
        found = self._ms.get(character)
        if found is None:
            found = self._ms[character] = math.exp(self.skill.mu + self.slowness(character))
        return found

    def pair_ms(self, pair: str) -> float:
        """The mean interval within a pair in the next session."""
        return self.ms(pair[1]) * math.exp(self.pair_slowness(pair))

    def interval(self, character: str, count: float) -> tuple[float, float]:
        """What holds the mean of `count` strokes of a key in the next session with 80 %, ms."""
        return _around(self.ms(character), self.sd(character, count))

    def pair_interval(self, pair: str, count: float) -> tuple[float, float]:
        """The same of a pair."""
        weight = self.skill.pairs.get(pair, NOTHING).weight
        return _around(self.pair_ms(pair), deviation(weight, count) * _scale(self.skill.off))

    def sd(self, character: str, count: float) -> float:
        """That of the log mean of `count` strokes in the next session: by noise, by how sessions differ, by what is not
        known of the key yet, and by how far earlier predictions were off."""
        sums = self.skill.keys.get(character)
        weight = sums.slowness.weight if sums else 0.0
        return deviation(weight, count) * _scale(self.skill.off)

    def error_rate(self, character: str) -> float:
        """The chance to miss a key, 0 to 1."""
        sums = self.skill.keys.get(character)
        return (sums.tries if sums else NOTHING).shrunk(self.skill.error_rate, ERROR_PRIOR)

    def error_interval(self, character: str) -> tuple[float, float]:
        """What holds that chance with 80 %: quantiles of a gamma distribution by Wilson & Hilferty (1931)."""
        sums = self.skill.keys.get(character)
        tries = (sums.tries.weight if sums else 0.0) + ERROR_PRIOR
        shape = max(self.error_rate(character) * tries, 0.5) / CARE
        low, high = (
            shape * max(0.0, 1 - 1 / (9 * shape) + side / (3 * math.sqrt(shape))) ** 3 * CARE / tries
            for side in (-SIDE, SIDE)
        )
        return low, min(high, 1.0)

    def burden(self, character: str) -> float:
        """What one hit of a key takes, its mistakes included; ms."""
        return self.ms(character) + ERROR_INTERVALS * self.error_rate(character) * math.exp(self.skill.mu)


def _scale(off: Mean) -> float:
    return off.shrunk(USUALLY_OFF, OFF_PRIOR) / USUALLY_OFF


def _around(middle: float, sd: float) -> tuple[float, float]:
    by = math.exp(SIDE * sd)
    return middle / by, middle * by
