"""What a log of keystrokes did to a text: the rules of the practice page, played again on the server.

static/typing/machine.js follows the same rules; tests/vectors and progress/keystrokes/tests/test_rules_agree.py hold
them together.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple
from unicodedata import normalize

Mode = Literal["stop", "free"]

BACKSPACE: Final = "\b"
DELETE_WORD: Final = "\x17"
LONGEST_TEXT: Final = 16
"""Characters (code points) one event may carry, combining marks that came later included."""
LONGEST_RUN: Final = 86_400_000
"""Ms that a run lasts at most, whatever a clock says."""


def _ranges(listed: str) -> Iterator[str]:
    for ends in listed.split(" "):
        yield from map(chr, range(ord(ends[0]), ord(ends[-1]) + 1))


LOOK_ALIKES: Final = {
    " ": "\t \v-\f \u00a0 \u1680 \u2000-\u200a \u2028-\u2029 \u202f \u205f \u3000 \ufeff",
    "'": "ʻ-ʼ ‘-‛ ′ ‹-›",
    '"': "« » “-‟ ″",
    "-": "‐-― −",
}
"""Signs of books and phones, ranges by their ends, by what keyboards have in their place."""
WIDE: Final = "… ！-～"
"""The ellipsis, and what input methods write wide: NFKC knows the plain form."""

_MARKS: Final = (
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_MARK: Final = re.compile(_MARKS)
_PLAIN: Final = {ord(sign): plain for plain, signs in LOOK_ALIKES.items() for sign in _ranges(signs)} | {
    ord(sign): normalize("NFKC", sign) for sign in _ranges(WIDE)
}
_UNIT: Final = re.compile(rf"(?s:.){_MARKS}*")


class Event(NamedTuple):
    """One entry of a log: ms since the one before, the text it committed, ms until its key went up.

    `dt` is as the client's clock told it, below 0 where that was put back.
    """

    dt: int
    text: str
    hold: int | None = None


class Stroke(NamedTuple):
    """One character keystroke.

    `t` is ms since the first character keystroke, `latency` ms since the keystroke before it, deletions
    included (None for the first), `position` the cursor before it, `event` the index of its moment in
    `Replay.times`.
    """

    expected: str
    typed: str
    right: bool
    t: int
    latency: int | None
    hold: int | None
    position: int
    event: int


@dataclass(frozen=True, slots=True)
class Replay:
    """Where a log led.

    `corrected` counts wrong keystrokes that no longer stand, `uncorrected` wrong units that do. `mistakes`
    maps a position to the wrong unit that stands there (free mode) or was last typed there (stop mode).
    `times` are the moments of all counted events, ms since the first character keystroke; `duration` is
    the last of them, at most LONGEST_RUN, or the limit of a timed run.
    """

    units: tuple[str, ...]
    mode: Mode
    cursor: int
    finished: bool
    strokes: tuple[Stroke, ...]
    backspaces: int
    right: int
    wrong: int
    corrected: int
    uncorrected: int
    mistakes: Mapping[int, str]
    times: tuple[int, ...]
    duration: int
    expecting: tuple[str, ...] = field(compare=False)


def units(text: str) -> list[str]:
    """Cut a text into what one keystroke types: a code point with the combining marks after it, in NFC.

    Line ends become "\\n", signs those of keyboards that look alike: “ ” become " ", and … three units.
    """
    if _is_unit(text):
        return [text]
    plain = normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNIT.findall(plain.translate(_PLAIN))


def _is_unit(text: str) -> bool:
    """Whether a text is one unit for sure: a character of ASCII or of the Cyrillic alphabets, which no mark follows."""
    return len(text) == 1 and (" " <= text < "\x7f" or "\u0400" <= text < "\u0460" or text == "\n")


def matches(expected: str, typed: str) -> bool:
    """Whether a typed unit is right where `expected` stands: at a line break a space will do."""
    return typed == expected or (expected == "\n" and typed == " ")


def replay(text: str, events: Iterable[Event], mode: Mode, limit: int | None = None) -> Replay:
    """Play a log over a text; whatever follows the finish is ignored.

    With a `limit`, ms from the first character keystroke, a run that does not reach the end of the text lasts as long
    as the limit; its events are to be `within` it.
    """
    machine = Machine(text, mode)
    for event in events:
        if machine.cursor == len(machine.units):
            break
        machine.press(event)
    return machine.result(limit)


def within(events: tuple[Event, ...], limit: int) -> tuple[Event, ...]:
    """The events no later than `limit` ms after the first."""
    clock = 0
    for place, event in enumerate(events):
        clock += max(event.dt, 0) if place else 0
        if clock > limit:
            return events[:place]
    return events


def without_rests(text: str, events: Iterable[Event], mode: Mode) -> tuple[Event, ...]:
    """The events of a run that has rests between lines: the wait before a line's end and before its first key, when one
    comes there for the first time, is no longer than the mean wait before the other keys, ms. Of events that have no
    rests any more, the same."""
    machine, furthest, kept, rests = Machine(text, mode), 0, list(events), set[int]()
    for place, event in enumerate(kept):
        at = machine.cursor
        if furthest < at < len(machine.units) and "\n" in machine.units[at - 1 : at + 1]:
            furthest = at
            rests.add(place)
        machine.press(event)
    others = [max(event.dt, 0) for place, event in enumerate(kept) if place and place not in rests]
    usual = round(sum(others) / len(others)) if others else 0
    return tuple(
        event._replace(dt=min(event.dt, usual)) if place in rests else event
        for place, event in enumerate(kept)
    )


class Machine:
    """The rules, one event at a time."""

    def __init__(self, text: str, mode: Mode) -> None:
        self.units = tuple(units(text))
        self.mode = mode
        self.cursor = 0
        self._clock = 0
        self._start = 0
        self._strokes: list[Stroke] = []
        self._times: list[int] = []
        self._expecting: list[str] = []
        self._backspaces = 0
        self._standing: list[str] = []
        self._entered: tuple[str, int, int | None, int, int] | None = None
        """The text event just applied, its time and hold, and cursor and strokes before it, should a combining mark
        amend it."""

    @property
    def finished(self) -> bool:
        return self.cursor == len(self.units)

    def press(self, event: Event) -> None:
        """Apply one event, the first at 0 ms; after the finish nothing changes."""
        dt, text, hold = event
        if self._times:
            self._clock += max(dt, 0)
        if self.cursor == len(self.units):
            return
        self._expecting.append(self.units[self.cursor])
        if _is_unit(text):
            self._enter(text, (text,), self._clock, hold)
        elif text in (BACKSPACE, DELETE_WORD):
            self._delete(text)
        elif (before := self._entered) and _MARK.match(text) and len(before[0]) + len(text) <= LONGEST_TEXT:
            amended, time, hold, cursor, strokes = before
            del self._strokes[strokes:], self._standing[cursor:], self._times[-1]
            self.cursor = cursor
            self._enter(amended + text, units(amended + text), time, hold)
        else:
            self._enter(text, units(text), self._clock, hold)

    def _enter(self, text: str, typed_units: Sequence[str], time: int, hold: int | None) -> None:
        strokes, times, end = self._strokes, self._times, len(self.units)
        self._entered = text, time, hold, self.cursor, len(strokes)
        if strokes:
            latency: int | None = time - times[-1]
        else:
            self._start, latency = time, None
        t, moment = time - self._start, len(times)
        times.append(time)
        for typed in typed_units:
            expected = self.units[self.cursor]
            right = typed == expected or matches(expected, typed)
            strokes.append(Stroke(expected, typed, right, t, latency, hold, self.cursor, moment))
            latency, hold = 0, None
            if right or self.mode == "free":
                self._standing.append(typed)
                self.cursor += 1
                if self.cursor == end:
                    return

    def _delete(self, key: str) -> None:
        self._entered = None
        self._times.append(self._clock)
        self._backspaces += 1
        if self.mode == "stop":
            return
        standing = self._standing
        if key == BACKSPACE:
            del standing[-1:]
        else:
            while standing and standing[-1] in " \n":
                standing.pop()
            while standing and standing[-1] not in " \n":
                standing.pop()
        self.cursor = len(standing)

    def result(self, limit: int | None = None) -> Replay:
        """The state so far, for scoring; unfinished it lasts `limit` ms, where that is given."""
        if self.mode == "free":
            stands = enumerate(zip(self.units, self._standing, strict=False))
            mistakes = {i: typed for i, (expected, typed) in stands if not matches(expected, typed)}
            uncorrected = len(mistakes)
        else:
            mistakes = {stroke.position: stroke.typed for stroke in self._strokes if not stroke.right}
            uncorrected = 0
        right = sum(stroke.right for stroke in self._strokes)
        wrong = len(self._strokes) - right
        times = tuple(time - self._start for time in self._times)
        return Replay(
            units=self.units,
            mode=self.mode,
            cursor=self.cursor,
            finished=self.finished,
            strokes=tuple(self._strokes),
            backspaces=self._backspaces,
            right=right,
            wrong=wrong,
            corrected=wrong - uncorrected,
            uncorrected=uncorrected,
            mistakes=mistakes,
            times=times,
            duration=self._duration(times, limit),
            expecting=tuple(self._expecting),
        )

    def _duration(self, times: tuple[int, ...], limit: int | None) -> int:
        if not self._strokes:
            return 0
        return min(times[-1], LONGEST_RUN) if self.finished or limit is None else limit
