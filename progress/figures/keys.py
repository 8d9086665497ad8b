"""What is known of a learner's keys on a layout, measured by the texts of its language."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from lessons import keyboards
from lessons.languages import of_layout
from progress.keystrokes import costs
from progress.keystrokes.costs import KeyCost, PairCost, Weakness
from progress.keystrokes.fingers import FingerLoad, finger_loads
from progress.keystrokes.replay import Replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.strengths import Strength, strengths
from progress.keystrokes.strikes import strikes
from progress.keystrokes.tallies import Tally, Tries, tally
from progress.models import SkillProfile, TypingSession

MOST_NAMED: Final = 3
"""Weaknesses, and strengths, named at once."""
MEASURES: Final = ("cost", "speed", "errors")
LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class HeatKey:
    """A key of the drawing; `level` from 0, nothing known, to 4, the worst."""

    key: keyboards.Key
    level: int


@dataclass(frozen=True, slots=True)
class Named:
    """A key or pair that holds back, and how it went in one run: the mean ms before it, None where it was not timed,
    its tries, of a pair those of its second key, and how many of them were missed."""

    weakness: Weakness
    ms: float | None
    tries: int
    missed: int


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
        skill = SkillProfile.skill_of(user_id, layout)
        if not skill.timed or costs.are_known(skill):
            return cls(skill, layout)
        lessons = TypingSession.objects.filter(user=user_id, layout=layout, lesson__isnull=False)
        last = lessons.select_related("lesson").order_by("-started_at", "-recorded_at").first()
        return cls.after(last, skill) if last else cls(skill, layout)

    @classmethod
    def after(cls, session: TypingSession, skill: Skill) -> "KnownKeys":
        """What to say of them after a session: nothing is weak at five stars, nor slow at the pace of its lesson."""
        target = session.lesson.target_cpm if session.lesson else None
        return cls(skill, session.layout, session.stars, target)

    @property
    def _language(self) -> str:
        return of_layout(self.layout).code

    @cached_property
    def costs(self) -> list[KeyCost]:
        return costs.costly_keys(self.skill, self.layout, self._language)

    @cached_property
    def pairs(self) -> list[PairCost]:
        return costs.costly_pairs(self.skill, self.layout, self._language)

    @cached_property
    def weaknesses(self) -> list[Weakness]:
        """Weak keys and pairs, the costliest first."""
        return costs.weaknesses(
            self.skill, self.layout, self._language, stars=self.stars, target_cpm=self.target_cpm
        )

    def named_after(self, played: Replay) -> "list[Named]":
        """What to say of a run, as much as is named at once: what is weak of all that was typed in it, filled up with
        what is dearest; where that is nothing, what is weak elsewhere. Nothing at five stars."""
        if self.stars is not None and self.stars >= costs.NO_BLAME:
            return []
        run = tally(played)
        typed = _typed_in(run)
        found = {one.item: one for one in self.weaknesses if one.item in typed}
        if len(found) < MOST_NAMED:
            for one in costs.dearest(self.skill, self.layout, self._language, typed):
                if one.item in typed:
                    found.setdefault(one.item, one)
        return [_named(one, run) for one in [*(found.values() or self.weaknesses)][:MOST_NAMED]]

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
    tries = run.tries.get(item[-1], Tries())
    return Named(weakness, times.mean if times else None, round(tries.count), round(tries.missed))


def heat(layout: str, costs: Iterable[KeyCost], measure: str) -> list[list[HeatKey]]:
    """The keys of a layout, each as bad as its worst character; each level has as many characters."""
    worth: Callable[[KeyCost], float] = {
        "speed": lambda cost: cost.ms,
        "errors": lambda cost: cost.error_rate,
    }.get(measure, lambda cost: cost.cost)
    values = {cost.character: worth(cost) for cost in costs}
    ranked = sorted(values.values())

    def level(key: keyboards.Key) -> int:
        found = [values[character] for character in (key.base, key.shift) if character in values]
        return (
            min(LEVELS, 1 + LEVELS * bisect_left(ranked, max(found)) // max(len(ranked) - 1, 1))
            if found
            else 0
        )

    return [[HeatKey(key, level(key)) for key in row] for row in keyboards.layout(layout).rows]
