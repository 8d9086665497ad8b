"""How a learner's statistics are stored: `Skill` as JSON and back."""

import math
from collections.abc import Mapping
from typing import Any

from progress.keystrokes.skill import (
    ERRORS_HALF_LIFE,
    FIRST_RUNS,
    PAIR_HALF_LIFE,
    SPEED_HALF_LIFE,
    SPREAD,
    KeySums,
    Mean,
    Skill,
)


def to_state(skill: Skill) -> dict[str, Any]:
    """Skill as JSON."""
    return {
        "v": 2,
        "speed": _pack(skill.speed),
        "trend": _pack(skill.trend),
        "initial": _pack(skill.initial),
        "errors": _pack(skill.errors),
        "keys": {
            character: [*_pack(sums.tries), *_pack(sums.slowness), sums.hits]
            for character, sums in skill.keys.items()
        },
        "pairs": {pair: _pack(residual) for pair, residual in skill.pairs.items()},
        "off": _pack(skill.off),
        "timed": skill.timed,
        "first": _pack(skill.first),
        "began": skill.began,
    }


def from_state(state: Mapping[str, Any]) -> Skill:
    """Skill from what `to_state` made; a new one from nothing."""
    if not state:
        return Skill()
    skill = Skill(
        speed=Mean(*state["speed"]),
        trend=Mean(*state.get("trend", ())),
        initial=Mean(*state["initial"]),
        errors=Mean(*state.get("errors", ())),
        keys={
            character: KeySums(Mean(*sums[:2]), Mean(*sums[2:4]), *sums[4:])
            for character, sums in state["keys"].items()
        },
        pairs={pair: Mean(*sums) for pair, sums in state["pairs"].items()},
        off=Mean(*state.get("off", ())),
        timed=state.get("timed", 0),
        first=Mean(*state["first"]) if "first" in state else Mean(FIRST_RUNS),
        began=dict(state.get("began", {})),
    )
    return skill if state["v"] > 1 else _from_version_1(skill)


def _from_version_1(skill: Skill) -> Skill:
    """Version 1 had means of logs, which are lower than logs of means, faded more slowly, and did not count errors and
    timed strokes of all keys together."""
    skill.timed = int(skill.speed.weight)
    skill.speed.total += skill.speed.weight * SPREAD**2 / 2
    skill.speed = skill.speed.capped(SPEED_HALF_LIFE / math.log(2))
    skill.initial = skill.initial.capped(SPEED_HALF_LIFE / math.log(2))
    keys = [sums for character, sums in skill.keys.items() if not character.isspace()]
    skill.errors = Mean(
        math.fsum(sums.tries.weight for sums in keys), math.fsum(sums.tries.total for sums in keys)
    ).capped(ERRORS_HALF_LIFE / math.log(2))
    for sums in skill.keys.values():
        sums.slowness = sums.slowness.capped(sums.half_life / math.log(2))
    skill.pairs = {p: sums.capped(PAIR_HALF_LIFE / math.log(2)) for p, sums in skill.pairs.items()}
    return skill


def _pack(mean: Mean) -> list[float]:
    return [mean.weight, mean.total]
