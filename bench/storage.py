"""Bytes a keystroke in the packed log, on human-like typing: `python -m bench.storage`.

Intervals are log-normal with an effect of every pair of keys, holds normal with one of every key, one key
in twenty-five is wrong, and free mode takes most mistakes back. Everything is seeded.
"""

import math
import os
import platform
import random
import time

from progress.keystrokes.packing import pack, unpack
from progress.keystrokes.replay import BACKSPACE, Event, Machine, Mode

LOGS = 200
KEYSTROKES = 300
PROMISED = {True: 2.5, False: 1.6}
"""Bytes a keystroke at most, with and without hold times."""
WORDS = {
    "ru": "в не на что он как это она по но они все мы весь свой который мочь человек время год дело жизнь"
    " день рука раз работа слово место лицо друг глаз вопрос дом сторона страна мир случай голова ребёнок",
    "en": "the be to of and that have with this from they would there their what about which when make can"
    " like time just know take people into year your good some could them see other than then now look only",
}
LETTERS = {"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}


def human_log(rng: random.Random, language: str, mode: Mode, holds: bool) -> tuple[str, list[Event]]:
    """A text of about KEYSTROKES characters and a log of one learner typing it."""
    text = ""
    while len(text) < KEYSTROKES:
        text += " " * bool(text) + rng.choice(WORDS[language].split())
    machine = Machine(text, mode)
    pace, spread = rng.uniform(110, 260), rng.uniform(0.22, 0.4)
    pair_effects: dict[str, float] = {}
    usual_holds: dict[str, float] = {}
    events: list[Event] = []
    before, slipped = " ", False
    while not machine.finished:
        expected = machine.units[machine.cursor]
        typed = rng.choice(LETTERS[language]) if rng.random() < 0.04 else expected
        if slipped and mode == "free" and rng.random() < 0.8:
            typed = BACKSPACE
        slipped = typed not in (expected, BACKSPACE)
        pair_effect = pair_effects.setdefault(before + typed, rng.gauss(0, 0.25))
        usual_hold = usual_holds.setdefault(typed, rng.gauss(90, 12))
        dt = round(pace * math.exp(rng.gauss(pair_effect, spread))) if events else 0
        events.append(Event(dt, typed, max(20, round(rng.gauss(usual_hold, 18))) if holds else None))
        machine.press(events[-1])
        before = typed
    return text, events


def bytes_a_keystroke(mode: Mode, holds: bool, logs: int = LOGS) -> float:
    """The mean over seeded logs, half Russian and half English, each read back and compared."""
    rng = random.Random(1)
    size = keystrokes = 0
    for i in range(logs):
        text, events = human_log(rng, ("ru", "en")[i % 2], mode, holds)
        packed = pack(text, mode, events)
        if unpack(text, packed) != (mode, tuple(events)):
            raise SystemExit("a log came back changed")
        size += len(packed)
        keystrokes += len(events)
    return size / keystrokes


def main() -> None:
    print(f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}")
    print(f"{LOGS} logs of about {KEYSTROKES} keystrokes in each row")
    for holds in (True, False):
        for mode in ("stop", "free"):
            figure = bytes_a_keystroke(mode, holds)
            verdict = "ok" if figure <= PROMISED[holds] else "TOO MUCH"
            label = "with holds" if holds else "without holds"
            print(f"{mode}, {label}: {figure:.2f} bytes a keystroke (promised {PROMISED[holds]}) {verdict}")
    text, events = human_log(random.Random(1), "ru", "stop", holds=True)
    packed = pack(text, "stop", events)
    for name, work in (
        ("pack", lambda: pack(text, "stop", events)),
        ("unpack", lambda: unpack(text, packed)),
    ):
        started = time.perf_counter()
        for _ in range(100):
            work()
        print(f"{name}: {(time.perf_counter() - started) * 10:.2f} ms a log of {len(events)} keystrokes")


if __name__ == "__main__":
    main()
