"""What the coach takes to analyse a million keystrokes: `python -m bench.analysis`.

They are counted once, a session at a time as it is recorded; what was counted is read and judged at every page. Times
are of the processor, the best of `RUNS`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from itertools import cycle

from bench.product import machine
from bench.typists import Typist
from lessons.fresh import fresh_text
from progress.keystrokes.costs import weaknesses
from progress.keystrokes.replay import Replay, replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.skill_states import from_state, to_state
from progress.keystrokes.strikes import strikes

RUNS = 3
SESSIONS, LENGTH = 60, 300
KINDS = {"exact": "stop", "sloppy": "free"}
LAYOUT, LANGUAGE = "en-qwerty", "en"


def replays() -> list[Replay]:
    """Sessions of a slow and exact learner and of a fast and sloppy one."""
    found = []
    for kind, mode in KINDS.items():
        typist = Typist(kind, 1, LANGUAGE)
        for day in range(SESSIONS):
            text = fresh_text(LANGUAGE, "ordinary", length=LENGTH, seed=str(day))
            found.append(replay(text, typist.type(text, mode), mode))
            typist.rest(1)
    return found


def seconds(task: Callable[[], object]) -> float:
    """Of the processor, the best of `RUNS`."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        task()
        best = min(best, time.process_time() - began)
    return best


def counted(played: list[Replay], keystrokes: int) -> Skill:
    """The profile of so many keystrokes, of the sessions again and again."""
    skill, struck, left = Skill(), strikes(LAYOUT), keystrokes
    for one in cycle(played):
        if left <= 0:
            break
        skill.add(one, struck)
        left -= len(one.strokes)
    return skill


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keystrokes", type=int, default=1_000_000)
    asked = parser.parse_args()
    played = replays()
    stored = json.dumps(to_state(counted(played, asked.keystrokes)))
    counting = seconds(lambda: counted(played, asked.keystrokes))
    judging = seconds(lambda: weaknesses(from_state(json.loads(stored)), LAYOUT, LANGUAGE))
    print(machine())
    print(
        f"{asked.keystrokes:,} keystrokes in sessions of {LENGTH}: counted in {counting:.2f} s, once, as recorded"
    )
    print(f"a profile of as many, {len(stored) / 1024:.0f} KiB: read and judged in {judging * 1000:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
