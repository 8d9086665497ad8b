"""The one parser of keystroke logs, version 1: untrusted bytes in, a checked Log or InvalidLog out.

Broken bytes are refused, odd times never: computers sleep and their clocks are wrong. Those are brought to what can be
stored; what they mean, replay.py and plausibility.py say.

Times become whole milliseconds here, before anything is scored, so that what is stored is exactly what was
scored. One millisecond is finer than what is measured: a USB keyboard is polled every 1 to 8 ms and browsers
round event times to 0.1 to 1 ms on purpose; tenths would only store noise (3.3 bits for every time). It is
the moments that are rounded, not the intervals, so that rounding never adds up.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import accumulate
from typing import Any, Final, NoReturn

from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, LONGEST_TEXT, Event, Mode

MAX_BYTES: Final = 1_000_000
MAX_EVENTS: Final = MAX_BYTES // len('[0,"a",9],')
"""As many as a log of MAX_BYTES can hold."""
MAX_DT: Final = 86_400_000
"""A longer interval is stored as a day, a step back by more likewise."""
MAX_HOLD: Final = 60_000
MAX_DEPTH: Final = 16
STARTED_AT: Final = (0, 4_102_444_800_000)
"""1970 to 2100; a clock that shows another time is taken to show the nearer end."""
INPUTS: Final = ("keyboard", "ime", "touch")

_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]++|\\.?)*+"?|[\[\]{}]', re.DOTALL)
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_RISKY_ESCAPE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_FORBIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
_TICKET: Final = re.compile(r"[!-~]{1,16384}")


class Fault(StrEnum):
    """Everything that can be wrong with a log; views put these into the learner's words."""

    TOO_LARGE = "too_large"
    """More than MAX_BYTES."""
    ENCODING = "encoding"
    """Not UTF-8, or a string with NUL or half a surrogate pair."""
    JSON = "json"
    """Not JSON (NaN and Infinity are not)."""
    DEPTH = "depth"
    """Nested deeper than MAX_DEPTH."""
    DUPLICATE = "duplicate"
    """The same key twice."""
    MISSING = "missing"
    """A key is missing."""
    TYPE = "type"
    """A value of the wrong type or shape."""
    VERSION = "version"
    """Another version than 1."""
    TICKET = "ticket"
    """Not 1 to 16384 visible ASCII characters."""
    MODE = "mode"
    """Neither stop nor free."""
    EVENTS = "events"
    """None, or more than MAX_EVENTS."""
    TEXT = "text"
    """Not 1 to 16 characters, or with a control character."""


class InvalidLog(ValueError):
    """A log that breaks the format: `code` is a Fault, `where` the place in it ("events[3].dt") or empty."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}: {where}" if where else code)
        self.code = code
        self.where = where


class LogTooLarge(InvalidLog):
    """A log of more than MAX_BYTES."""

    def __init__(self) -> None:
        super().__init__(Fault.TOO_LARGE)


class Unfinished(InvalidLog):
    """A log or a plain text that does not reach the end of what was to be typed."""

    def __init__(self) -> None:
        super().__init__("unfinished")


@dataclass(frozen=True, slots=True)
class Log:
    """A checked log. The first event's dt is 0; a later one is negative where the client's clock was put back."""

    v: int
    ticket: str
    started_at_ms: int
    mode: Mode
    events: tuple[Event, ...]
    client_input: str = "keyboard"
    client_untrusted: bool = False
    is_legacy: bool = False
    """In the words of the old program, which proves no times."""


def parse_log(raw: bytes | str) -> Log:
    """Read `{"v": 1, "ticket", "started_at", "mode", "events": [[dt, text, hold], …], "client": {…}}`.

    Unknown keys are ignored. `client` may be left out, its `input` and `untrusted` too; an input that is not known
    counts as "keyboard". Raises InvalidLog (LogTooLarge above MAX_BYTES) and nothing else.
    """
    return log_of(read_json(raw))


def log_of(document: Any) -> Log:
    """The log in a JSON document that `read_json` read. Raises InvalidLog."""
    if type(document) is not dict:
        raise InvalidLog(Fault.TYPE)
    version = _take(document, "v", int)
    if version != 1:
        raise InvalidLog(Fault.VERSION, "v")
    ticket = _take(document, "ticket", str)
    if not _TICKET.fullmatch(ticket):
        raise InvalidLog(Fault.TICKET, "ticket")
    started_at = moment(
        _take(document, "started_at", float if type(document.get("started_at")) is float else int)
    )
    mode = _take(document, "mode", str)
    if mode not in ("stop", "free"):
        raise InvalidLog(Fault.MODE, "mode")
    events = events_of(_take(document, "events", list))
    client = _take(document, "client", dict, {})
    source = _take(client, "input", str, "", "client.")
    return Log(
        v=version,
        ticket=ticket,
        started_at_ms=started_at,
        mode=mode,
        events=events,
        client_input=source if source in INPUTS else INPUTS[0],
        client_untrusted=_take(client, "untrusted", bool, False, "client."),
    )


def moment(claimed: float) -> int:
    """What a client's clock showed, ms since 1970, as it can be stored."""
    earliest, latest = STARTED_AT
    return int(min(max(claimed, earliest), latest))


def whole_milliseconds(intervals: Iterable[float]) -> list[int]:
    """Round intervals in ms to whole ones by rounding, halves up, the moments they lead to."""
    moments = [math.floor(moment + 0.5) for moment in accumulate(intervals)]
    return [later - earlier for earlier, later in zip([0, *moments], moments, strict=False)]


def read_json(raw: bytes | str, rename: Callable[[str], str] = str) -> Any:
    """An untrusted JSON document in which nothing is too large, too deep or not to be stored, its members renamed.

    Raises InvalidLog.
    """
    if len(raw) > MAX_BYTES:
        raise LogTooLarge
    try:
        data = raw.encode() if isinstance(raw, str) else raw
        text = data.decode()
    except UnicodeError as error:
        raise InvalidLog(Fault.ENCODING) from error
    if len(data) > MAX_BYTES:
        raise LogTooLarge
    tokens = _STRING_OR_BRACKET.findall(text)
    if max(accumulate(_STEP.get(token, 0) for token in tokens), default=0) > MAX_DEPTH:
        raise InvalidLog(Fault.DEPTH)
    try:
        document = json.loads(text, object_pairs_hook=partial(_unique, rename), parse_constant=_not_json)
    except InvalidLog:
        raise
    except ValueError as error:
        raise InvalidLog(Fault.JSON) from error
    if _RISKY_ESCAPE.search(text):
        _check_strings(document)
    return document


def _unique(rename: Callable[[str], str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = {rename(name): value for name, value in pairs}
    if len(members) < len(pairs):
        raise InvalidLog(Fault.DUPLICATE)
    return members


def _not_json(constant: str) -> NoReturn:
    raise InvalidLog(Fault.JSON, constant)


def _check_strings(value: Any) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise InvalidLog(Fault.ENCODING)
    elif isinstance(value, list):
        for item in value:
            _check_strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_strings(key)
            _check_strings(item)


def _take(members: dict[str, Any], key: str, kind: type, default: Any = None, within: str = "") -> Any:
    """The member of exactly this type (True is not an int); required unless it has a default."""
    if key not in members:
        if default is None:
            raise InvalidLog(Fault.MISSING, within + key)
        return default
    if type(members[key]) is not kind:
        raise InvalidLog(Fault.TYPE, within + key)
    return members[key]


def events_of(entries: list[Any]) -> tuple[Event, ...]:
    """The events in the lists [dt, text, hold]; the first one's dt counts as 0. Raises InvalidLog."""
    checked = checked_entries(entries)
    whole = whole_milliseconds([0, *(dt for dt, _, _ in checked[1:])])
    return tuple(
        Event(dt, text, None if hold is None else math.floor(hold + 0.5))
        for dt, (_, text, hold) in zip(whole, checked, strict=True)
    )


def checked_entries(entries: list[Any]) -> list[list[Any]]:
    """The lists [dt, text, hold] with times that can be stored, not rounded yet. Raises InvalidLog."""
    if not 1 <= len(entries) <= MAX_EVENTS:
        raise InvalidLog(Fault.EVENTS, "events")
    checked: list[list[Any]] = []
    for i, entry in enumerate(entries):
        if type(entry) is not list or len(entry) != 3:
            raise InvalidLog(Fault.TYPE, f"events[{i}]")
        dt, text, hold = entry
        if type(dt) not in (int, float):
            raise InvalidLog(Fault.TYPE, f"events[{i}].dt")
        if type(text) is not str:
            raise InvalidLog(Fault.TYPE, f"events[{i}].text")
        if text not in (BACKSPACE, DELETE_WORD) and (
            not 1 <= len(text) <= LONGEST_TEXT or _FORBIDDEN.search(text)
        ):
            raise InvalidLog(Fault.TEXT, f"events[{i}].text")
        if hold is not None:
            if type(hold) not in (int, float):
                raise InvalidLog(Fault.TYPE, f"events[{i}].hold")
            hold = min(max(hold, 0), MAX_HOLD)
        checked.append([min(max(dt, -MAX_DT), MAX_DT), text, hold])
    return checked
