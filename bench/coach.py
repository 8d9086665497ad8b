"""How well the coach's model foretells a learner's next session: `python -m bench.coach [FILE …]`.

For every session but a learner's first, each predictor is taught all sessions before it and then asked for every key
that it has seen, spaces apart. Without files the learners are those of `bench.typists`; a file is our own export or
keybr's `typing-data.json` (docs/coach.md). Figures are over all sessions of all learners:

mae_ms: how far the predicted mean interval of a key was from the session's, weighed by the strokes timed;
log_loss: of a first try being missed, natural logarithm; coverage80: how many of the session's key means were within
what should hold 80 %; captured_top5: the share of all that keys cost in those sessions, their misses and what they took
longer than 0.85 of the usual interval, that fell on the five keys the predictor would have named; n: how many means of
keys were foretold.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Run as a file, too: then only its own folder would be searched.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.histories import History, Unreadable, read, simulated
from bench.predictors import Predictor, predictors
from progress.keystrokes.skill import ERROR_INTERVALS
from progress.keystrokes.tallies import Tally

TOP: Final = 5
FASTEST: Final = 0.85
"""The part of the usual interval from which on a key costs nothing."""
LEAST_GAIN: Final = 0.15
"""By which the error of our latencies must be below that of the last session."""
COVERAGE: Final = (0.75, 0.85)
SURE: Final = 0.001
"""No predictor is held to be surer than this and its opposite, so that one surprise does not decide."""


@dataclass
class Marks:
    """What one predictor's predictions came to."""

    strokes: float = 0.0
    off_ms: float = 0.0
    tries: float = 0.0
    loss: float = 0.0
    keys: int = 0
    held: int = 0
    cost: float = 0.0
    captured: float = 0.0

    def judge(self, predictor: Predictor, session: Tally, shares: dict[str, float], usual: float) -> None:
        """Compare with what came; `shares` are the tries of every key until then, `usual` the mean interval."""
        for character, times in session.keys.items():
            if character in shares:
                found = predictor.predict(character, times.count)
                self.strokes += times.count
                self.off_ms += times.count * abs(found.ms - times.mean)
                self.keys += 1
                self.held += found.low <= times.mean <= found.high
        for character, tries in session.tries.items():
            if character in shares:
                error = min(1 - SURE, max(SURE, predictor.predict(character, 1).error))
                self.tries += tries.count
                self.loss -= tries.missed * math.log(error) + (tries.count - tries.missed) * math.log(
                    1 - error
                )
        costs = costs_of(session)
        self.cost += sum(costs.values())
        self.captured += sum(costs.get(character, 0.0) for character in named(predictor, shares, usual))

    def as_row(self, name: str) -> dict[str, str | float]:
        return {
            "model": name,
            "mae_ms": round(self.off_ms / self.strokes, 2) if self.strokes else 0.0,
            "log_loss": round(self.loss / self.tries, 5) if self.tries else 0.0,
            "coverage80": round(self.held / self.keys, 4) if self.keys else 0.0,
            "captured_top5": round(self.captured / self.cost, 4) if self.cost else 0.0,
            "n": self.keys,
        }


def key_loss(ms: float, error_rate: float, usual: float) -> float:
    """What one stroke of a key loses, ms, where `usual` is the learner's usual interval."""
    return max(0.0, ms - FASTEST * usual) + ERROR_INTERVALS * error_rate * usual


def named(predictor: Predictor, shares: dict[str, float], usual: float) -> list[str]:
    """The five keys that will cost most, by a predictor, in a text like those before."""
    costs = {}
    for character, share in shares.items():
        if predictor.names(character):
            found = predictor.predict(character, 1)
            costs[character] = share * key_loss(found.ms, found.error, usual)
    return sorted(costs, key=lambda character: (-costs[character], character))[:TOP]


def costs_of(session: Tally) -> dict[str, float]:
    """What each key truly cost in a session, ms."""
    strokes = sum(times.count for times in session.keys.values())
    if not strokes:
        return {}
    usual = sum(times.total for times in session.keys.values()) / strokes
    costs = {
        character: times.count * key_loss(times.mean, 0.0, usual)
        for character, times in session.keys.items()
        if not character.isspace()
    }
    for character, tries in session.tries.items():
        if not character.isspace():
            costs[character] = costs.get(character, 0.0) + ERROR_INTERVALS * tries.missed * usual
    return costs


def measure(histories: Iterable[History]) -> dict[str, Marks]:
    """The marks of every predictor over all histories."""
    marks: dict[str, Marks] = {}
    for history in histories:
        judged = predictors(history.strikes)
        tried: dict[str, float] = {}
        total = strokes = 0.0
        for session in history.sessions:
            if strokes:
                for predictor in judged:
                    marks.setdefault(predictor.name, Marks()).judge(
                        predictor, session, tried, total / strokes
                    )
            for predictor in judged:
                predictor.learn(session)
            for character, times in session.keys.items():
                if not character.isspace():
                    tried[character] = tried.get(character, 0.0) + times.count
                total += times.total
                strokes += times.count
    return marks


def promises(rows: dict[str, dict[str, str | float]]) -> list[str]:
    """The promises that were missed."""
    ours, last, overall = rows["ours"], rows["last_session"], rows["global_mean"]
    low, high = COVERAGE
    kept = {
        f"latencies ≥ {LEAST_GAIN:.0%} nearer than the last session": float(ours["mae_ms"])
        <= (1 - LEAST_GAIN) * float(last["mae_ms"]),
        "log-loss of errors no worse than that of the global mean": float(ours["log_loss"])
        <= float(overall["log_loss"]),
        f"80 % intervals hold {low:.0%} to {high:.0%}": low <= float(ours["coverage80"]) <= high,
    }
    return [promise for promise, is_kept in kept.items() if not is_kept]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="exported histories")
    parser.add_argument("--json", action="store_true", help="print an object a model, one a line")
    parser.add_argument("--sessions", type=int, default=60, help="of each simulated learner (60)")
    parser.add_argument("--seeds", type=int, default=2, help="simulated learners of a kind and language (2)")
    asked = parser.parse_args(arguments)
    began = time.perf_counter()
    try:
        histories = (
            [one for file in asked.files for one in read(file)]
            if asked.files
            else list(simulated(asked.sessions, range(1, asked.seeds + 1)))
        )
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    rows = {name: marks.as_row(name) for name, marks in measure(histories).items()}
    if not rows or not rows["ours"]["n"]:
        print("No key was typed in two sessions, so there is nothing to predict.", file=sys.stderr)
        return 2
    missed = [] if asked.files else promises(rows)
    if asked.json:
        for row in rows.values():
            print(json.dumps(row))
    else:
        show(rows, histories, time.perf_counter() - began)
        for promise in missed:
            print(f"missed: {promise}")
    return 1 if missed else 0


def show(rows: dict[str, dict[str, str | float]], histories: list[History], seconds: float) -> None:
    sessions = sum(len(history.sessions) for history in histories)
    print(f"{len(histories)} histories, {sessions} sessions, {seconds:.0f} s")
    print(f"{'model':14} {'MAE, ms':>8} {'log-loss':>9} {'in 80 %':>8} {'top 5':>7} {'n':>8}")
    for row in rows.values():
        print(
            f"{row['model']:14} {row['mae_ms']:8.1f} {row['log_loss']:9.4f} {row['coverage80']:8.1%} "
            f"{row['captured_top5']:7.1%} {row['n']:8}"
        )


if __name__ == "__main__":
    sys.exit(main())
