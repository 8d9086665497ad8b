"""Keystroke logs as human hands make them, and as forgers do; for tests and benches.

What people's hands do follows Dhakal, Feit, Kristensson, Oulasvirta, "Observations on Typing from 136 Million
Keystrokes" (CHI 2018): intervals of 239 ms (SD 112) over people, keys held 116 ms (SD 24), rollover in a quarter of the
keystrokes, more for the fast, hands in turn faster than one finger twice. Nobody here rests for more than 5 s: who does
is not ranked, by the rules, and rightly.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from progress.keystrokes.logs import Log, whole_milliseconds
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, Event, Mode

LONGEST_REST = 4600.0
RESOLUTIONS = (0.1, 1.0, 1.0, 1.0, 8.0, 16.0)
"""To how many ms browsers round the times of events."""
HANDS = ("qwertasdfgzxcvbйцукефывапячсми", "yuiophjkl;nm,.'нгшщзхъролджэтьбю.")
STARTED_AT = 1_750_000_000_000

Raw = tuple[float, str, float | None]


@dataclass
class Typist:
    """One person at one keyboard; the same text again comes out alike and never the same."""

    random: random.Random
    pace: float = 0.0
    """The usual interval, ms."""
    spread: float = 0.0
    held: float = 0.0
    mistakes: float = 0.0
    resolution: float = 1.0
    keys: dict[str, float] = field(default_factory=dict)

    @classmethod
    def any(cls, seed: int | str) -> "Typist":
        """Somebody between 8 and 130 WPM."""
        hand = random.Random(seed)
        pace = min(1500.0, max(90.0, hand.lognormvariate(math.log(215), 0.5)))
        return cls(
            random=hand,
            pace=pace,
            spread=hand.uniform(0.18, 0.4),
            held=min(170.0, max(60.0, hand.gauss(105, 22))),
            mistakes=hand.uniform(0.0, 0.08),
            resolution=hand.choice(RESOLUTIONS),
        )

    def log(self, text: str, *, mode: Mode = "stop", source: str = "keyboard") -> Log:
        """One run over a text."""
        return as_log(self._rounded(self._typed(text, mode)), mode=mode, source=source)

    def _typed(self, text: str, mode: Mode) -> list[Raw]:
        raw: list[Raw] = []
        for place, character in enumerate(text):
            before = text[place - 1] if place else ""
            if self.random.random() < self.mistakes and character.isalpha():
                raw += self._mistake(text, place, before, mode)
            raw.append((self._interval(before, character), character, self._hold()))
        return raw

    def _mistake(self, text: str, place: int, before: str, mode: Mode) -> list[Raw]:
        wrong = self.random.choice(
            [other for other in text if other.isalpha() and other != text[place]] or ["x"]
        )
        slip: list[Raw] = [(self._interval(before, wrong), wrong, self._hold())]
        if mode == "stop":
            return slip
        noticed = self.random.randint(0, 3)
        following = text[place + 1 : place + 1 + noticed]
        slip += [(self._interval(wrong, character), character, self._hold()) for character in following]
        word = text[:place].rpartition(" ")[2] + wrong + following
        if self.random.random() < 0.15 and " " not in following:
            slip.append((self._interval("", "") * 1.6, DELETE_WORD, self._hold()))
            retyped = word[: -len(following) - 1]
            slip += [(self._interval("", character), character, self._hold()) for character in retyped]
        else:
            pauses = [self._interval("", "") * (1.6 if n == 0 else 0.7) for n in range(len(following) + 1)]
            slip += [(pause, BACKSPACE, self._hold()) for pause in pauses]
        return slip

    def _interval(self, before: str, character: str) -> float:
        log = math.log(self.pace) + self._effect(character, 0.12) + self._effect(before + character, 0.1)
        if before == " ":
            log += 0.25
        elif before and before == character:
            log -= 0.05
        elif before:
            log += -0.1 if _hand(before) != _hand(character) else 0.12
        log += self.random.gauss(0, self.spread)
        if self.random.random() < 0.015:
            log += self.random.uniform(0.5, 1.5)
        return math.exp(log)

    def _effect(self, what: str, size: float) -> float:
        if what not in self.keys:
            self.keys[what] = self.random.gauss(0, size)
        return self.keys[what]

    def _hold(self) -> float:
        return max(25.0, self.random.gauss(self.held, self.held / 5))

    def _rounded(self, raw: Sequence[Raw]) -> list[Raw]:
        step, clock, told = self.resolution, self.random.uniform(0, 1000), 0.0
        rounded: list[Raw] = []
        for interval, text, hold in raw:
            clock += min(interval, LONGEST_REST)
            now = round(clock / step) * step
            rounded.append((now - told, text, None if hold is None else round(hold / step) * step))
            told = now
        return rounded


def _hand(character: str) -> int:
    return next((number for number, keys in enumerate(HANDS) if character.lower() in keys), 2)


def as_log(
    raw: Sequence[Raw], *, mode: Mode = "stop", source: str = "keyboard", untrusted: bool = False
) -> Log:
    """A log as the parser makes it."""
    intervals = whole_milliseconds([0.0, *(interval for interval, _, _ in raw[1:])])
    events = tuple(
        Event(dt, text, None if hold is None else math.floor(hold + 0.5))
        for dt, (_, text, hold) in zip(intervals, raw, strict=True)
    )
    return Log(1, "ticket", STARTED_AT, mode, events, source, untrusted)


def constant(text: str, hand: random.Random) -> Log:
    """Every interval the same."""
    pace = hand.uniform(40, 300)
    return as_log([(pace, character, 80.0) for character in text])


def jittered(text: str, hand: random.Random) -> Log:
    """The same but for a few ms."""
    pace, by = hand.uniform(60, 300), hand.uniform(1, 5)
    return as_log([(pace + hand.uniform(-by, by), character, hand.uniform(70, 90)) for character in text])


def uniform(text: str, hand: random.Random) -> Log:
    """Any interval between two bounds as likely as another."""
    least = hand.uniform(40, 150)
    most = least * hand.uniform(1.5, 3)
    return as_log([(hand.uniform(least, most), character, hand.uniform(60, 120)) for character in text])


def pasted(text: str, hand: random.Random) -> Log:
    """Several characters at once, at a plausible pace."""
    size = hand.randint(3, 16)
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    return as_log([(hand.lognormvariate(5, 0.3) * len(part), part, 90.0) for part in parts])


def worded(text: str, hand: random.Random) -> Log:
    """Pasted in parts that are said to come from an input method."""
    return replace(pasted(text, hand), client_input="ime")


def scripted(text: str, hand: random.Random) -> Log:
    """Typed by a program in the page: its events are not trusted by the browser, and the page tells."""
    return replace(Typist.any(hand.getrandbits(32)).log(text), client_untrusted=True)


def sped_up(log: Log, hand: random.Random) -> Log:
    """A log with all intervals shortened alike, with or without its holds."""
    factor, with_holds = hand.uniform(0.3, 0.9), hand.random() < 0.5
    return as_log(
        [
            (event.dt * factor, event.text, event.hold and event.hold * (factor if with_holds else 1))
            for event in log.events
        ],
        mode=log.mode,
    )


def noised(log: Log, hand: random.Random) -> Log:
    """A log with every interval a little off."""
    return as_log(
        [(max(1.0, event.dt + hand.uniform(-4, 4)), event.text, event.hold) for event in log.events],
        mode=log.mode,
    )


FORGERIES: dict[str, Callable[[str, random.Random], Log]] = {
    "constant": constant,
    "jittered": jittered,
    "uniform": uniform,
    "pasted": pasted,
    "worded": worded,
    "scripted": scripted,
}
COPIES: dict[str, Callable[[Log, random.Random], Log]] = {
    "replayed": lambda log, _hand: log,
    "sped up": sped_up,
    "noised": noised,
}
"""Made from a log recorded before, over the same text."""
