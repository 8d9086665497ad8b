"""What is known of a learner's keys on a layout, measured by the texts of its language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from lessons import keyboards
from lessons.languages import of_layout
from progress.keystrokes import costs
from progress.keystrokes.costs import FingerLoad, KeyCost, PairCost, WeakKey
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.models import SkillProfile

MEASURES: Final = ("cost", "speed", "errors")
LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class HeatKey:
    """A key of the drawing; `level` from 0, nothing known, to 4, the worst."""

    key: keyboards.Key
    level: int


@dataclass(frozen=True)
class KnownKeys:
    """The keys of one learner on one layout: all of them by cost, pairs likewise, fingers, and which are weak."""

    skill: Skill
    layout: str

    @classmethod
    def of(cls, user_id: UUID, layout: str) -> "KnownKeys":
        """One query."""
        return cls(SkillProfile.skill_of(user_id, layout), layout)

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
    def worst_pair(self) -> PairCost | None:
        """The costliest pair, where it is known well enough to be worth a word."""
        if not costs.are_known(self.skill):
            return None
        worth = [one for one in self.pairs if one.cost >= costs.WEAK_COST and one.tries >= costs.WEAK_TRIES]
        return worth[0] if worth else None

    @cached_property
    def weak(self) -> list[WeakKey]:
        return costs.weak_keys(self.skill, self.layout, self._language)

    @cached_property
    def weaknesses(self) -> list:
        keys = [costs.Weakness(k.character, False, k.ms, k.error_rate, k.cost, 20, k.is_slow, k.is_missed) for k in self.weak]
        pairs = [costs.Weakness(p.pair, True, p.ms, 0.0, p.cost, p.tries, True, False) for p in self.pairs if self.worst_pair and p.cost >= costs.WEAK_COST and p.tries >= costs.WEAK_TRIES]
        return sorted(keys + pairs[:5], key=lambda w: -(w.cost or 0))

    def cost_of(self, item: str) -> float | None:
        if len(item) == 2:
            return next((p.cost for p in self.pairs if p.pair == item), 0.0)
        return next((k.cost for k in self.costs if k.character == item), 0.0)

    @cached_property
    def fingers(self) -> list[FingerLoad]:
        return costs.finger_loads(self.skill, strikes(self.layout))


def heat(layout: str, costs: Iterable[KeyCost], measure: str) -> list[list[HeatKey]]:
    """The keys of a layout, each as bad as its worst character; levels divide the range from best to worst evenly."""
    worth: Callable[[KeyCost], float] = {
        "speed": lambda cost: cost.ms,
        "errors": lambda cost: cost.error_rate,
    }.get(measure, lambda cost: cost.cost)
    values = {cost.character: worth(cost) for cost in costs}
    best, worst = min(values.values()), max(values.values())
    step = (worst - best) / LEVELS or 1.0

    def level(key: keyboards.Key) -> int:
        found = [values[character] for character in (key.base, key.shift) if character in values]
        return min(LEVELS, 1 + int((max(found) - best) / step)) if found else 0

    return [[HeatKey(key, level(key)) for key in row] for row in keyboards.layout(layout).rows]
