"""How a learner's work is shared among her fingers, and how each does it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from progress.keystrokes.skill import KeySums, Skill
from progress.keystrokes.strikes import Strike, Strikes

_FINGER_ORDER: Final = [
    *(("left", finger) for finger in ("little", "ring", "middle", "index")),
    *(("right", finger) for finger in ("index", "middle", "ring", "little")),
    ("", "thumb"),
]


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


def _finger(strike: Strike) -> tuple[str, str]:
    if strike.finger == "thumb":
        return "", "thumb"
    return strike.hand, strike.finger.rpartition("-")[2]
