"""What a session's own page adds to its result: where it went wrong, what was slow, and the keys to play again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any, Final

from progress.keystrokes import packing
from progress.keystrokes.replay import Replay
from progress.keystrokes.tallies import LONGEST_MS, SHORTEST_MS, timed
from progress.models import KeystrokeLog, TypingSession

LEAST_TIMES: Final = 2
"""A pair typed once may just have been unlucky."""
FEW: Final = 4
MOST_PAIRS: Final = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text: right at once, or one character with what was typed there first instead of it."""

    text: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class SlowPair:
    """Two characters in a row, how often they were typed without a mistake, and the median ms between them."""

    pair: str
    times: int
    ms: float

    @property
    def is_few(self) -> bool:
        """So few that its time may be chance."""
        return self.times < FEW


def passages(replay: Replay) -> list[Passage]:
    """The text as far as it was typed, cut where a character was missed at the first try."""
    first: dict[int, tuple[bool, str]] = {}
    for stroke in replay.strokes:
        first.setdefault(stroke.position, (stroke.right, stroke.typed))
    parts: list[Passage] = []
    places = [
        (unit, *first.get(place, (True, ""))) for place, unit in enumerate(replay.units[: replay.cursor])
    ]
    for right, group in groupby(places, key=lambda place: place[1]):
        if right:
            parts.append(Passage("".join(unit for unit, _, _ in group)))
        else:
            parts += [Passage(unit, typed) for unit, _, typed in group]
    return parts


def slow_pairs(replay: Replay) -> list[SlowPair]:
    """The slowest pairs within words, at most `MOST_PAIRS`, those last whose time may be chance; none where that is so
    of all."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for stroke, before, ms in timed(replay):
        pair = before.expected + stroke.expected
        if SHORTEST_MS <= ms <= LONGEST_MS and not any(character.isspace() for character in pair):
            found[pair].append(ms)
    pairs = [SlowPair(pair, len(ms), median(ms)) for pair, ms in found.items() if len(ms) >= LEAST_TIMES]
    if all(pair.is_few for pair in pairs):
        return []
    return sorted(pairs, key=lambda pair: (pair.is_few, -pair.ms, pair.pair))[:MOST_PAIRS]


def keys_of(session: TypingSession) -> dict[str, Any] | None:
    """Mode, text and events of a session as the log had them; None where the keystrokes are gone."""
    log = KeystrokeLog.objects.filter(session_id=session.pk).first()
    if log is None:
        return None
    mode, events = packing.unpack(session.text.body, bytes(log.packed))
    played: Sequence[list[object]] = [[event.dt, event.text, event.hold] for event in events]
    return {"mode": mode, "text": session.text.body, "events": played}
