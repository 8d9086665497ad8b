"""The keystroke logs of the old, browser-only program: every key with what was expected."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from progress.keystrokes.logs import MAX_EVENTS, Fault, InvalidLog, Log, events_of
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, Event, Mode, replay, units

KEYS: Final = {"Backspace": BACKSPACE, "Enter": "\n", "Space": " ", "Spacebar": " "}
"""What the old program called some keys."""
SINCE_1970: Final = range(946_684_800_000, 4_102_444_800_000)
"""Timestamps of 2000 to 2100; smaller ones count from the opening of a page."""


def log_of_legacy(document: Mapping[str, Any], text: str, *, now_ms: int) -> Log:
    """`{"duration", "keystrokes": [{"expected", "actual", "correct", "latency", "timestamp"}, …]}` as a log of a text.

    A key's interval is its `latency`, or the difference of two `timestamp`s, in ms. `expected` tells only whether the
    program went on after a mistake. The speed, accuracy and errors the client may tell are not read, nor `correct`: the
    text and the replay know better. Raises InvalidLog.
    """
    strokes = document.get("keystrokes")
    if not isinstance(strokes, list) or not 1 <= len(strokes) <= MAX_EVENTS:
        raise InvalidLog(Fault.EVENTS, "keystrokes")
    entries = [
        [_interval(strokes, number), _text(stroke, number), None] for number, stroke in enumerate(strokes)
    ]
    events = events_of(entries)
    first = strokes[0].get("timestamp")
    typed = sum(event.dt for event in events)
    started_at = first if _is_number(first) and int(first) in SINCE_1970 else now_ms - typed
    return Log(
        v=1,
        ticket="",
        started_at_ms=int(started_at),
        mode=_mode(text, events, [stroke.get("expected") for stroke in strokes]),
        events=events,
        is_legacy=True,
    )


def digest(log: Log) -> str:
    """What two reports of the same run have in common."""
    events = [[event.dt, event.text] for event in log.events]
    return hashlib.sha256(json.dumps(events).encode()).hexdigest()


def _mode(text: str, events: Sequence[Event], told: Sequence[Any]) -> Mode:
    """ "free" where the program went on after a mistake, "stop" where it waited for the right key.

    The text is replayed both ways: one expects what the program says it did. Where the only mistake was the last key
    both do, and the run that comes to an end is meant. A program that does not say waited.
    """
    expected = [units(KEYS.get(one, one))[:1] if isinstance(one, str) else [] for one in told]
    if not any(expected):
        return "stop"

    def fits(mode: Mode) -> tuple[int, bool]:
        played = replay(text, events, mode)
        agreed = sum(
            [wanted] == said
            for wanted, said, event in zip(played.expecting, expected, events, strict=False)
            if event.text not in (BACKSPACE, DELETE_WORD)
        )
        return agreed, played.finished

    modes: tuple[Mode, ...] = ("stop", "free")
    return max(modes, key=fits)


def _text(stroke: Any, number: int) -> str:
    if not isinstance(stroke, dict):
        raise InvalidLog(Fault.TYPE, f"keystrokes[{number}]")
    actual = stroke.get("actual")
    if not isinstance(actual, str) or not actual:
        raise InvalidLog(Fault.TEXT, f"keystrokes[{number}].actual")
    return KEYS.get(actual, actual)


def _interval(strokes: Sequence[Any], number: int) -> float:
    if number == 0:
        return 0
    stroke, before = strokes[number], strokes[number - 1]
    if isinstance(stroke, dict) and _is_number(stroke.get("latency")):
        return float(stroke["latency"])
    if all(isinstance(one, dict) and _is_number(one.get("timestamp")) for one in (stroke, before)):
        return float(stroke["timestamp"] - before["timestamp"])
    raise InvalidLog(Fault.MISSING, f"keystrokes[{number}].latency")


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < SINCE_1970.stop
