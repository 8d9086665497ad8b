"""What ten minutes of practice consist of: a warm-up, two exercises of what is weak, one of prose. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from coaching.advice.difficulty import Level
from lessons import frequencies
from lessons.text_maker import Kind, Made, Wish, make_text, warm_up

SHORTEST: Final = 60
LONGEST: Final = 1500
"""Characters of an exercise, whatever the pace."""
TARGETS: Final = 2
"""Weak items of one targeted exercise; two exercises have twice as many."""
BURST_WORDS: Final = 200
FREQUENT: Final = 5000
"""The words that come, the most frequent ones: of bursts, and of other exercises."""


class Step(StrEnum):
    """What an exercise of a plan is for."""

    WARM_UP = "warm-up"
    TARGETED = "targeted"
    GROUPS = "groups"
    BURST = "burst"
    PROSE = "prose"


class Method(StrEnum):
    """How one practises; all but the usual one are for a plateau."""

    USUAL = "usual"
    EXACT = "exact"
    BURSTS = "bursts"
    READING = "reading"


MINUTES: Final[Mapping[Step, float]] = {
    Step.WARM_UP: 1.25,
    Step.TARGETED: 3.0,
    Step.GROUPS: 3.0,
    Step.BURST: 3.0,
    Step.PROSE: 2.75,
}
"""Of a usual plan they make ten."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An exercise to be written: what it is for, and the weak items it is about with their weights."""

    step: Step
    weak: Mapping[str, float]


def compose(weak: Mapping[str, float], level: Level, method: Method = Method.USUAL) -> list[Planned]:
    """The exercises of ten minutes, in order; `weak` are items with their weights, the worst first.

    Less weak material means fewer items; two keys at a time come as groups. With nothing weak, and where one only
    reads, prose takes the place of what would be targeted; bursts are of the most frequent words.
    """
    targeted = [Planned(Step.PROSE, {}), Planned(Step.PROSE, {})]
    if method is Method.BURSTS:
        targeted = [Planned(Step.BURST, {}), Planned(Step.BURST, {})]
    elif weak and method is not Method.READING:
        targeted = _targeted(weak, level)
    return [Planned(Step.WARM_UP, {}), *targeted, Planned(Step.PROSE, {})]


def _targeted(weak: Mapping[str, float], level: Level) -> list[Planned]:
    if level is Level.TWO_KEYS:
        worst = dict(islice(weak.items(), 1))
        is_letter = all(character.islower() for character in "".join(worst))
        return [Planned(Step.GROUPS if is_letter else Step.TARGETED, worst), Planned(Step.TARGETED, worst)]
    count = 1 if level is Level.LESS else TARGETS
    first = dict(islice(weak.items(), count))
    second = dict(islice(weak.items(), count, 2 * count)) or first
    return [Planned(Step.TARGETED, first), Planned(Step.TARGETED, second)]


def length_of(step: Step, cpm: float) -> int:
    """The characters of an exercise for somebody who types at `cpm`."""
    return round(min(max(MINUTES[step] * cpm, SHORTEST), LONGEST))


def write(
    planned: Planned, *, language: str, letters: frozenset[str], cpm: float, avoid: frozenset[str], seed: str
) -> Made:
    """The text of an exercise in the `letters` learned, without the words to `avoid`."""
    length = length_of(planned.step, cpm)
    if planned.step is Step.WARM_UP:
        return warm_up(language, letters, length=length, seed=seed, avoid=avoid)
    kinds: Mapping[Step, Kind] = {Step.GROUPS: "groups", Step.PROSE: "sentences", Step.BURST: "words"}
    return make_text(
        Wish(
            language=language,
            letters=_two_keys(planned.weak, letters, language) if planned.step is Step.GROUPS else letters,
            weak=planned.weak,
            length=length,
            kind=kinds.get(planned.step, "mixed"),
            avoid=avoid,
            seed=seed,
            frequent=BURST_WORDS if planned.step is Step.BURST else FREQUENT,
        )
    )


def _two_keys(weak: Mapping[str, float], letters: frozenset[str], language: str) -> frozenset[str]:
    """The letters of a pair; of a letter also the one it most often stands beside."""
    found = frozenset("".join(weak))
    if len(found) > 1:
        return found
    (key,) = found
    pairs = frequencies.pairs(language)
    others = sorted(letter for letter in letters if letter.islower() and letter != key)
    return found | {
        max(others, key=lambda other: pairs.get(key + other, 0.0) + pairs.get(other + key, 0.0), default=key)
    }
