"""What learners typed, session by session, for `bench.coach`: simulated, or read from files.

A file holds what somebody exported: our own JSON (docs/coach.md says its shape) or keybr.com's `typing-data.json`. What
is broken in it is left out and counted; a file with nothing left is refused.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from bench.typists import KINDS, Typist
from lessons import keyboards
from lessons.fresh import fresh_text
from progress.keystrokes.logs import InvalidLog, events_of
from progress.keystrokes.replay import replay
from progress.keystrokes.strikes import Strikes, strikes
from progress.keystrokes.tallies import Tally, Times, Tries, tally

LEAST_SESSIONS: Final = 2
"""With fewer there is nothing to predict."""
KEYBR_LAYOUTS: Final = {"en-us": "en-qwerty", "en-uk": "en-qwerty-uk", "ru-ru": "ru-jcuken"}
"""Their names of layouts that are ours under another; most others have the same."""
KEY_MS: Final = (30.0, 12_000.0)
"""Shorter or longer, the mean interval of a key is no time of typing."""
MOST_TRIES: Final = 100_000


class Unreadable(ValueError):
    """A file that holds no history, and why, to be shown."""


@dataclass
class History:
    """One learner on one layout, oldest session first; `strikes` is empty where the layout is not known here."""

    name: str
    strikes: Strikes
    sessions: list[Tally] = field(default_factory=list)


def simulated(sessions: int, seeds: Iterable[int], kinds: Iterable[str] = KINDS) -> Iterator[History]:
    """Every kind in both languages, once a day; words, prose, and prose with digits by turns, of 120 to 420 characters.
    Those of odd seeds go back to mend their mistakes, others must at once."""
    for kind in kinds:
        for language in ("ru", "en"):
            for seed in seeds:
                typist, hand = Typist(kind, seed, language), Random(seed)
                history = History(f"{kind} {language} {seed}", strikes(typist.layout))
                for day in range(sessions):
                    difficulty = ("easy", "ordinary", "hard", "ordinary")[day % 4]
                    text = fresh_text(
                        language, difficulty, length=hand.randint(120, 420), seed=f"{seed} {day}"
                    )
                    mode = "free" if seed % 2 else "stop"
                    history.sessions.append(tally(replay(text, typist.type(text, mode), mode)))
                    typist.rest(typist.kind.away if day == sessions // 2 and typist.kind.away else 1)
                yield history


def read(path: Path) -> list[History]:
    """The histories in a file, a layout each. Raises Unreadable."""
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise Unreadable(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: is not JSON") from error
    sessions = document.get("sessions") if isinstance(document, dict) else document
    if not isinstance(sessions, list):
        raise Unreadable(f"{path}: holds neither a list of sessions nor an object with one")
    dated = [
        (_moment(session), number, layout, counted)
        for number, session in enumerate(sessions)
        if isinstance(session, dict)
        for layout, counted in [_session(session)]
        if counted is not None
    ]
    found: dict[str, History] = {}
    for _, _, layout, counted in sorted(dated, key=lambda one: one[:2]):
        if layout not in found:
            found[layout] = History(f"{path.name} {layout}".strip(), _strikes(layout))
        found[layout].sessions.append(counted)
    whole = [history for history in found.values() if len(history.sessions) >= LEAST_SESSIONS]
    if not whole:
        raise Unreadable(
            f"{path}: of {len(sessions)} sessions, {len(dated)} could be read, and no layout has "
            f"{LEAST_SESSIONS}, without which there is nothing to predict"
        )
    return whole


def _session(session: dict[str, Any]) -> tuple[str, Tally | None]:
    """The layout of a session and what it says, None where it says nothing."""
    layout = session.get("layout")
    layout = layout if isinstance(layout, str) else ""
    if "histogram" in session:
        return KEYBR_LAYOUTS.get(layout, layout), _of_keybr(session["histogram"])
    if "keys" in session:
        return layout, _of_keys(session["keys"])
    return layout, _of_events(session)


def _of_events(session: dict[str, Any]) -> Tally | None:
    text, mode, events = session.get("text"), session.get("mode", "stop"), session.get("events")
    if not isinstance(text, str) or mode not in ("stop", "free") or not isinstance(events, list):
        return None
    try:
        counted = tally(replay(text, events_of(events), "free" if mode == "free" else "stop"))
    except InvalidLog:
        return None
    return counted if counted.keys else None


def _of_keybr(histogram: Any) -> Tally | None:
    """A key a row: how often it was to be struck, how often missed, the mean ms of the others."""
    counted = Tally()
    for row in histogram if isinstance(histogram, list) else ():
        if isinstance(row, dict) and (character := _character(row.get("codePoint"))):
            hits, missed = _count(row.get("hitCount")), _count(row.get("missCount"))
            _add(counted, character, hits, missed, max(0, hits - missed), row.get("timeToType"))
    return counted if counted.keys else None


def _of_keys(keys: Any) -> Tally | None:
    """By character: tries, those missed, those timed (if not told, the others) and their mean ms."""
    counted = Tally()
    for character, row in keys.items() if isinstance(keys, dict) else ():
        if isinstance(row, dict) and character.isprintable():
            tries, missed = _count(row.get("tries")), _count(row.get("missed"))
            timed = _count(row["timed"]) if "timed" in row else max(0, tries - missed)
            _add(counted, character, tries, missed, timed, row.get("ms"))
    return counted if counted.keys else None


def _add(counted: Tally, character: str, tries: int, missed: int, timed: int, ms: Any) -> None:
    if tries and character not in counted.tries:
        counted.tries[character] = Tries(tries, min(missed, tries))
    shortest, longest = KEY_MS
    if timed and _is_number(ms) and shortest <= ms <= longest:
        counted.keys[character] = Times(timed, timed * float(ms))


def _character(code: Any) -> str:
    """The character of a code point; "" for what is none, or none to type."""
    if not _is_number(code) or not 0 < code <= 0x10FFFF:
        return ""
    character = chr(int(code))
    return character if character.isprintable() else ""


def _count(value: Any) -> int:
    return min(int(value), MOST_TRIES) if _is_number(value) and value > 0 else 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _moment(session: dict[str, Any]) -> float:
    """When it was typed, in seconds; those that don't tell come first, in the order of the file."""
    told = session.get("startedAt", session.get("timeStamp"))
    if _is_number(told):
        return float(told) / 1000
    try:
        return datetime.fromisoformat(told).timestamp()
    except (TypeError, ValueError, OverflowError, OSError):
        return 0.0


def _strikes(layout: str) -> Strikes:
    return strikes(layout) if layout in keyboards.layouts() else {}
