"""How long simulated learners practise until they type prose at a target speed: `python -m bench.practice`.

Each learner of `bench.typists` practises from the same start in several ways, typing one exercise after another until
the prose of `bench/prose/` (Carroll, Chekhov), which no exercise has, would go `GAIN` times as fast as at the
beginning, mistakes and their repair included. Whether it would is asked of the simulated hands themselves, without
typing: nothing is learned from it and chance has no part. Only time at the keyboard counts. All ways begin knowing
nothing of the learner.
"""

import argparse
import json
import math
import random
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from statistics import geometric_mean, median
from typing import Final, NamedTuple, Protocol

from bench.keybr import Keybr
from bench.product import machine
from bench.typists import KINDS, Learning, Typist
from coaching.advice.difficulty import Run, aim, difficulty, usual_cpm
from coaching.plans.composition import compose, weights, write_all
from lessons import words
from lessons.fresh import fresh_text
from lessons.text_pieces import words_of
from progress.keystrokes.costs import weaknesses
from progress.keystrokes.replay import Replay, replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.keystrokes.worth import worth_of

TEACHES = 0.5
"""How much of a strike's lesson is learned: in histories of a few weeks learners have to come on quickly, here they may
take hours."""
GAIN = 1.25
"""The target speed, in speeds at the beginning."""
SESSION_MINUTES = 10
MOST_MINUTES = 1500
"""Who has not got there by then counts as having needed so long."""
FREQUENT = 1000
"""Plain frequent words are these many, each as likely, as keybr and monkeytype have them."""
WORDS = 25
PROSE_LENGTH = 150
RESAMPLES = 2000
INTERVAL = (0.025, 0.975)
LEAST_SAVED = 0.15
"""What is promised: so much less practice than under keybr's rule, and no more than with plain words."""
RUNS, RECENT = 20, 10
"""Runs and texts the coach remembers, as coaching.advice.standing and coaching.plans.drills have it."""
UNKNOWN_CPM = 100.0
"""Before anything was typed."""
LAYOUTS = {"en": "en-qwerty", "ru": "ru-jcuken"}


class Way(Protocol):
    """A way of practising: what is typed next, having seen all that was typed before."""

    def next_text(self) -> str: ...

    def learn_from(self, played: Replay) -> None: ...


@dataclass
class Coach:
    """Our plans of ten minutes, one after another, made of what the product's own model says costs most; the
    learner's history and the last plan's aim are kept here instead of in the database."""

    language: str
    seed: str
    skill: Skill = field(default_factory=Skill)
    runs: list[Run] = field(default_factory=list)
    """The last first."""
    texts: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))
    planned: deque[str] = field(default_factory=deque)
    """The texts of the plan not typed yet."""
    aim: float | None = None
    plans: int = 0

    def next_text(self) -> str:
        if not self.planned:
            self._plan()
        text = self.planned.popleft()
        self.texts.append(text)
        return text

    def learn_from(self, played: Replay) -> None:
        self.skill.add(played, strikes(LAYOUTS[self.language]))
        count = len(played.strokes)
        accuracy, cpm = 100 * played.right / count, 60_000 * (played.cursor - 1) / played.duration
        self.runs = [Run(count, accuracy, cpm), *self.runs][:RUNS]

    def _plan(self) -> None:
        asked = difficulty(self.runs, aim(self.runs, self.aim))
        self.aim = asked.target_cpm
        self.plans += 1
        layout = LAYOUTS[self.language]
        weak = weaknesses(self.skill, layout, self.language)
        made = write_all(
            compose(weights(weak), asked.level),
            language=self.language,
            letters=frozenset(character for character in strikes(layout) if not character.isspace()),
            cpm=usual_cpm(self.runs) or UNKNOWN_CPM,
            avoid=frozenset().union(*map(words_of, self.texts)),
            seed=f"{self.seed}/{self.plans}",
            worth=worth_of(self.skill, layout, self.language),
        )
        self.planned.extend(one.text for one in made)


@dataclass
class FrequentWords:
    """Plain frequent words."""

    language: str
    random: random.Random

    def next_text(self) -> str:
        return " ".join(self.random.choices(words.frequent(self.language)[:FREQUENT], k=WORDS))

    def learn_from(self, played: Replay) -> None:
        """They are the same for everybody."""


@dataclass
class Prose:
    """The prose of the courses in another order, nothing promised of it."""

    language: str
    random: random.Random

    def next_text(self) -> str:
        return fresh_text(self.language, "ordinary", length=PROSE_LENGTH, seed=self.random.getrandbits(64))

    def learn_from(self, played: Replay) -> None:
        """It is the same for everybody."""


MakeWay = Callable[[str, float, str], Way]
"""By the language, the ms a character takes at the target speed, and a seed."""
WAYS: dict[str, MakeWay] = {
    "coach": lambda language, _, seed: Coach(language, seed),
    "keybr": lambda language, target_ms, seed: Keybr(language, target_ms, random.Random(seed)),
    "keybr, made-up words": lambda language, target_ms, seed: Keybr(
        language, target_ms, random.Random(seed), natural=False
    ),
    "keybr, letter by letter": lambda language, target_ms, seed: Keybr(
        language, target_ms, random.Random(seed), everything=False
    ),
    "frequent words": lambda language, _, seed: FrequentWords(language, random.Random(seed)),
    "prose": lambda language, _, seed: Prose(language, random.Random(seed)),
}
COMPARED = ("coach", "keybr", "frequent words")
"""Ways tried in every world."""
OURS, PLAIN = "coach", "frequent words"
KEYBRS = [way for way in WAYS if way.startswith("keybr")]


class ByKey(Learning):
    """Only the finding of keys is learned: whatever pair a key is struck in, it serves all of them."""

    def of_pair(self, before: str, character: str) -> float:
        return 0.0


class ByPair(Learning):
    """Nothing carries over: each pair is learned for itself, finding its second key included."""

    WORTH: Final = 8
    """A key is struck about so many times as often as its usual pairs: learning goes on as quickly as elsewhere."""

    def taught(self, before: str, character: str) -> tuple[str, ...]:
        return (before[-1:] + character,)

    def of_key(self, before: str, character: str) -> float:
        return self.WORTH * self.of_pair(before, character)


class Sharing(Learning):
    """Much carries over: a pair also gains by all others that share one of its keys."""

    SHARED: Final = 0.1

    def of_pair(self, before: str, character: str) -> float:
        others = super().of_key("", before[-1:]) + super().of_key("", character)
        return super().of_pair(before, character) + self.SHARED * others


class ByWord(Learning):
    """Words are learned as wholes: what a key gains in one, or in its beginning, serves no other word."""

    WORTH: Final = 40
    """As much more for words, which are rarer still."""

    def taught(self, before: str, character: str) -> tuple[str, ...]:
        return (before + character,)

    def of_key(self, before: str, character: str) -> float:
        return self.WORTH * self._strikes.get(before + character, 0.0)

    of_pair = of_key


class PowerLaw(Learning):
    """Ever less is learned by as many strikes, and there is no end of it."""

    EXPONENT: Final = 0.5

    def left(self, strikes: float, worn: float) -> float:
        """As much as elsewhere after `worn` strikes: 37 %."""
        return (1 + (math.exp(1 / self.EXPONENT) - 1) * strikes / worn) ** -self.EXPONENT


class Unspaced(Learning):
    """A strike teaches as much, however soon it comes after the last of its key or pair."""

    def strike(self, before: str, character: str) -> None:
        for item in self.taught(before, character):
            self._strikes[item] = self._strikes.get(item, 0.0) + self.teaches


class World(NamedTuple):
    """What is assumed of learning, and of the prose at the end: `small` is without capitals and signs."""

    learning: type[Learning] = Learning
    small: bool = False


WORLDS = {
    "as documented": World(),
    "by key": World(ByKey),
    "by pair": World(ByPair),
    "pairs share": World(Sharing),
    "by word": World(ByWord),
    "power law": World(PowerLaw),
    "no spacing": World(Unspaced),
    "small letters": World(small=True),
}


class Case(NamedTuple):
    """One learner practising in one way."""

    world: str
    way: str
    kind: str
    language: str
    seed: int


class Outcome(NamedTuple):
    """The minutes of practice, whether the target was `reached` in them, and the speed at the beginning."""

    minutes: float
    reached: bool
    from_cpm: float


def practise(case: Case) -> Outcome:
    """Practise in sessions, one a day, until the target is reached; when in the last of them, is interpolated."""
    world = WORLDS[case.world]
    learning = world.learning()
    learning.teaches = TEACHES
    typist = Typist(case.kind, case.seed, case.language, learning=learning)
    text = prose(case.language, small=world.small)
    from_cpm = cpm = typist.cpm(text)
    target = GAIN * from_cpm
    way = WAYS[case.way](case.language, 60_000 / target, "/".join(map(str, case)))
    spent = 0.0
    while cpm < target and spent < MOST_MINUTES:
        before, began = cpm, spent
        while spent < began + SESSION_MINUTES:
            exercise = way.next_text()
            played = replay(exercise, typist.type(exercise, goes_on=spent > began), "stop")
            way.learn_from(played)
            spent += played.duration / 60_000
        cpm = typist.cpm(text)
        typist.rest(days=1)
    if cpm < target:
        return Outcome(MOST_MINUTES, False, from_cpm)
    return Outcome(began + (spent - began) * (target - before) / (cpm - before), True, from_cpm)


@cache
def prose(language: str, *, small: bool) -> str:
    """The prose at the end, as it is or in small letters alone."""
    text = (Path(__file__).parent / "prose" / f"{language}.txt").read_text("utf-8").strip()
    if not small:
        return text
    letters = (character if character.isalpha() else " " for character in text.lower())
    return " ".join("".join(letters).split())


@dataclass(frozen=True)
class Summary:
    """What the learners of a world needed in one way: the median of their minutes; and what part ours are of theirs,
    the geometric mean over learners. Each with its 95 % interval, by bootstrap over learners."""

    world: str
    way: str
    minutes: float
    minutes_low: float
    minutes_high: float
    ours: float
    ours_low: float
    ours_high: float
    reached: int
    n: int

    @classmethod
    def of(cls, world: str, way: str, outcomes: dict[Case, Outcome]) -> "Summary":
        own = [case for case in outcomes if (case.world, case.way) == (world, way)]
        minutes = [outcomes[case].minutes for case in own]
        ratios = [outcomes[case._replace(way=OURS)].minutes / outcomes[case].minutes for case in own]
        return cls(
            world,
            way,
            median(minutes),
            *interval(minutes, median),
            geometric_mean(ratios),
            *interval(ratios, geometric_mean),
            sum(outcomes[case].reached for case in own),
            len(own),
        )

    def line(self) -> str:
        minutes = f"{self.minutes:6.0f} ({self.minutes_low:.0f}–{self.minutes_high:.0f})"
        ours = f"{self.ours:5.0%} ({self.ours_low:.0%}–{self.ours_high:.0%})"
        return f"{self.world:20} {self.way:24} {minutes:20} {ours:18} {self.reached}/{self.n}"


def interval(values: Sequence[float], middle: Callable[[Sequence[float]], float]) -> tuple[float, float]:
    """The 95 % interval of a mean or median, by bootstrap."""
    dice = random.Random(len(values))
    found = sorted(middle(dice.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = (found[round(share * (RESAMPLES - 1))] for share in INTERVAL)
    return low, high


def measure(worlds: Sequence[str], seeds: Sequence[int], jobs: int = 1) -> list[Summary]:
    """All ways in the first world, `COMPARED` in the others; the same learners everywhere: every kind in both
    languages, by each seed."""
    asked = [(world, way) for world in worlds for way in (WAYS if world == worlds[0] else COMPARED)]
    cases = [Case(*one, *who) for one in asked for who in product(KINDS, LAYOUTS, seeds)]
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            outcomes = dict(zip(cases, pool.map(practise, cases), strict=True))
    else:
        outcomes = dict(zip(cases, map(practise, cases), strict=True))
    return [Summary.of(*one, outcomes) for one in asked]


def kept(summaries: Iterable[Summary]) -> bool:
    """Whether what is promised holds of these."""
    promised = dict.fromkeys(KEYBRS, 1 - LEAST_SAVED) | {PLAIN: 1.0}
    return all(summary.ours <= promised.get(summary.way, math.inf) for summary in summaries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=4, help="learners of each kind and language (4)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first of them (1)")
    parser.add_argument("--worlds", nargs="+", choices=WORLDS, default=["as documented"], help="assumptions")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once (1)")
    parser.add_argument("--json", action="store_true", help="print one object a world and way, one a line")
    asked = parser.parse_args()
    summaries = measure(asked.worlds, range(asked.seed, asked.seed + asked.learners), asked.jobs)
    if asked.json:
        for summary in summaries:
            print(json.dumps(vars(summary)))
    else:
        print(machine())
        print(f"{'':44} {'minutes':20} {'ours of theirs':18} reached")
        for summary in summaries:
            print(summary.line())
    return 0 if kept(summary for summary in summaries if summary.world == asked.worlds[0]) else 1


if __name__ == "__main__":
    sys.exit(main())
