"""What a learner's keys and pairs of keys cost her, and which of them are weak: the one notion of both.

A cost is what a key or a pair loses against such keys or pairs of the same learner, W = f·[max(0, ms − such) +
3·max(0, p − usual)·L], in ms a character of real text, which is s per 1,000 characters: f the share of the item in the
language's text, ms the interval to expect, `such` what one of its finger and Shift takes her (a pair: of its hands and
fingers), p the error rate to expect (of keys only), L her usual interval.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

from lessons import frequencies
from progress.keystrokes.scoring import MOST_STARS
from progress.keystrokes.skill import ERROR_INTERVALS, SPREAD, Expected, Mean, Skill
from progress.keystrokes.strikes import key_prior, pair_prior, strikes

LEAST_TRIES: Final = 5
"""Fewer tries of a key tell nothing."""
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
LEARNING: Final = 0.20
STROKES_BEFORE: Final = 100
"""Practice makes a cost fall as the power −0.20 of the strokes so far and 100 (the power law of practice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """A key or a pair of keys, and how it holds the learner back: `is_slow` and `is_missed` by more than chance.

    `ms` is the interval to expect, `low_ms` to `high_ms` holds the mean of ten strokes in the next session with 80 %;
    `error_rate`, 0 to 1, is the share missed of the latest first tries, of a pair those of its second key, within the
    range to expect in the next session. They are measured by `usual_ms`, what such a key or pair takes her (where too
    little is known to tell, her median key), and by `usual_error_rate`, that of all her keys. `tries` are all of a key,
    of a pair the latest that were timed. `cost` is what it costs more than such a one, in s per 1,000 characters of
    ordinary text, and `cost_of_misses` its part that is due to misses; both None where too little is known to tell.
    """

    item: str
    is_pair: bool
    ms: float
    low_ms: float
    high_ms: float
    usual_ms: float
    error_rate: float
    low_error_rate: float
    high_error_rate: float
    usual_error_rate: float
    cost: float | None
    cost_of_misses: float | None
    tries: float
    is_slow: bool
    is_missed: bool


def weaknesses(
    skill: Skill, layout: str, language: str, *, stars: int | None = None, target_cpm: float | None = None
) -> list[Weakness]:
    """The keys and pairs that are slower or missed oftener than the others by more than chance explains, those first
    that lose the most by it. None after a session with all `stars`.

    Where too little is known to tell what a key costs, the simple rule holds: more than 15 % misses, or more than
    400 ms and 1.3 times the median key, and slower than `target_cpm` asks for; the most missed first, then the slowest.
    """
    if (stars is not None and stars >= MOST_STARS) or not skill.timed:
        return []
    keys = _Keys(skill, layout, language)
    if not are_known(skill):
        return _by_simple_rule(keys, target_cpm)
    slow = [one for one in keys.typed if keys.is_slow(one) or keys.is_missed(one)]
    weak = (one for one in (*slow, *filter(keys.is_slow, skill.pairs)) if keys.cost(one) >= WEAK_COST)
    return _costliest_first(map(keys.judged, weak))


def known_keys(skill: Skill, layout: str, language: str) -> list[Weakness]:
    """The characters tried often enough to tell, weak or not, the costliest first."""
    if not skill.timed:
        return []
    keys = _Keys(skill, layout, language)
    return _costliest_first(
        keys.judged(one) for one in keys.typed if skill.keys[one].tries.weight >= LEAST_TRIES
    )


def known_pairs(skill: Skill, layout: str, language: str, *, most: int) -> list[Weakness]:
    """The costliest of the pairs typed as often as a weak one, weak or not; none where too little is known to tell."""
    if not are_known(skill):
        return []
    keys = _Keys(skill, layout, language)
    costs = {pair: keys.cost(pair) for pair, mean in skill.pairs.items() if mean.weight >= WEAK_TRIES}
    found = sorted(
        (pair for pair in costs if costs[pair] >= WEAK_COST), key=lambda pair: (-costs[pair], pair)
    )
    return [keys.judged(pair) for pair in found[:most]]


def weakness_of(skill: Skill, layout: str, language: str, item: str) -> Weakness | None:
    """A key or a pair with what it costs, weak or not; None where it was never typed."""
    keys = _Keys(skill, layout, language)
    return keys.judged(item) if skill.timed and (item in keys.typed or item in skill.pairs) else None


def cost_of(skill: Skill, layout: str, language: str, item: str) -> float:
    """What a key or a pair costs, weak or not, in s per 1,000 characters.

    Of a weak one it is its `Weakness.cost`, so that before and after compare.
    """
    return _Keys(skill, layout, language).cost(item) if skill.timed else 0.0


def are_known(skill: Skill) -> bool:
    """Whether enough of a learner's keystrokes were timed on the layout for their costs to be believed."""
    return skill.timed >= MODEL_TIMED


def predicted_gain(weakness: Weakness, strokes: float) -> float:
    """What practice of so many strokes should take off a weakness, in s per 1,000 characters; 0 where its cost is not
    known."""
    before = weakness.tries + STROKES_BEFORE
    return (weakness.cost or 0.0) * (1 - ((before + strokes) / before) ** -LEARNING)


def usual_interval(skill: Skill, layout: str, language: str) -> float | None:
    """The interval to expect before a character of ordinary text, ms, over the characters typed; None before anything
    was timed."""
    if skill.usual_ms is None:
        return None
    expected, shares = Expected(skill, strikes(layout)), frequencies.characters(language)
    known = {one: shares.get(one, frequencies.RARE) for one in skill.keys if not one.isspace()}
    total = sum(known.values())
    return sum(share * expected.ms(one) for one, share in known.items()) / total if total else skill.usual_ms


class _Keys:
    """A learner's keys and pairs on a layout, to be judged; something must have been timed."""

    def __init__(self, skill: Skill, layout: str, language: str) -> None:
        self.skill = skill
        self.typed = [character for character in skill.keys if not character.isspace()]
        self._strikes = strikes(layout)
        self._expected = Expected(skill, self._strikes)
        self._characters = frequencies.characters(language)
        self._pairs = frequencies.pairs(language)

    def ms(self, item: str) -> float:
        pair = item in self.skill.pairs
        return self._expected.pair_ms(item) if pair else self._expected.ms(item)

    def usual_ms(self, item: str) -> float:
        """What such a key or pair takes her."""
        if item in self.skill.pairs:
            return self._expected.ms(item[1]) * math.exp(max(pair_prior(item, self._strikes), 0.0))
        return math.exp(self.skill.mu + key_prior(item, self._strikes))

    def cost(self, item: str) -> float:
        share = self._share(item)
        if not share:
            return 0.0
        return share * max(0.0, self.ms(item) - self.usual_ms(item)) + self.cost_of_misses(item)

    def cost_of_misses(self, item: str) -> float:
        """Of a pair none: a miss is its key's."""
        if item in self.skill.pairs:
            return 0.0
        beyond = max(0.0, self._expected.error_rate(item) - self.skill.error_rate)
        return self._share(item) * beyond * ERROR_INTERVALS * math.exp(self.skill.mu)

    def _share(self, item: str) -> float:
        if item in self.skill.pairs:
            return self._pairs.get(item, 0.0)
        return self._characters.get(item, frequencies.RARE)

    def is_slow(self, item: str) -> bool:
        """Whether a key takes longer than one of its finger and Shift takes this learner, a pair longer than one of its
        hands and fingers, by more than chance."""
        pair = self.skill.pairs.get(item)
        slowness = pair or self.skill.keys[item].slowness
        if slowness.weight < WEAK_TRIES:
            return False
        prior = pair_prior(item, self._strikes) if pair else key_prior(item, self._strikes)
        return slowness.total / slowness.weight - max(prior, 0.0) > margin(slowness)

    def is_missed(self, character: str) -> bool:
        """Whether a key is missed oftener than the learner's others, by more than chance."""
        tries = self.skill.keys[character].tries
        if tries.weight < WEAK_TRIES:
            return False
        usual = self.skill.error_rate * tries.weight
        return tries.total > WEAK_FACTOR * usual + MISSED_BY_CHANCE * math.sqrt(usual) + 1

    def judged(self, item: str) -> Weakness:
        pair, known = item in self.skill.pairs, are_known(self.skill)
        return self.described(
            item,
            usual_ms=self.usual_ms(item),
            is_slow=known and self.is_slow(item),
            is_missed=known and not pair and self.is_missed(item),
        )

    def described(self, item: str, *, usual_ms: float, is_slow: bool, is_missed: bool) -> Weakness:
        pair, known, expected = item in self.skill.pairs, are_known(self.skill), self._expected
        low, high = (expected.pair_interval if pair else expected.interval)(item, SHOWN_STROKES)
        low_errors, errors, high_errors = self._errors(item[1] if pair else item)
        return Weakness(
            item=item,
            is_pair=pair,
            ms=self.ms(item),
            low_ms=low,
            high_ms=high,
            usual_ms=usual_ms,
            error_rate=errors,
            low_error_rate=low_errors,
            high_error_rate=high_errors,
            usual_error_rate=self.skill.error_rate,
            cost=self.cost(item) if known else None,
            cost_of_misses=self.cost_of_misses(item) if known else None,
            tries=self.skill.pairs[item].weight if pair else self.skill.keys[item].hits,
            is_slow=is_slow,
            is_missed=is_missed,
        )

    def _errors(self, character: str) -> tuple[float, float, float]:
        """The share missed of the latest first tries, between the ends of what to expect."""
        low, high = self._expected.error_interval(character)
        tries = self.skill.keys[character].tries
        seen = tries.total / tries.weight if tries.weight else self._expected.error_rate(character)
        return min(low, seen), seen, max(high, seen)


def margin(slowness: Mean) -> float:
    """How much slower than such a one a weak key is at least, as a logarithm."""
    return math.log(WEAK_FACTOR) + SLOW_BY_CHANCE * SPREAD / math.sqrt(slowness.weight)


def _costliest_first(found: Iterable[Weakness]) -> list[Weakness]:
    """Those whose cost isn't known, the slowest first."""
    return sorted(found, key=lambda one: (-(one.cost or 0.0), -one.ms if one.cost is None else 0.0, one.item))


def _by_simple_rule(keys: _Keys, target_cpm: float | None) -> list[Weakness]:
    sums = keys.skill.keys
    known = {one: keys.ms(one) for one in keys.typed if sums[one].slowness.weight >= LEAST_TRIES}
    usual = median(known.values()) if known else math.exp(keys.skill.mu)
    slow = max(SIMPLE_MS, SIMPLE_FACTOR * usual, 60_000 / target_cpm if target_cpm else 0.0)
    found = []
    for character in keys.typed:
        if sums[character].hits < WEAK_TRIES:
            continue
        is_slow = known.get(character, 0.0) > slow
        tries = sums[character].tries
        is_missed = tries.total >= SIMPLE_MISSES and tries.total > SIMPLE_ERROR_RATE * tries.weight
        if is_slow or is_missed:
            found.append(keys.described(character, usual_ms=usual, is_slow=is_slow, is_missed=is_missed))
    return sorted(found, key=lambda one: (-one.error_rate if one.is_missed else 0, -one.ms, one.item))
