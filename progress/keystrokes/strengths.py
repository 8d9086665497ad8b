"""What a learner types better than the rest: as much faster than such a key or pair as a weak one is slower."""

import math
from dataclasses import dataclass

from lessons import frequencies
from progress.keystrokes.costs import WEAK_COST, WEAK_TRIES, are_known, margin
from progress.keystrokes.skill import Expected, Mean, Skill
from progress.keystrokes.strikes import key_prior, pair_prior, strikes


@dataclass(frozen=True, slots=True)
class Strength:
    """A key or a pair that is surely faster than such a one takes the learner; `saves` s per 1,000 characters."""

    item: str
    is_pair: bool
    ms: float
    error_rate: float
    tries: float
    saves: float


def strengths(skill: Skill, layout: str, language: str) -> list[Strength]:
    """The keys and pairs that are surely faster than such ones take this learner, and no oftener missed; those first
    that save the most."""
    if not are_known(skill):
        return []
    struck = strikes(layout)
    expected, usual = Expected(skill, struck), math.exp(skill.mu)
    singles, doubles = frequencies.characters(language), frequencies.pairs(language)
    found = []
    for character, sums in skill.keys.items():
        errors = expected.error_rate(character)
        if not character.isspace() and _is_ahead(sums.slowness, key_prior(character, struck)):
            saves = singles.get(character, frequencies.RARE) * max(0.0, usual - expected.ms(character))
            if errors <= skill.error_rate:
                found.append(Strength(character, False, expected.ms(character), errors, sums.hits, saves))
    for pair, mean in skill.pairs.items():
        errors = expected.error_rate(pair[1])
        if _is_ahead(mean, pair_prior(pair, struck)) and errors <= skill.error_rate:
            saves = doubles.get(pair, 0.0) * max(0.0, expected.ms(pair[1]) - expected.pair_ms(pair))
            found.append(Strength(pair, True, expected.pair_ms(pair), errors, mean.weight, saves))
    return sorted((one for one in found if one.saves >= WEAK_COST), key=lambda one: (-one.saves, one.item))


def _is_ahead(slowness: Mean, prior: float) -> bool:
    """Whether a key or pair is as much faster than others as a weak one is slower."""
    if slowness.weight < WEAK_TRIES:
        return False
    return slowness.total / slowness.weight - min(prior, 0.0) < -margin(slowness)
