"""Keystroke logs packed for storage: exact, in about two bytes a keystroke with hold times, 1.3 without.

Byte 0 is the format, 1; the rest is bits, numbers in Exp-Golomb codes (short for small ones, no upper limit)
whose order k says how many low bits are written plainly. Texts come first: a Machine says what the learner
should type next, so only runs of what was expected and the exceptions between them are written. Times follow
as distances from their median, with k fitted to each log. Log-normal intervals around 150 ms hold about 8
bits at 1 ms, holds 6 to 7: cleverer coding has little left to win.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise, repeat
from typing import Final

from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, Event, Machine, Mode, replay

_FORMAT: Final = 1
_MODES: Final[tuple[Mode, ...]] = ("stop", "free")
_DELETIONS: Final = (BACKSPACE, DELETE_WORD)
_LETTERS: Final = 2
_COUNT_K, _RUN_K, _LETTER_K, _MEDIAN_K, _ORDER_K = 8, 4, 4, 7, 3


class UnreadableLog(ValueError):
    """Packed bytes that are damaged, of another format, or packed over another text."""


def pack(text: str, mode: Mode, events: Sequence[Event], expecting: Sequence[str] | None = None) -> bytes:
    """Pack the events of a log typed over `text`; times are whole ms, as the parser leaves them.

    `expecting` is that of the log's Replay, where it was played already.
    """
    bits = [f"{_FORMAT:08b}{_MODES.index(mode)}", _golomb(len(events), _COUNT_K)]
    if expecting is None:
        expecting = replay(text, events, mode).expecting
    run = 0
    for event, expected in zip(events, chain(expecting, repeat("")), strict=False):
        if event.text == expected:
            run += 1
        else:
            bits += _golomb(run, _RUN_K), _exception(event.text, expected)
            run = 0
    bits.append(_golomb(run, _RUN_K))
    bits += _numbers([event.dt for event in events])
    bits += _numbers([event.hold for event in events])
    joined = "".join(bits)
    joined += "0" * (-len(joined) % 8)
    return int(joined, 2).to_bytes(len(joined) // 8, "big")


def unpack(text: str, packed: bytes) -> tuple[Mode, tuple[Event, ...]]:
    """Read back the mode and exactly the events that were packed over `text`.

    Raises UnreadableLog.
    """
    if packed[:1] != bytes([_FORMAT]):
        raise UnreadableLog("unknown format")
    bits = _Bits(f"{int.from_bytes(packed, 'big'):0{8 * len(packed)}b}"[8:])
    mode = _MODES[bits.plain(1)]
    count = bits.golomb(_COUNT_K)
    texts = bits.texts(Machine(text, mode), count)
    intervals = bits.numbers(count)
    holds = bits.numbers(count)
    entries = zip(intervals, texts, holds, strict=True)
    events = tuple(Event(dt, typed, hold) for dt, typed, hold in entries if dt is not None)
    if len(events) < count:
        raise UnreadableLog("an interval is missing")
    return mode, events


def _expected(machine: Machine) -> str:
    return "" if machine.finished else machine.units[machine.cursor]


@lru_cache(maxsize=8192)
def _golomb(number: int, k: int) -> str:
    shifted = number + (1 << k)
    length = shifted.bit_length()
    return f"{shifted:0{2 * length - 1 - k}b}"


def _zigzag(number: int) -> int:
    return 2 * number if number >= 0 else -2 * number - 1


def _unzigzag(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def _exception(text: str, expected: str) -> str:
    """What was typed instead: a deletion, or letters, each as a distance from the one before it."""
    if text in _DELETIONS:
        return f"{_DELETIONS.index(text):02b}"
    codes = [ord(expected[:1] or " "), *map(ord, text)]
    letters = "".join(_golomb(_zigzag(code - before), _LETTER_K) for before, code in pairwise(codes))
    return f"{_LETTERS:02b}{_golomb(len(text) - 1, 0)}{letters}"


def _numbers(numbers: Sequence[int | None]) -> list[str]:
    """Numbers of about one size; None becomes 0 and the rest moves up where only some are missing."""
    known = sorted(number for number in numbers if number is not None)
    if not known:
        return ["0"]
    gaps = len(known) < len(numbers)
    median = known[len(known) // 2]
    codes = [0 if number is None else _zigzag(number - median) + gaps for number in numbers]
    k = sorted(codes)[len(codes) // 2].bit_length()
    return [
        f"1{gaps:d}",
        _golomb(median, _MEDIAN_K),
        _golomb(k, _ORDER_K),
        *(_golomb(code, k) for code in codes),
    ]


class _Bits:
    """The bits of a packed log, read from the front."""

    def __init__(self, bits: str) -> None:
        self._bits = bits
        self._at = 0

    def plain(self, length: int) -> int:
        start, self._at = self._at, self._at + length
        if self._at > len(self._bits):
            raise UnreadableLog("cut short")
        return int(self._bits[start : self._at], 2)

    def golomb(self, k: int) -> int:
        zeros = self._bits.find("1", self._at) - self._at
        if zeros < 0:
            raise UnreadableLog("cut short")
        self._at += zeros
        return self.plain(zeros + 1 + k) - (1 << k)

    def texts(self, machine: Machine, count: int) -> list[str]:
        texts: list[str] = []
        while True:
            for _ in range(self.golomb(_RUN_K)):
                if machine.finished:
                    raise UnreadableLog("longer than its text")
                texts.append(_expected(machine))
                machine.press(Event(0, texts[-1]))
            if len(texts) == count:
                return texts
            texts.append(self._exception(_expected(machine)))
            machine.press(Event(0, texts[-1]))

    def _exception(self, expected: str) -> str:
        kind = self.plain(2)
        if kind < len(_DELETIONS):
            return _DELETIONS[kind]
        code = ord(expected[:1] or " ")
        letters = ""
        for _ in range(self.golomb(0) + 1):
            code += _unzigzag(self.golomb(_LETTER_K))
            if not 0 <= code < 0x110000:
                raise UnreadableLog("no such character")
            letters += chr(code)
        return letters

    def numbers(self, count: int) -> list[int | None]:
        if not self.plain(1):
            return [None] * count
        gaps = self.plain(1)
        median = self.golomb(_MEDIAN_K)
        k = self.golomb(_ORDER_K)
        codes = [self.golomb(k) for _ in range(count)]
        return [None if gaps and code == 0 else median + _unzigzag(code - gaps) for code in codes]
