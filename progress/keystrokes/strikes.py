"""How a layout types each character, and what that alone lets one expect of its speed."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from lessons import keyboards

_FINGERS: Final = {"little": 0.12, "ring": 0.06, "middle": 0.0}
_SHIFTED: Final = 0.35
_PAIRS: Final = {"repeat": -0.05, "finger": 0.25, "hand": 0.0, "hands": -0.1}


class Strike(NamedTuple):
    """The hand and finger of a character, and whether Shift is held."""

    hand: str
    finger: str
    shift: bool

    @property
    def prior(self) -> float:
        """By how much it takes longer than usual, before anything is known of it; difference of logarithms."""
        return _FINGERS.get(self.finger, 0.0) + _SHIFTED * self.shift


Strikes = Mapping[str, Strike]


@cache
def strikes(layout: str) -> Strikes:
    """How a layout types each of its characters. Raises keyboards.UnknownLayout."""
    found: dict[str, Strike] = {}
    for row in keyboards.layout(layout).rows:
        for key in row:
            for character, shifted in ((key.base, False), (key.shift, True)):
                if character:
                    found.setdefault(character, Strike(key.hand, key.finger, shifted))
    return MappingProxyType(found)


def key_prior(character: str, strikes: Strikes) -> float:
    """The prior of a character, 0 where the layout does not have it."""
    strike = strikes.get(character)
    return strike.prior if strike else 0.0


def pair_prior(pair: str, strikes: Strikes) -> float:
    """By how much a pair takes longer than its second key alone, likewise."""
    one, other = strikes.get(pair[0]), strikes.get(pair[-1])
    if pair[0] == pair[-1]:
        return _PAIRS["repeat"]
    if one is None or other is None:
        return 0.0
    if one.hand != other.hand:
        return _PAIRS["hands"]
    return _PAIRS["finger" if one.finger == other.finger else "hand"]
