"""How well logs of human hands are told from forged ones: `python -m bench.plausibility`.

Hands and forgeries are those of `tests.hands`; every text is fresh. A human log must have no flag; of a copy
its original was recorded before. Also how alike the same hand types a text again.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from bench.product import machine
from lessons.fresh import fresh_text
from progress.keystrokes.logs import Log
from progress.keystrokes.plausibility import flags, rhythm_digest, same_rhythm
from progress.keystrokes.replay import Replay, replay
from tests.hands import COPIES, FORGERIES, Typist

MOST_HUMANS, LEAST_FORGERIES = 0.001, 0.95
ANY_AGE = 10**12
RUNS = 30


def text_for(seed: str) -> str:
    hand = random.Random(seed)
    language = hand.choice(["ru", "en"])
    difficulty = hand.choice(["easy", "ordinary", "hard"])
    return fresh_text(language, difficulty, length=hand.randint(60, 400), seed=seed)


def judged(text: str, log: Log) -> tuple[list[str], Replay]:
    played = replay(text, log.events, log.mode)
    return [flag.value for flag in flags(log, played, ticket_age_ms=ANY_AGE)], played


def human(number: int) -> list[str]:
    """The flags of a human log."""
    seed = f"human {number}"
    hand, text = random.Random(seed), text_for(seed)
    mode, source = hand.choice(["stop", "free"]), hand.choice(["keyboard"] * 6 + ["ime", "touch"])
    return judged(text, Typist.any(seed).log(text, mode=mode, source=source))[0]


def forged(kind: str, number: int) -> list[str]:
    seed = f"{kind} {number}"
    text = text_for(seed)
    return judged(text, FORGERIES[kind](text, random.Random(seed)))[0]


def copied(kind: str, number: int) -> list[str]:
    seed = f"{kind} {number}"
    text, hand = text_for(seed), random.Random(seed)
    original = Typist.any(seed).log(text, mode=hand.choice(["stop", "free"]))
    found, played = judged(text, COPIES[kind](original, hand))
    earlier = replay(text, original.events, original.mode)
    if rhythm_digest(played) == rhythm_digest(earlier) or same_rhythm(played, earlier):
        found.append("repeated")
    return found


def again(number: int) -> list[str]:
    """Whether the same hand, typing a text without mistakes RUNS times, seems to copy itself."""
    seed = f"again {number}"
    typist, text = Typist.any(seed), text_for(seed)
    typist.mistakes = 0.0
    runs = [replay(text, typist.log(text).events, "stop") for _ in range(RUNS)]
    return ["repeated"] if any(same_rhythm(runs[0], run) for run in runs[1:]) else []


def share(pool: ProcessPoolExecutor, label: str, make: Callable[[int], list[str]], count: int) -> float:
    found = list(pool.map(make, range(count), chunksize=50))
    flagged = sum(bool(flags) for flags in found) / count
    by = Counter(flag for flags in found for flag in flags)
    print(f"{label:24} {count:6} logs {flagged:8.2%} flagged  {dict(by) or ''}", flush=True)
    return flagged


def measure(humans: int, forgeries: int) -> bool:
    """Print every kind; whether the promises are kept."""
    kept = True
    with ProcessPoolExecutor() as pool:
        kept &= share(pool, "human", human, humans) <= MOST_HUMANS
        kept &= share(pool, f"the same {RUNS} times", again, humans // RUNS) <= MOST_HUMANS
        for kind in FORGERIES:
            kept &= share(pool, kind, partial(forged, kind), forgeries) >= LEAST_FORGERIES
        for kind in COPIES:
            kept &= share(pool, kind, partial(copied, kind), forgeries) >= LEAST_FORGERIES
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--humans", type=int, default=10_000, help="human logs (10000)")
    parser.add_argument("--forgeries", type=int, default=2_000, help="logs of each kind of forgery (2000)")
    asked = parser.parse_args()
    print(machine())
    kept = measure(asked.humans, asked.forgeries)
    print(
        f"promised: humans ≤ {MOST_HUMANS:.1%}, forgeries ≥ {LEAST_FORGERIES:.0%}: {'kept' if kept else 'missed'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
