"""What a learner's keys and pairs of keys cost her, and which of them are weak: the one notion of a weakness.

W = f·[max(0, ms − 0.85·L) + 3·p·L] (DESIGN §8) for a character of the share f in the language's text: ms the interval
to expect, p the error rate, L the usual interval.
"""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from lessons import frequencies
from progress.keystrokes.skill import ERROR_INTERVALS, SPREAD, Expected, Mean, Skill
from progress.keystrokes.strikes import Strikes, key_prior, pair_prior, strikes

GOAL: Final = 0.85
"""The part of the learner's usual interval from which on a key costs nothing."""
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
by more than chance explains; a strong one is as much better."""
SLOW_BY_CHANCE: Final = 2.5
MISSED_BY_CHANCE: Final = 3.5
"""Standard errors that chance may explain; the second is wider, as rare misses come in clusters."""
SIMPLE_ERROR_RATE: Final = 0.15
SIMPLE_MISSES: Final = 2.5
"""Fewer misses are an accident, whatever part they are of the tries; three that have faded a little are none."""
SIMPLE_MS: Final = 400
SIMPLE_FACTOR: Final = 1.3
"""Slow by the simple rule is over 400 ms and so many times the learner's median key."""
SHOWN_STROKES: Final = 10
"""The intervals shown are for the mean of so many strokes in her next session."""
MOST_WEAK: Final = 5
"""Weak keys named at once: more would be no advice."""
NO_BLAME: Final = 5
"""With so many stars nobody is told what holds her back."""
LEARNING: Final = 0.20
STROKES_BEFORE: Final = 100
"""Practice makes a cost fall as the power −0.20 of the strokes so far and 100 (the power law of practice)."""


@dataclass(frozen=True, slots=True)
class KeyCost:
    """`tries` are decayed; `ms` the interval to expect, `error_rate` 0 to 1, `cost` in ms a character of real text,
    which is s per 1,000 characters."""

    character: str
    tries: float
    ms: float
    error_rate: float
    cost: float


@dataclass(frozen=True, slots=True)
class PairCost:
    """`tries` are decayed; `ms` the interval to expect between the two; `cost` counts what the pair adds to its key."""

    pair: str
    tries: float
    ms: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """A key or a pair of keys that holds the learner back; `is_slow` and `is_missed` say how, if by more than chance.

    `ms` is the interval to expect, `low_ms` to `high_ms` holds the mean of ten strokes in the next session with 80 %;
    `error_rate`, 0 to 1, is the share missed of the latest first tries, of a pair those of its second key, within the
    range to expect in the next session. `tries` are all of a key, of a pair the
    latest that were timed. `cost` is what it costs more than such a key usually does, in s per 1,000 characters of
    ordinary text, None where too little is known to tell.
    """

    item: str
    is_pair: bool
    ms: float
    low_ms: float
    high_ms: float
    error_rate: float
    low_error_rate: float
    high_error_rate: float
    cost: float | None
    tries: float
    is_slow: bool
    is_missed: bool


def weaknesses(
    skill: Skill, layout: str, language: str, *, stars: int | None = None, target_cpm: float | None = None
) -> list[Weakness]:
    """The keys and pairs that are slower or missed oftener than the others by more than chance explains, those first
    that lose the most by it. None after a session of five `stars`.

    Where too little is known to tell what a key costs, the simple rule holds: more than 15 % misses, or more than
    400 ms and 1.3 times the median key, and slower than `target_cpm` asks for; the most missed first, then the slowest.
    """
    if stars is not None and stars >= NO_BLAME:
        return []
    if not are_known(skill):
        return _by_simple_rule(skill, Expected(skill, strikes(layout)), target_cpm)
    found = [one for one in _judged(skill, layout, language) if (one.cost or 0) >= WEAK_COST]
    return sorted(found, key=_by_cost)


def dearest(skill: Skill, layout: str, language: str, among: Collection[str]) -> list[Weakness]:
    """Which of some keys and pairs lose the most, weak or not, the dearest first; of those tried often enough to tell.

    Where too little is known to tell what a key costs, the slowest, slower than the median key.
    """
    if are_known(skill):
        found = [one for one in _judged(skill, layout, language, among) if (one.cost or 0) >= LEAST_COST]
        return sorted(found, key=_by_cost)
    expected = Expected(skill, strikes(layout))
    known = {
        one: expected.ms(one)
        for one in skill.keys
        if not one.isspace() and _is_tried(skill.keys[one].slowness)
    }
    slow = [one for one in known if one in among and known[one] > median(known.values())]
    return [
        _key(expected, one, None, is_slow=False, is_missed=False)
        for one in sorted(slow, key=lambda one: (-known[one], one))
    ]


def _by_cost(one: Weakness) -> tuple[float, str]:
    return -(one.cost or 0), one.item


def _is_tried(slowness: Mean) -> bool:
    return slowness.weight >= LEAST_TRIES


def weakness_of(skill: Skill, layout: str, language: str, item: str) -> Weakness | None:
    """A key or a pair with what it costs, weak or not; None where it was never typed."""
    struck = strikes(layout)
    expected = Expected(skill, struck)
    if item in skill.pairs:
        return _pair(expected, item, _excess(expected, struck, language, item), is_slow=False)
    if item in skill.keys and not item.isspace():
        cost = _excess(expected, struck, language, item)
        return _key(expected, item, cost, is_slow=False, is_missed=False)
    return None


def are_known(skill: Skill) -> bool:
    """Whether enough of a learner's keystrokes were timed on the layout for their costs to be believed."""
    return skill.timed >= MODEL_TIMED


def predicted_gain(weakness: Weakness, strokes: float) -> float:
    """What practice of so many strokes should take off a weakness, in s per 1,000 characters; 0 where its cost is not
    known."""
    before = weakness.tries + STROKES_BEFORE
    return (weakness.cost or 0.0) * (1 - ((before + strokes) / before) ** -LEARNING)


def _judged(skill: Skill, layout: str, language: str, among: Collection[str] = ()) -> Iterator[Weakness]:
    """Every key and pair that is slow or missed, or is `among` some, with what it costs more than such a one does."""
    struck = strikes(layout)
    expected, usual_errors = Expected(skill, struck), skill.error_rate
    for character, sums in skill.keys.items():
        if character.isspace():
            continue
        prior = key_prior(character, struck)
        is_slow, is_missed = _is_beyond(sums.slowness, prior), _is_missed(sums.tries, usual_errors)
        if is_slow or is_missed or (character in among and _is_tried(sums.tries)):
            cost = _excess(expected, struck, language, character)
            yield _key(expected, character, cost, is_slow=is_slow, is_missed=is_missed)
    for pair, slowness in skill.pairs.items():
        is_slow = slowness.weight >= WEAK_TRIES and _is_beyond(slowness, pair_prior(pair, struck))
        if is_slow or (pair in among and _is_tried(slowness)):
            yield _pair(expected, pair, _excess(expected, struck, language, pair), is_slow=is_slow)


def _key(
    expected: Expected, character: str, cost: float | None, *, is_slow: bool, is_missed: bool
) -> Weakness:
    low, high = expected.interval(character, SHOWN_STROKES)
    low_errors, errors, high_errors = _errors(expected, character)
    return Weakness(
        item=character,
        is_pair=False,
        ms=expected.ms(character),
        low_ms=low,
        high_ms=high,
        error_rate=errors,
        low_error_rate=low_errors,
        high_error_rate=high_errors,
        cost=cost,
        tries=expected.skill.keys[character].hits,
        is_slow=is_slow,
        is_missed=is_missed,
    )


def _pair(expected: Expected, pair: str, cost: float, *, is_slow: bool) -> Weakness:
    low, high = expected.pair_interval(pair, SHOWN_STROKES)
    low_errors, errors, high_errors = _errors(expected, pair[1])
    return Weakness(
        item=pair,
        is_pair=True,
        ms=expected.pair_ms(pair),
        low_ms=low,
        high_ms=high,
        error_rate=errors,
        low_error_rate=low_errors,
        high_error_rate=high_errors,
        cost=cost,
        tries=expected.skill.pairs[pair].weight,
        is_slow=is_slow,
        is_missed=False,
    )


def _errors(expected: Expected, character: str) -> tuple[float, float, float]:
    """The share missed of the latest first tries, between the ends of what to expect."""
    low, high = expected.error_interval(character)
    tries = expected.skill.keys[character].tries
    seen = tries.total / tries.weight if tries.weight else expected.error_rate(character)
    return min(low, seen), seen, max(high, seen)


def _is_beyond(slowness: Mean, prior: float) -> bool:
    """Whether a key takes longer than one of its finger and Shift takes this learner, a pair longer than one of its
    hands and fingers, by more than chance."""
    if slowness.weight < WEAK_TRIES:
        return False
    return slowness.total / slowness.weight - max(prior, 0.0) > margin(slowness)


def margin(slowness: Mean) -> float:
    """How much slower than such a one a weak key is at least, as a logarithm."""
    return math.log(WEAK_FACTOR) + SLOW_BY_CHANCE * SPREAD / math.sqrt(slowness.weight)


def _is_missed(tries: Mean, usual_errors: float) -> bool:
    """Whether a key is missed oftener than the learner's others, by more than chance."""
    if tries.weight < WEAK_TRIES:
        return False
    usual = usual_errors * tries.weight
    return tries.total > WEAK_FACTOR * usual + MISSED_BY_CHANCE * math.sqrt(usual) + 1


def _by_simple_rule(skill: Skill, expected: Expected, target_cpm: float | None) -> list[Weakness]:
    known = {
        character: expected.ms(character)
        for character, sums in skill.keys.items()
        if _is_tried(sums.slowness) and not character.isspace()
    }
    slow = max(SIMPLE_MS, SIMPLE_FACTOR * median(known.values())) if known else math.inf
    if target_cpm:
        slow = max(slow, 60_000 / target_cpm)
    found = []
    for character, sums in skill.keys.items():
        if sums.hits < WEAK_TRIES or character.isspace():
            continue
        is_slow = known.get(character, 0.0) > slow
        is_missed = (
            sums.tries.total >= SIMPLE_MISSES and sums.tries.total > SIMPLE_ERROR_RATE * sums.tries.weight
        )
        if is_slow or is_missed:
            found.append(_key(expected, character, None, is_slow=is_slow, is_missed=is_missed))
    return sorted(found, key=lambda one: (-one.error_rate if one.is_missed else 0, -one.ms, one.item))


def costly_keys(skill: Skill, layout: str, language: str) -> list[KeyCost]:
    """The characters tried often enough to tell, the costliest first."""
    letters = frequencies.characters(language)
    costs = keys_by_cost(skill, lambda character: letters.get(character, frequencies.RARE), strikes(layout))
    return [cost for cost in costs if cost.tries >= LEAST_TRIES]


def costly_pairs(skill: Skill, layout: str, language: str) -> list[PairCost]:
    """The pairs that cost something and were tried often enough to tell, the costliest first."""
    pairs = frequencies.pairs(language)
    return pairs_by_cost(
        skill,
        lambda pair: pairs.get(pair, 0.0),
        strikes(layout),
        least_tries=LEAST_TRIES,
        least_cost=LEAST_COST,
    )


def keys_by_cost(skill: Skill, frequency: Callable[[str], float], strikes: Strikes) -> list[KeyCost]:
    """Every character typed, the costliest first; `frequency` is a character's share of the language's text."""
    usual = skill.usual_ms
    if usual is None:
        return []
    expected, found = Expected(skill, strikes), []
    for character, sums in skill.keys.items():
        if not character.isspace():
            ms, errors = expected.ms(character), expected.error_rate(character)
            cost = frequency(character) * key_loss(ms, errors, usual)
            found.append(KeyCost(character, sums.tries.weight, ms, errors, cost))
    return sorted(found, key=lambda cost: (-cost.cost, cost.character))


def key_loss(ms: float, error_rate: float, usual: float) -> float:
    """What one stroke of a key loses, ms, where `usual` is the learner's usual interval."""
    return max(0.0, ms - GOAL * usual) + ERROR_INTERVALS * error_rate * usual


def pairs_by_cost(
    skill: Skill,
    frequency: Callable[[str], float],
    strikes: Strikes,
    *,
    least_tries: float = 0.0,
    least_cost: float = 0.0,
) -> list[PairCost]:
    """Every pair typed as often and costing as much as that, the costliest first; `frequency` is a pair's share of the
    language's text."""
    usual = skill.usual_ms
    if usual is None:
        return []
    expected, found = Expected(skill, strikes), []
    for pair, residual in skill.pairs.items():
        share = frequency(pair)
        if residual.weight < least_tries or (least_cost and not share):
            continue
        ms = expected.pair_ms(pair)
        cost = share * max(0.0, ms - max(expected.ms(pair[1]), GOAL * usual))
        if cost >= least_cost:
            found.append(PairCost(pair, residual.weight, ms, cost))
    return sorted(found, key=lambda cost: (-cost.cost, cost.pair))


def cost_of(skill: Skill, layout: str, language: str, item: str) -> float:
    """What a key or a pair costs more than such a one does, weak or not, in s per 1,000 characters.

    Of a weak one it is its `Weakness.cost`, so that before and after compare.
    """
    struck = strikes(layout)
    return _excess(Expected(skill, struck), struck, language, item)


def usual_interval(skill: Skill, layout: str, language: str) -> float | None:
    """The interval to expect before a character of ordinary text, ms, over the characters typed; None before anything
    was timed."""
    if skill.usual_ms is None:
        return None
    expected, shares = Expected(skill, strikes(layout)), frequencies.characters(language)
    known = {one: shares.get(one, frequencies.RARE) for one in skill.keys if not one.isspace()}
    total = sum(known.values())
    return sum(share * expected.ms(one) for one, share in known.items()) / total if total else skill.usual_ms


def _excess(expected: Expected, struck: Strikes, language: str, item: str) -> float:
    usual = math.exp(expected.skill.mu)
    if len(item) == 2:
        such = expected.ms(item[1]) * math.exp(max(pair_prior(item, struck), 0.0))
        return frequencies.pairs(language).get(item, 0.0) * max(0.0, expected.pair_ms(item) - such)
    slowness = max(0.0, expected.ms(item) - usual * math.exp(key_prior(item, struck)))
    misses = max(0.0, expected.error_rate(item) - expected.skill.error_rate) * usual * ERROR_INTERVALS
    return frequencies.characters(language).get(item, frequencies.RARE) * (slowness + misses)
