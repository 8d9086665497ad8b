"""What one session says of every key and pair of keys: how often it was tried and missed, and how long it took."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from progress.keystrokes.replay import Replay, Stroke

SHORTEST_MS: Final = 30
LONGEST_MS: Final = 2000
LONGEST_MEDIANS: Final = 5


@dataclass(slots=True)
class Times:
    """Intervals: how many, and their sum in ms."""

    count: float = 0
    total: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass(slots=True)
class Tries:
    """First tries of a character, and how many of them were missed."""

    count: float = 0
    missed: float = 0


@dataclass(slots=True)
class Tally:
    """One session. `tries` are by character, in the order of first tries; `keys` the intervals before each character
    within a word, `pairs` the same by both characters, `initial` those before the first characters of words."""

    tries: dict[str, Tries] = field(default_factory=dict)
    keys: dict[str, Times] = field(default_factory=dict)
    pairs: dict[str, Times] = field(default_factory=dict)
    initial: Times = field(default_factory=Times)


def tally(replay: Replay) -> Tally:
    """Count one session. Left out of the intervals are the first key, what follows a mistake or a correction, what came
    with the same key, and what is shorter than 30 ms or longer than 2 s or five medians."""
    found = Tally()
    intervals: list[tuple[str, str, int]] = []
    tried, last, last_right, last_event, last_position = -1, "", False, -2, -2
    for expected, _, right, _, latency, _, position, event in replay.strokes:
        if position > tried:
            tried = position
            key = found.tries.get(expected)
            if key is None:
                key = found.tries[expected] = Tries()
            key.count += 1
            if not right:
                key.missed += 1
        if (
            right
            and last_right
            and event == last_event + 1
            and position == last_position + 1
            and latency is not None
        ):
            intervals.append((last, expected, latency))
        last, last_right, last_event, last_position = expected, right, event, position
    _add_times(found, intervals)
    return found


def _add_times(found: Tally, intervals: list[tuple[str, str, int]]) -> None:
    inner = [ms for before, _, ms in intervals if not before.isspace()]
    if not inner:
        return
    longest = min(LONGEST_MS, LONGEST_MEDIANS * median(inner))
    keys, pairs = found.keys, found.pairs
    for before, character, ms in intervals:
        if not SHORTEST_MS <= ms <= longest:
            continue
        if before.isspace():
            found.initial.count += 1
            found.initial.total += ms
            continue
        key = keys.get(character)
        if key is None:
            key = keys[character] = Times()
        key.count += 1
        key.total += ms
        if len(before) == len(character) == 1:
            both = before + character
            pair = pairs.get(both)
            if pair is None:
                pair = pairs[both] = Times()
            pair.count += 1
            pair.total += ms


def timed(replay: Replay) -> Iterator[tuple[Stroke, Stroke, int]]:
    """Right strokes with the one before and the ms between, leaving out the first key, what follows a mistake or a
    correction, and what came with the same key."""
    for before, stroke in pairwise(replay.strokes):
        follows = stroke.event == before.event + 1 and stroke.position == before.position + 1
        if stroke.right and before.right and follows and stroke.latency is not None:
            yield stroke, before, stroke.latency
