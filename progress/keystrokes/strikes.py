from functools import cache
from types import MappingProxyType

from lessons import keyboards
from progress.keystrokes.skill import Strike, Strikes


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
