"""Plans of ten minutes: made from what is weak, typed one exercise after the other, and measured afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.merging import lock_learner
from accounts.models import User
from coaching.advice.difficulty import Difficulty, aim, difficulty
from coaching.advice.standing import Standing
from coaching.models import Advice, Drill, Plan
from coaching.plans.composition import Method, Planned, compose, weights, write_all
from coaching.plans.drills import learned_characters, recent_words, store
from progress.keystrokes.costs import predicted_gain
from progress.keystrokes.worth import worth_of
from progress.models import TypingSession

FRESH: Final = timedelta(hours=20)
"""A plan begun longer ago is not gone on with."""
TWICE: Final = timedelta(seconds=10)
"""Asked for within so short a time, a plan is the same one: a button was pressed twice."""
EXACT_ENOUGH: Final = 95.0
"""Accuracy in % below which a plateau is met by accuracy."""
PACE: Final[Mapping[Method, float]] = {
    Method.USUAL: 1.0,
    Method.EXACT: 0.9,
    Method.BURSTS: 1.1,
    Method.READING: 1.0,
}
"""The part of the target speed that a method asks for."""


def typings() -> QuerySet[TypingSession]:
    """Where an exercise of a plan was typed since that was made, for use within a query of exercises."""
    return TypingSession.objects.filter(
        user=OuterRef("user"),
        kind=TypingSession.Kind.DRILL,
        text=OuterRef("text"),
        recorded_at__gte=OuterRef("plan__made_at"),
    )


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """A plan with its exercises in order, and by their texts the last session of those that were typed."""

    plan: Plan
    exercises: Sequence[Drill]
    typed: Mapping[str, UUID]

    @classmethod
    def of(cls, plan: Plan) -> "PlanProgress":
        """One query."""
        last = typings().order_by("-recorded_at").values("pk")[:1]
        exercises = list(plan.exercises.annotate(last_typing=Subquery(last)).order_by("place"))
        return cls(plan, exercises, {one.text_id: one.last_typing for one in exercises if one.last_typing})

    @property
    def next(self) -> Drill | None:
        """The first exercise that was not typed yet."""
        return next((one for one in self.exercises if one.text_id not in self.typed), None)

    @property
    def done(self) -> int:
        return sum(one.text_id in self.typed for one in self.exercises)

    @property
    def is_done(self) -> bool:
        return self.next is None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a plan made now would be: its method and difficulty, and its exercises yet to be written."""

    method: Method
    difficulty: Difficulty
    exercises: Sequence[Planned]

    @property
    def target_cpm(self) -> float:
        return self.difficulty.target_cpm * PACE[self.method]


def propose(standing: Standing, last: Plan | None) -> Proposal:
    """What to do in the next ten minutes; `last` is the plan before."""
    asked = difficulty(standing.runs, aim(standing.runs, last.aim_cpm if last else None))
    method = _method(standing, asked, last)
    return Proposal(method, asked, compose(weights(standing.weaknesses), asked.level, method))


def _method(standing: Standing, asked: Difficulty, last: Plan | None) -> Method:
    """On a plateau accuracy first, then bursts and reading in turn."""
    if not standing.is_plateau or asked.level.is_accuracy_first:
        return Method.USUAL
    if standing.accuracy < EXACT_ENOUGH:
        return Method.EXACT
    return Method.READING if last and last.method == Method.BURSTS else Method.BURSTS


def latest_plan(user: User, layout: str) -> Plan | None:
    """One query."""
    return Plan.objects.filter(user=user, layout=layout).order_by("-made_at").first()


def make_plan(user: User, layout: str, *, now: datetime) -> Plan:
    """A new plan with its exercises; the one of a moment ago when it is asked for twice.

    What the plans before achieved is measured first. Raises Gone.
    """
    with transaction.atomic():
        lock_learner(user.pk)
        last = latest_plan(user, layout)
        if last and now - last.made_at < TWICE and not PlanProgress.of(last).done:
            return last
        standing = Standing.of(user, layout, now=now)
        measure(standing)
        proposal = propose(standing, last)
        plan = Plan.objects.create(
            user=user,
            layout=layout,
            made_at=now,
            method=proposal.method,
            level=proposal.difficulty.level,
            aim_cpm=proposal.difficulty.target_cpm,
            target_cpm=proposal.target_cpm,
        )
        _write_exercises(plan, standing, proposal.exercises)
    return plan


def _write_exercises(plan: Plan, standing: Standing, exercises: Sequence[Planned]) -> None:
    texts = write_all(
        exercises,
        language=standing.language,
        letters=learned_characters(standing.user.pk, standing.keys),
        cpm=standing.usual_cpm,
        avoid=recent_words(standing.user.pk),
        seed=f"{plan.pk}",
        worth=worth_of(standing.keys.skill, standing.layout, standing.language),
    )
    weak = {one.item: one for one in standing.weaknesses}
    strikes: dict[str, int] = {}
    for place, (planned, made) in enumerate(zip(exercises, texts, strict=True), 1):
        store(
            standing.user,
            plan.layout,
            made,
            weak,
            kind=planned.step,
            now=plan.made_at,
            plan=plan,
            place=place,
        )
        for one in made.items:
            strikes[one.item] = strikes.get(one.item, 0) + one.strikes
    Advice.objects.bulk_create(
        Advice(plan=plan, place=place, item=item, cost=cost, predicted_gain=predicted_gain(weak[item], count))
        for place, (item, count) in enumerate(strikes.items(), 1)
        if (cost := weak[item].cost) is not None
    )


def finished_advice(user: User, layout: str) -> QuerySet[Advice]:
    """What the plans that were typed to their end were for, the latest first, measured or not."""
    left = Drill.objects.filter(~Exists(typings()), plan=OuterRef("plan"))
    advice = Advice.objects.filter(~Exists(left), plan__user=user, plan__layout=layout)
    return advice.select_related("plan").order_by("-plan__made_at", "place")


def outcomes(standing: Standing, *, most: int) -> list[Advice]:
    """What the plans that were typed to their end did, the latest first; until that is kept, as it stands now."""
    advice = list(finished_advice(standing.user, standing.layout)[:most])
    _measured([one for one in advice if one.cost_after is None], standing)
    return advice


def measure(standing: Standing) -> None:
    """Keep what the plans that were typed to their end achieved, where that is not kept yet."""
    advice = list(finished_advice(standing.user, standing.layout).filter(cost_after=None))
    _measured(advice, standing)
    Advice.objects.bulk_update(advice, ["cost_after", "measured_at"])


def _measured(advice: Sequence[Advice], standing: Standing) -> None:
    for one in advice:
        one.cost_after, one.measured_at = standing.keys.cost_of(one.item), standing.now
