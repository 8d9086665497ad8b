"""What is known of a learner's keys on a layout, measured by the texts of its language."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from lessons import keyboards
from lessons.languages import of_layout
from progress.keystrokes import costs
from progress.keystrokes.costs import Weakness
from progress.keystrokes.fingers import FingerLoad, finger_loads
from progress.keystrokes.replay import Replay
from progress.keystrokes.scoring import MOST_STARS
from progress.keystrokes.skill import Skill
from progress.keystrokes.strengths import Strength, strengths
from progress.keystrokes.strikes import strikes
from progress.keystrokes.tallies import Tally, Tries, tally
from progress.models import SkillProfile, TypingSession

MOST_NAMED: Final = 3
"""Weaknesses, and strengths, named at once."""
MOST_PAIRS: Final = 12
LEAST_MISSED: Final = 3
"""A key missed less often in a run was missed by accident."""
MEASURES: Final = ("cost", "speed", "errors")
LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class HeatKey:
    """A key of the drawing; `level` from 0, nothing known, to 4, the worst."""

    key: keyboards.Key
    level: int


@dataclass(frozen=True, slots=True)
class Named:
    """A weak key or pair, and how it went in one run: the mean ms before it, None where it was not timed; of a key its
    tries, and how many of them were missed."""

    weakness: Weakness
    ms: float | None
    tries: int
    missed: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """What one run was like, whatever is weak: the characters missed most with their misses and tries, and the slowest
    with the mean ms before them."""

    missed: Sequence[tuple[str, int, int]] = ()
    slow: Sequence[tuple[str, float]] = ()

    def __bool__(self) -> bool:
        return bool(self.missed or self.slow)


@dataclass(frozen=True)
class KnownKeys:
    """The keys of one learner on one layout: all of them by cost, pairs likewise, fingers, and which are weak.

    `stars` and `target_cpm` are those of the session they are asked for after, if after one.
    """

    skill: Skill
    layout: str
    stars: int | None = None
    target_cpm: float | None = None

    @classmethod
    def of(cls, user_id: UUID, layout: str) -> "KnownKeys":
        """One query, another one while little is known: what her last lesson asked of her holds until then."""
        return cls._asked_last(user_id, layout, SkillProfile.skill_of(user_id, layout))

    @classmethod
    def after(cls, session: TypingSession, skill: Skill) -> "KnownKeys":
        """What to say of them after a session: nothing is weak at five stars, nor slow at the pace of its lesson; after
        anything but a lesson, the same as ever."""
        if session.lesson is None:
            return cls._asked_last(session.user_id, session.layout, skill)
        return cls(skill, session.layout, session.stars, session.lesson.target_cpm)

    @classmethod
    def _asked_last(cls, user_id: UUID, layout: str, skill: Skill) -> "KnownKeys":
        if not skill.timed or costs.are_known(skill):
            return cls(skill, layout)
        lessons = TypingSession.objects.filter(user=user_id, layout=layout, lesson__isnull=False)
        last = lessons.select_related("lesson").order_by("-started_at", "-recorded_at").first()
        return cls.after(last, skill) if last else cls(skill, layout)

    @property
    def _language(self) -> str:
        return of_layout(self.layout).code

    @cached_property
    def all(self) -> list[Weakness]:
        """Every key tried often enough to tell, weak or not, the costliest first."""
        return costs.known_keys(self.skill, self.layout, self._language)

    @cached_property
    def pairs(self) -> list[Weakness]:
        """The pairs that cost most, weak or not."""
        return costs.known_pairs(self.skill, self.layout, self._language, most=MOST_PAIRS)

    @cached_property
    def weaknesses(self) -> list[Weakness]:
        """Weak keys and pairs, the costliest first."""
        return costs.weaknesses(
            self.skill, self.layout, self._language, stars=self.stars, target_cpm=self.target_cpm
        )

    def named_after(self, played: Replay) -> list[Named]:
        """What is weak of all that was typed in a run, as much as is named at once; where that is nothing, what is weak
        elsewhere."""
        run = tally(played)
        typed = _typed_in(run)
        weak = [one for one in self.weaknesses if one.item in typed] or self.weaknesses
        return [_named(one, run) for one in weak[:MOST_NAMED]]

    def noticed_in(self, played: Replay, named: Sequence[Named] = ()) -> Noticed:
        """What a run was like, to go with what is `named` of it; with that, no more keys than are named at once.

        Nothing at five stars. A key missed less often than `LEAST_MISSED` times tells nothing, nor one timed less often
        than `costs.LEAST_TRIES`, or hardly slower than usual, or while little is known of what is usual.
        """
        if self.stars is not None and self.stars >= MOST_STARS:
            return Noticed()
        run, room = tally(played), MOST_NAMED - len(named)
        told = {one.weakness.item for one in named}
        missed = [
            (one, round(tries.missed), round(tries.count))
            for one, tries in run.tries.items()
            if tries.missed >= LEAST_MISSED and not one.isspace() and one not in told
        ]
        missed = sorted(missed, key=lambda one: (-one[1], one[2], one[0]))[:room]
        told |= {one for one, *_ in missed}
        usual = (self.usual_ms if costs.are_known(self.skill) else None) or math.inf
        slow = [
            (one, times.mean)
            for one, times in run.keys.items()
            if times.count >= costs.LEAST_TRIES and times.mean > costs.WEAK_FACTOR * usual
            if not one.isspace() and one not in told
        ]
        return Noticed(missed, sorted(slow, key=lambda one: (-one[1], one[0]))[: room - len(missed)])

    def weakness_of(self, item: str) -> Weakness | None:
        """A key or a pair as if it were weak, for who wants to practise it; None where it was never typed."""
        return next((one for one in self.weaknesses if one.item == item), None) or costs.weakness_of(
            self.skill, self.layout, self._language, item
        )

    def cost_of(self, item: str) -> float:
        """What a key or a pair costs, weak or not, in s per 1,000 characters."""
        return costs.cost_of(self.skill, self.layout, self._language, item)

    @property
    def weak(self) -> list[Weakness]:
        """The keys among them, as many as are named at once."""
        return [one for one in self.weaknesses if not one.is_pair][: costs.MOST_WEAK]

    @property
    def weak_pairs(self) -> list[Weakness]:
        """The pairs among them, likewise."""
        return [one for one in self.weaknesses if one.is_pair][: costs.MOST_WEAK]

    @cached_property
    def strengths(self) -> list[Strength]:
        """Keys and pairs that are surely fast for her, those first that save the most."""
        return strengths(self.skill, self.layout, self._language)

    def strengths_in(self, played: Replay) -> list[Strength]:
        """Those among them that a run had, as many as are named at once."""
        typed = _typed_in(tally(played))
        return [one for one in self.strengths if one.item in typed][:MOST_NAMED]

    @cached_property
    def usual_ms(self) -> float | None:
        """The interval to expect before a character of ordinary text."""
        return costs.usual_interval(self.skill, self.layout, self._language)

    @cached_property
    def fingers(self) -> list[FingerLoad]:
        return finger_loads(self.skill, strikes(self.layout))


def _typed_in(run: Tally) -> frozenset[str]:
    """The keys and pairs that a run had."""
    return frozenset((*run.tries, *run.pairs))


def _named(weakness: Weakness, run: Tally) -> Named:
    item = weakness.item
    times = (run.pairs if weakness.is_pair else run.keys).get(item)
    # Of a pair they would be those of its second key, after whatever key.
    tries = Tries() if weakness.is_pair else run.tries.get(item, Tries())
    return Named(weakness, times.mean if times else None, round(tries.count), round(tries.missed))


def heat(layout: str, keys: Iterable[Weakness], measure: str) -> list[list[HeatKey]]:
    """The keys of a layout, each as bad as its worst character; each level has as many characters. Until it is known
    what they cost, it is how slow they are."""
    worth: Callable[[Weakness], float] = {
        "speed": lambda one: one.ms,
        "errors": lambda one: one.error_rate,
    }.get(measure, lambda one: one.ms if one.cost is None else one.cost)
    values = {one.item: worth(one) for one in keys}
    ranked = sorted(values.values())

    def level(key: keyboards.Key) -> int:
        found = [values[character] for character in (key.base, key.shift) if character in values]
        return (
            min(LEVELS, 1 + LEVELS * bisect_left(ranked, max(found)) // max(len(ranked) - 1, 1))
            if found
            else 0
        )

    return [[HeatKey(key, level(key)) for key in row] for row in keyboards.layout(layout).rows]
