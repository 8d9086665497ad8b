"""Speed, accuracy and rhythm of a replayed session."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from progress.keystrokes.replay import Replay

PAUSE_MS: Final = 2000
"""A longer silence between two keystrokes is a pause."""

LEAST_CHARACTERS: Final = 20
"""With fewer nothing is practised: they make no day, no best, no row, and are no first run to be measured by."""

_STARS: Final = ((5, 1.1, 97.0), (4, 1.0, 95.0), (3, 0.9, 92.0), (2, 0.7, 88.0))
MOST_STARS: Final = max(_STARS)[0]
_CURVE_POINTS: Final = 60
_CURVE_WINDOW_MS: Final = 4000


class NothingToScore(ValueError):
    """No character was typed, so there is neither speed nor accuracy."""


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one session.

    Times in ms, speeds in characters per minute, accuracy, consistency and rates in %, shares from 0 to 1.
    None: too little was typed (or told) to measure it.
    """

    duration_ms: int
    cpm: float
    raw_cpm: float
    accuracy: float
    consistency: float | None
    errors: int
    keystrokes: int
    corrected_error_rate: float
    uncorrected_error_rate: float
    kspc: float
    rollover: float | None
    hand_alternation: float | None
    pauses: int


def score(replay: Replay, hands: Mapping[str, str] | None = None) -> Score:
    """Score a replay, finished or not; `hands` maps a unit to "left" or "right" for hand alternation.

    Speed is 60000·(n − 1)/S for n units that stand (CPM) or characters typed (raw), S ms from the first
    character to the last event: the first key has no time. It is 0 when S is 0 (one key, or all in one
    event). Error rates and KSPC follow Soukoreff & MacKenzie, "Metrics for text entry research" (CHI 2003):
    INF wrong units that stand, IF characters typed that no longer stand (right ones lost in a correction
    too), both over C + INF + IF, which is all characters typed; KSPC all keystrokes over the units that
    stand, or over 1 where none do. Deletions are keystrokes, but no part of accuracy and rollover. Raises
    NothingToScore when the replay has no character keystroke.
    """
    strokes, standing, duration = replay.strokes, replay.cursor, replay.duration
    if not strokes:
        raise NothingToScore
    typed = len(strokes)
    keystrokes = typed + replay.backspaces
    return Score(
        duration_ms=duration,
        cpm=_speed(standing, duration),
        raw_cpm=_speed(typed, duration),
        accuracy=100 * replay.right / typed,
        consistency=_consistency(replay),
        errors=replay.wrong,
        keystrokes=keystrokes,
        corrected_error_rate=100 * (typed - standing) / typed,
        uncorrected_error_rate=100 * replay.uncorrected / typed,
        kspc=keystrokes / max(standing, 1),
        rollover=_rollover(replay),
        hand_alternation=_hand_alternation(replay, hands or {}),
        pauses=sum(later - earlier > PAUSE_MS for earlier, later in pairwise(replay.times) if earlier >= 0),
    )


def stars(cpm: float, accuracy: float, target_cpm: float) -> int:
    """Rate a run 1..5 by its speed against the lesson's target and its accuracy in %.

    Raises ValueError for a target that is not above 0.
    """
    if not target_cpm > 0:
        raise ValueError("target_cpm must be above 0")
    # 60.5 / 55 may come out a binary digit below 1.1.
    ratio = round(cpm / target_cpm, 12)
    return next((count for count, pace, least in _STARS if ratio >= pace and accuracy >= least), 1)


def next_star(stars: int, target_cpm: float) -> tuple[int, float, float] | None:
    """The next rating after `stars`, with the least CPM and the least accuracy in % that earn it.

    None after five stars. Raises ValueError for a target that is not above 0.
    """
    if not target_cpm > 0:
        raise ValueError("target_cpm must be above 0")
    wanted = next((step for step in reversed(_STARS) if step[0] > stars), None)
    if wanted is None:
        return None
    count, pace, least = wanted
    return count, round(pace * target_cpm, 6), least


def curve(replay: Replay) -> list[float]:
    """The speed over the session: right characters per minute around up to 60 evenly spaced moments.

    Each point looks 2 s back and 2 s ahead, within the session. Empty when no time passed.
    """
    duration = replay.duration
    if duration == 0:
        return []
    moments = [stroke.t for stroke in replay.strokes[1:] if stroke.right]
    last = min(_CURVE_POINTS, max(2, duration // 500)) - 1
    points = []
    for i in range(last + 1):
        middle = duration * i / last
        start, end = (
            max(0.0, middle - _CURVE_WINDOW_MS / 2),
            min(float(duration), middle + _CURVE_WINDOW_MS / 2),
        )
        count = bisect_right(moments, end) - (bisect_right(moments, start) if start else 0)
        points.append(60000 * count / (end - start))
    return points


def _speed(characters: int, duration: int) -> float:
    return 60000 * max(characters - 1, 0) / duration if duration else 0.0


def _consistency(replay: Replay) -> float | None:
    """Evenness of the raw speed, 100·(1 − tanh(c + c³/3 + c⁵/5)) with c = SD/mean of it, second by second.

    The raw speed of second k is the number of character keystrokes, right or wrong and without the first, in
    (1000k, 1000(k + 1)] ms after the first; only whole seconds count, and SD is that of the population. None
    below two whole seconds, or when nothing was typed in them.
    """
    seconds = replay.duration // 1000
    if seconds < 2:
        return None
    speeds = [0] * seconds
    for stroke in replay.strokes[1:]:
        second = max(stroke.t - 1, 0) // 1000
        if second < seconds:
            speeds[second] += 1
    mean = sum(speeds) / seconds
    if mean == 0:
        return None
    c = math.sqrt(sum((speed - mean) ** 2 for speed in speeds) / seconds) / mean
    return 100 * (1 - math.tanh(c + c**3 / 3 + c**5 / 5))


def _rollover(replay: Replay) -> float | None:
    """Share of character keystrokes still held when the next came, of those whose hold is known."""
    held = [
        following.t - stroke.t < stroke.hold
        for stroke, following in pairwise(replay.strokes)
        if stroke.hold is not None and following.event != stroke.event
    ]
    return sum(held) / len(held) if held else None


def _hand_alternation(replay: Replay, hands: Mapping[str, str]) -> float | None:
    """Share of neighbouring character keystrokes typed by different hands, where both hands are known."""
    pairs = [(hands.get(a.typed), hands.get(b.typed)) for a, b in pairwise(replay.strokes)]
    switched = [one != other for one, other in pairs if one and other]
    return sum(switched) / len(switched) if switched else None
