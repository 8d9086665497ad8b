"""What makes a session look untyped. Flags keep it out of rankings; they never block practice."""

import math
from collections.abc import Sequence
from enum import StrEnum
from hashlib import blake2b
from itertools import pairwise
from statistics import StatisticsError, correlation, fmean
from typing import Final

from progress.keystrokes.logs import Log
from progress.keystrokes.replay import Replay, units

MIN_INTERVALS: Final = 20
"""Fewer tell nothing about rhythm."""
CLOCK_TOLERANCE_MS: Final = 1000
CLOCK_ERROR_MS: Final = 43_200_000
"""Half a day: a clock that is wrong by more gets the day wrong."""
FAST_MS: Final = 20
MAX_FAST_SHARE: Final = 0.1
MIN_SD_LOG: Final = 0.05
MIN_SPREAD: Final = 50
MIN_KURTOSIS: Final = -0.8
MAX_CORRELATION: Final = 0.95
MAX_SD_RATIO: Final = 0.2
IDLE_MS: Final = 5000
MAX_CPM: Final = 1500
"""300 WPM, half as fast again as the fastest hands over a minute."""
MAX_BULKY: Final = 2
MAX_BULKY_SHARE: Final = 0.05
MAX_UNITS_A_KEY: Final = 2
"""A dead key that does not combine commits itself and the letter."""


class Flag(StrEnum):
    """Why a session is not ranked."""

    CLOCK = "clock"
    """The typing lasted longer than the ticket had existed, or the client's clock was put back, or is wrong by more
    than half a day."""
    UNTRUSTED = "untrusted"
    """The browser saw key events made by a script."""
    PASTED = "pasted"
    """One key of a plain keyboard brought more than two characters."""
    BURST = "burst"
    """More than 10 % of the intervals are below 20 ms."""
    STEADY = "steady"
    """The logarithms of the intervals have an SD below 0.05, or the intervals are spread as evenly as by dice: no hand
    is like that."""
    REPEATED = "repeated"
    """The intervals are those of an earlier session."""
    IDLE = "idle"
    """Nothing happened for more than 5 s."""
    FAST = "fast"
    """More than 1500 characters per minute."""
    WORDS = "words"
    """More than two events, and more than 5 % of them, brought more than two characters: an input method, or a program,
    entered words."""
    STALE = "stale"
    """The text of a test had been open for long, or was typed before."""
    REJECTED = "rejected"
    """Somebody looked at it and took it out."""


def flags(
    log: Log, replay: Replay, *, ticket_age_ms: float, clock_error_ms: float = 0, repeated: bool = False
) -> tuple[Flag, ...]:
    """Why not to rank a session, in the order of Flag; empty for a plausible one.

    `ticket_age_ms` runs from the ticket's issue to the log's arrival, both by the server's clock;
    `clock_error_ms` is by how much the start that the client tells misses that time. `repeated` tells that
    rhythm_digest() is known from another session. Rhythm is judged from 20 intervals on.
    """
    intervals = _intervals(replay)
    rhythmic = len(intervals) >= MIN_INTERVALS
    told = [event.dt for event in log.events]
    lasted = max(replay.duration, sum(told))
    bulky = sum(len(event.text) > 1 and len(units(event.text)) > MAX_UNITS_A_KEY for event in log.events)
    rest = replay.duration - replay.times[-1] if replay.times else 0
    found = {
        Flag.CLOCK: lasted > ticket_age_ms + CLOCK_TOLERANCE_MS
        or min(told, default=0) < 0
        or clock_error_ms > CLOCK_ERROR_MS,
        Flag.UNTRUSTED: log.client_untrusted,
        Flag.PASTED: log.client_input == "keyboard" and bulky > 0,
        Flag.BURST: rhythmic and sum(ms < FAST_MS for ms in intervals) > MAX_FAST_SHARE * len(intervals),
        Flag.STEADY: rhythmic and is_steady(intervals),
        Flag.REPEATED: repeated,
        Flag.WORDS: bulky > max(MAX_BULKY, MAX_BULKY_SHARE * len(log.events)),
        Flag.IDLE: any(ms > IDLE_MS for ms in [*intervals, rest]),
    }
    return tuple(flag for flag, raised in found.items() if raised)


def is_steady(intervals: Sequence[int]) -> bool:
    """Whether at least 20 intervals, ms, are too even for a hand.

    Those between keys are skewed: most are short, a few long. Evenly distributed ones have an excess kurtosis of -1.2,
    a hand's of 0 and more (bench/plausibility.py); it is looked at from 50 intervals on.
    """
    if _deviation([math.log(max(ms, 1)) for ms in intervals]) < MIN_SD_LOG:
        return True
    return len(intervals) >= MIN_SPREAD and _excess_kurtosis(intervals) < MIN_KURTOSIS


def same_rhythm(one: Replay, other: Replay) -> bool:
    """Whether two sessions have as many intervals, at least 20, and those of one are those of the other made longer or
    shorter alike, give or take a few ms.

    Their logarithms correlate by more than 0.95 and differ by about the same everywhere (SD below 0.2), so that a few
    long pauses in the same places are not enough. A hand that types a text again comes to 0.6, rarely 0.9.
    """
    first, second = ([math.log(max(ms, 1)) for ms in _intervals(played)] for played in (one, other))
    if len(first) != len(second) or len(first) < MIN_INTERVALS:
        return False
    ratios = [a - b for a, b in zip(first, second, strict=True)]
    try:
        return correlation(first, second) > MAX_CORRELATION and _deviation(ratios) < MAX_SD_RATIO
    except StatisticsError:
        return False


def rhythm_digest(replay: Replay) -> bytes | None:
    """A 16-byte fingerprint of a session's intervals, to find them again; None below 20."""
    intervals = _intervals(replay)
    if len(intervals) < MIN_INTERVALS:
        return None
    return blake2b(",".join(map(str, intervals)).encode(), digest_size=16).digest()


def _intervals(replay: Replay) -> list[int]:
    """Ms between the counted keystrokes, from the first character on."""
    return [later - earlier for earlier, later in pairwise(replay.times) if earlier >= 0]


def _deviation(values: Sequence[float]) -> float:
    """The standard deviation of a population; statistics.pstdev is exact and ten times slower."""
    mean = fmean(values)
    return math.sqrt(fmean([(value - mean) ** 2 for value in values]))


def _excess_kurtosis(values: Sequence[float]) -> float:
    """0 for a normal distribution, -1.2 for a uniform one."""
    mean = fmean(values)
    squares = [(value - mean) ** 2 for value in values]
    variance = fmean(squares)
    return fmean([square**2 for square in squares]) / variance**2 - 3 if variance else -3.0
