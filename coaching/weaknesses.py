"""What holds a learner back, by the simple rule that holds where few data exist."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from progress.keystrokes.replay import Replay
from progress.keystrokes.scoring import PAUSE_MS

MIN_HITS = 10
MAX_ERROR_RATE = 15.0
MAX_LATENCY_MS = 400.0
MOST = 5
"""Weak keys named at once: more would be no advice."""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """One character in one session: times it was due, % of them missed at first, median ms when it went right."""

    character: str
    hits: int
    error_rate: float
    latency_ms: float

    @property
    def misses(self) -> bool:
        return self.error_rate > MAX_ERROR_RATE

    @property
    def slow(self) -> bool:
        return self.latency_ms > MAX_LATENCY_MS


def key_figures(replay: Replay) -> Mapping[str, KeyFigures]:
    """The figures of every character due in a replay, spaces and line breaks aside.

    A hit is a place in the text; it is missed when the first character struck there was wrong. Latency leaves out the
    first key, keys right after a mistake and pauses.
    """
    first: dict[int, bool] = {}
    places: dict[int, str] = {}
    latencies: defaultdict[str, list[int]] = defaultdict(list)
    after_mistake = False
    for stroke in replay.strokes:
        first.setdefault(stroke.position, stroke.right)
        places[stroke.position] = stroke.expected
        if stroke.right and not after_mistake and stroke.latency is not None and stroke.latency <= PAUSE_MS:
            latencies[stroke.expected].append(stroke.latency)
        after_mistake = not stroke.right
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for position, character in places.items():
        if not character.isspace():
            hits[character].append(first[position])
    return {
        character: KeyFigures(
            character,
            len(rights),
            100 * rights.count(False) / len(rights),
            median(latencies[character]) if latencies[character] else 0.0,
        )
        for character, rights in hits.items()
    }


def weak_keys(replay: Replay) -> list[KeyFigures]:
    """At most `MOST` weak keys, the most missed first, then the slowest.

    Weak is more than 15 % misses or more than 400 ms, in at least 10 hits (DESIGN §8, the simple rule).
    """
    weak = [
        figures
        for figures in key_figures(replay).values()
        if figures.hits >= MIN_HITS and (figures.misses or figures.slow)
    ]
    weak.sort(key=lambda key: (-key.error_rate if key.misses else 0, -key.latency_ms, key.character))
    return weak[:MOST]
