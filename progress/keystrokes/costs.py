"""What a learner's keys, pairs of keys and fingers cost her, and which of them are weak: the one notion of a weak key.

W = f·[max(0, e^m − 0.85·L) + 3·p·L] (DESIGN §8) for a character of the share f in the language's text: m the log
interval to expect, p the error rate, L the usual interval.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lessons import frequencies
from progress.keystrokes.skill import ERROR_INTERVALS, KEY_PRIOR, KeySums, Skill
from progress.keystrokes.strikes import Strike, Strikes, key_prior, pair_prior, strikes

PAIR_PRIOR: Final = 20
ERROR_PRIOR: Final = 200
GOAL: Final = 0.85
"""The part of the learner's usual interval from which on a key costs nothing."""
RARE: Final = 0.001
"""The share in running text of a character that ordinary words do not have."""
LEAST_COST: Final = 0.005
"""A cheaper pair would be shown as costing nothing; s per 1,000 characters."""
LEAST_TRIES: Final = 5
"""Fewer tries of a key or a pair tell nothing."""

MODEL_TIMED: Final = 300
"""Timed keystrokes of a learner from which on the costs are believed; the simple rule holds before."""
WEAK_TRIES: Final = 10
"""Fewer tries of a key, or fewer timed ones, make it no weak one."""
WEAK_COST: Final = 0.05
"""What a weak key or pair loses at least, in s per 1,000 characters; less reads as 0.0."""
WEAK_FACTOR: Final = 1.15
"""A weak key takes so many times as long as such a key takes the learner, or is missed so many times as often as usual,
by more than chance explains."""
SPREAD: Final = 0.35
"""The SD of log intervals of one key, as the widest hands have it (bench/plausibility.py)."""
SLOW_BY_CHANCE: Final = 2.0
MISSED_BY_CHANCE: Final = 3.5
"""Standard errors that chance may explain; the second is wider, as rare misses come in clusters."""
SIMPLE_ERROR_RATE: Final = 0.15
SIMPLE_MS: Final = 400
MOST_WEAK: Final = 5
"""Weak keys named at once: more would be no advice."""

_FINGER_ORDER: Final = [
    *(("left", finger) for finger in ("little", "ring", "middle", "index")),
    *(("right", finger) for finger in ("index", "middle", "ring", "little")),
    ("", "thumb"),
]


@dataclass(frozen=True, slots=True)
class KeyCost:
    """`tries` are decayed; `ms` the interval to expect, `error_rate` 0 to 1, `cost` in ms a character of real text,
    which is s per 1,000 characters."""

    character: str
    tries: float
    ms: float
    error_rate: float
    cost: float

    @classmethod
    def of(
        cls,
        character: str,
        sums: KeySums,
        usual: float,
        usual_errors: float,
        frequency: float,
        strikes: Strikes,
    ) -> "KeyCost":
        """W = f·[max(0, e^m − 0.85·L) + 3·p·L] (DESIGN §8)."""
        ms = usual * math.exp(sums.slowness.shrunk(key_prior(character, strikes), KEY_PRIOR))
        errors = sums.tries.shrunk(usual_errors, ERROR_PRIOR)
        cost = frequency * (max(0.0, ms - GOAL * usual) + ERROR_INTERVALS * errors * usual)
        return cls(character, sums.tries.weight, ms, errors, cost)


@dataclass(frozen=True, slots=True)
class PairCost:
    """`tries` are decayed; `ms` the interval to expect between the two; `cost` counts what the pair adds to its key."""

    pair: str
    tries: float
    ms: float
    cost: float


@dataclass(frozen=True, slots=True)
class FingerLoad:
    """`hand` is "" for the thumbs, `finger` one of little, ring, middle, index, thumb; `share` of all hits and
    `error_rate` 0 to 1; `ms` the usual interval before its keys, None where none was timed."""

    hand: str
    finger: str
    share: float
    ms: float | None
    error_rate: float

    @classmethod
    def of(cls, hand: str, finger: str, keys: Sequence[KeySums], hits: int, usual: float) -> "FingerLoad":
        timed = sum(sums.slowness.weight for sums in keys)
        slowness = sum(sums.slowness.total for sums in keys)
        tries = sum(sums.tries.weight for sums in keys)
        missed = sum(sums.tries.total for sums in keys)
        return cls(
            hand=hand,
            finger=finger,
            share=sum(sums.hits for sums in keys) / hits,
            ms=usual * math.exp(slowness / timed) if timed else None,
            error_rate=missed / tries if tries else 0.0,
        )


@dataclass(frozen=True, slots=True)
class WeakKey:
    """A key that holds the learner back; `is_slow` and `is_missed` say how, `cost` what it costs more than such a key
    usually does, in s per 1,000 characters, None where too little is known to tell."""

    character: str
    ms: float
    error_rate: float
    cost: float | None
    is_slow: bool
    is_missed: bool


def weak_keys(skill: Skill, layout: str, language: str) -> list[WeakKey]:
    """At most `MOST_WEAK` characters, tried often enough, that are slower or missed oftener than the others by
    more than chance explains, those first that lose the most by it.

    Where too little is known to tell what a key costs, the simple rule holds: more than 15 % misses, or more than
    400 ms; the most missed first, then the slowest.
    """
    found = _weak_by_cost(skill, layout, language) if are_known(skill) else _weak_by_simple_rule(skill)
    return found[:MOST_WEAK]


def are_known(skill: Skill) -> bool:
    """Whether enough of a learner's keystrokes were timed on the layout for their costs to be believed."""
    return skill.speed.weight >= MODEL_TIMED


def _weak_by_cost(skill: Skill, layout: str, language: str) -> list[WeakKey]:
    usual, usual_errors, expected = math.exp(skill.mu), skill.error_rate, strikes(layout)
    frequency = frequencies.characters(language)
    weak = []
    for key in costly_keys(skill, layout, language):
        sums, prior = skill.keys[key.character], key_prior(key.character, expected)
        is_slow, is_missed = _is_slow(sums, prior), _is_missed(sums, usual_errors)
        slowness = max(0.0, key.ms - usual * math.exp(prior)) if is_slow else 0.0
        misses = max(0.0, key.error_rate - usual_errors) * usual * ERROR_INTERVALS if is_missed else 0.0
        cost = frequency.get(key.character, RARE) * (slowness + misses)
        if cost >= WEAK_COST:
            weak.append(WeakKey(key.character, key.ms, key.error_rate, cost, is_slow, is_missed))
    return sorted(weak, key=lambda key: (-(key.cost or 0), key.character))


def _is_slow(sums: KeySums, prior: float) -> bool:
    """Whether a key takes longer than one of its finger and Shift takes this learner, by more than chance."""
    timed = sums.slowness.weight
    if timed < WEAK_TRIES:
        return False
    margin = math.log(WEAK_FACTOR) + SLOW_BY_CHANCE * SPREAD / math.sqrt(timed)
    return sums.slowness.total / timed - max(prior, 0.0) > margin


def _is_missed(sums: KeySums, usual_errors: float) -> bool:
    """Whether a key is missed oftener than the learner's others, by more than chance."""
    tries = sums.tries.weight
    if tries < WEAK_TRIES:
        return False
    usual = usual_errors * tries
    return sums.tries.total > WEAK_FACTOR * usual + MISSED_BY_CHANCE * math.sqrt(usual) + 1


def _weak_by_simple_rule(skill: Skill) -> list[WeakKey]:
    judged = [
        _simply_judged(character, sums, skill)
        for character, sums in skill.keys.items()
        if sums.hits >= WEAK_TRIES and not character.isspace()
    ]
    weak = [key for key in judged if key.is_slow or key.is_missed]
    return sorted(weak, key=lambda key: (-key.error_rate if key.is_missed else 0, -key.ms, key.character))


def _simply_judged(character: str, sums: KeySums, skill: Skill) -> WeakKey:
    errors = sums.tries.total / sums.tries.weight
    timed = sums.slowness.weight
    ms = math.exp(skill.mu + sums.slowness.total / timed) if timed else 0.0
    return WeakKey(character, ms, errors, None, is_slow=ms > SIMPLE_MS, is_missed=errors > SIMPLE_ERROR_RATE)


def costly_keys(skill: Skill, layout: str, language: str) -> list[KeyCost]:
    """The characters tried often enough to tell, the costliest first."""
    letters = frequencies.characters(language)
    costs = keys_by_cost(skill, lambda character: letters.get(character, RARE), strikes(layout))
    return [cost for cost in costs if cost.tries >= LEAST_TRIES]


def costly_pairs(skill: Skill, layout: str, language: str) -> list[PairCost]:
    """The pairs that cost something and were tried often enough to tell, the costliest first."""
    pairs = frequencies.pairs(language)
    costs = pairs_by_cost(skill, lambda pair: pairs.get(pair, 0.0), strikes(layout))
    return [cost for cost in costs if cost.cost >= LEAST_COST and cost.tries >= LEAST_TRIES]


def keys_by_cost(skill: Skill, frequency: Callable[[str], float], strikes: Strikes) -> list[KeyCost]:
    """Every character typed, the costliest first; `frequency` is a character's share of the language's text."""
    usual = skill.usual_ms
    if usual is None:
        return []
    usual_errors = skill.error_rate
    found = [
        KeyCost.of(character, sums, usual, usual_errors, frequency(character), strikes)
        for character, sums in skill.keys.items()
        if not character.isspace()
    ]
    return sorted(found, key=lambda cost: (-cost.cost, cost.character))


def finger_loads(skill: Skill, strikes: Strikes) -> list[FingerLoad]:
    """Every finger of the layout, from the left little one to the right little one, the thumbs last; the hits of
    characters the layout does not have are left out. Empty before anything was timed."""
    usual = skill.usual_ms
    found: dict[tuple[str, str], list[KeySums]] = {}
    for character, strike in strikes.items():
        place = found.setdefault(_finger(strike), [])
        if character in skill.keys:
            place.append(skill.keys[character])
    hits = sum(sums.hits for keys in found.values() for sums in keys)
    if usual is None or not hits:
        return []
    return [
        FingerLoad.of(*finger, found[finger], hits, usual)
        for finger in sorted(found, key=_FINGER_ORDER.index)
    ]


def pairs_by_cost(skill: Skill, frequency: Callable[[str], float], strikes: Strikes) -> list[PairCost]:
    """Every pair typed, the costliest first; `frequency` is a pair's share of the language's pairs."""
    usual = skill.usual_ms
    if usual is None:
        return []
    found = []
    for pair, residual in skill.pairs.items():
        key = skill.keys[pair[-1]] if pair[-1] in skill.keys else KeySums()
        slowness = key.slowness.shrunk(key_prior(pair[-1], strikes), KEY_PRIOR)
        extra = residual.shrunk(pair_prior(pair, strikes), PAIR_PRIOR)
        alone = usual * math.exp(slowness)
        ms = alone * math.exp(extra)
        cost = frequency(pair) * max(0.0, ms - max(alone, GOAL * usual))
        found.append(PairCost(pair, residual.weight, ms, cost))
    return sorted(found, key=lambda cost: (-cost.cost, cost.pair))


def _finger(strike: Strike) -> tuple[str, str]:
    if strike.finger == "thumb":
        return "", "thumb"
    return strike.hand, strike.finger.rpartition("-")[2]


@dataclass(frozen=True, slots=True)
class Weakness:
    item: str
    is_pair: bool
    ms: float
    error_rate: float
    cost: float | None
    tries: float
    is_slow: bool
    is_missed: bool


def predicted_gain(weakness: Weakness, strikes: int) -> float:
    tries = weakness.tries
    return (weakness.cost or 0.0) * (1 - ((tries + strikes + 100) / (tries + 100)) ** -0.20)
