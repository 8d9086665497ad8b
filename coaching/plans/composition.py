"""What ten minutes of practice consist of: a warm-up, two exercises of the words worth most to the learner with what is
weak among them, one of prose. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from coaching.advice.difficulty import Level
from lessons import frequencies
from lessons.text_maker import Kind, Made, Wish, make_text, warm_up
from lessons.text_pieces import words_of
from lessons.worthwhile import Worth
from progress.keystrokes.costs import Weakness

SHORTEST: Final = 60
LONGEST: Final = 1500
"""Characters of an exercise, whatever the pace."""
TARGETS: Final = 2
"""Weak items of one targeted exercise; two exercises have twice as many."""
BURST_WORDS: Final = 200
TARGETED_WORDS: Final = 3000
FREQUENT: Final = 5000
"""The words that come, the most frequent ones: of bursts, of targeted exercises, and of others."""


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


WARM_UP_MINUTES: Final = 0.75
TARGETED_MINUTES: Final = 3.875
PROSE_MINUTES: Final = 1.5
"""Of a warm-up, two exercises and prose they make ten."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An exercise to be written: what it is for, its weak items with their weights, and how long it takes."""

    step: Step
    weak: Mapping[str, float]
    minutes: float


def weight(weakness: Weakness) -> float:
    """How much a weakness counts in a text: its cost, or where that is not known yet its misses."""
    return weakness.cost if weakness.cost is not None else 0.1 + weakness.error_rate


def weights(weaknesses: Sequence[Weakness]) -> dict[str, float]:
    """The items of weaknesses with their weights, in their order."""
    return {one.item: weight(one) for one in weaknesses}


def compose(weak: Mapping[str, float], level: Level, method: Method = Method.USUAL) -> list[Planned]:
    """The exercises of ten minutes, in order; `weak` are items with their weights, the worst first.

    Less weak material means fewer items; two keys at a time come as groups in place of the warm-up. With nothing weak
    there are still the words worth most. Where one only reads, all is prose; bursts are of the most frequent words.
    """
    warm_up = Planned(Step.WARM_UP, {}, WARM_UP_MINUTES)
    count = 1 if level.is_accuracy_first else TARGETS
    first = dict(islice(weak.items(), count))
    second = dict(islice(weak.items(), count, 2 * count)) or first
    step = Step.TARGETED
    if method is Method.BURSTS:
        step, first, second = Step.BURST, {}, {}
    elif method is Method.READING:
        step, first, second = Step.PROSE, {}, {}
    elif level is Level.TWO_KEYS:
        second = first
        if first and all(character.islower() for character in "".join(first)):
            warm_up = Planned(Step.GROUPS, first, WARM_UP_MINUTES)
    return [
        warm_up,
        Planned(step, first, TARGETED_MINUTES),
        Planned(step, second, TARGETED_MINUTES),
        Planned(Step.PROSE, {}, PROSE_MINUTES),
    ]


def length_of(planned: Planned, cpm: float) -> int:
    """The characters of an exercise for somebody who types at `cpm`."""
    return round(min(max(planned.minutes * cpm, SHORTEST), LONGEST))


def write_all(
    exercises: Sequence[Planned],
    *,
    language: str,
    letters: frozenset[str],
    cpm: float,
    avoid: frozenset[str],
    seed: str,
    worth: Worth,
) -> list[Made]:
    """The texts of a plan, none with the words of those before it."""
    found = []
    for place, planned in enumerate(exercises, 1):
        made = write(
            planned,
            language=language,
            letters=letters,
            cpm=cpm,
            avoid=avoid,
            seed=f"{seed}:{place}",
            worth=worth,
        )
        avoid |= words_of(made.text)
        found.append(made)
    return found


def write(
    planned: Planned,
    *,
    language: str,
    letters: frozenset[str],
    cpm: float,
    avoid: frozenset[str],
    seed: str,
    worth: Worth,
) -> Made:
    """The text of an exercise in the `letters` learned, without the words to `avoid`; a targeted one of the words worth
    most."""
    length = length_of(planned, cpm)
    if planned.step is Step.WARM_UP:
        return warm_up(language, letters, length=length, seed=seed, avoid=avoid)
    kinds: Mapping[Step, Kind] = {Step.GROUPS: "groups", Step.PROSE: "sentences", Step.BURST: "words"}
    words = {Step.BURST: BURST_WORDS, Step.TARGETED: TARGETED_WORDS}
    return make_text(
        Wish(
            language=language,
            letters=_two_keys(planned.weak, letters, language) if planned.step is Step.GROUPS else letters,
            weak=planned.weak,
            length=length,
            kind=kinds.get(planned.step, "mixed"),
            avoid=avoid,
            seed=seed,
            frequent=words.get(planned.step, FREQUENT),
            worth=worth if planned.step is Step.TARGETED else None,
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
