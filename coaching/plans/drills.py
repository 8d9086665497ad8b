"""Exercises made for one learner: of what is weak."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from coaching.models import Advice, Drill, Plan, SpeedGoal
from coaching.plans.composition import weights
from lessons import languages
from lessons.models import Lesson, TypingText
from lessons.text_maker import Made, NothingToType, Wish, make_text
from lessons.text_pieces import words_of
from progress.exercises.exercise import Exercise
from progress.figures.keys import KnownKeys
from progress.keystrokes.costs import WEAK_TRIES, Weakness
from progress.models import LessonProgress, SkillProfile, TypingSession
from progress.recording.playing import replay_of

RECENT: Final = 10
"""The last exercises whose words do not come again."""
LENGTH: Final = 200
"""Characters of an exercise made by itself, not within a plan."""


class NothingWeak(ValueError):
    """Nothing holds the learner back, so there is nothing to drill."""


def drill_from(session: TypingSession, *, now: datetime) -> Drill:
    """The drill of what the session's result names, in the letters learned; the same one for the same session
    until something else is weak or typed. Raises NothingWeak."""
    keys = KnownKeys.after(session, SkillProfile.skill_of(session.user_id, session.layout))
    played = replay_of(session)
    weak = [one.weakness for one in keys.named_after(played)] if played else []
    return _drill(session.user, keys, weak, seed=session.pk.hex, now=now, lesson=session.lesson)


def drill_of(user: User, layout: str, item: str, *, now: datetime, origin: str = "") -> Drill:
    """A drill of one key or pair of a learner, weak or not. Raises NothingWeak where she hardly knows it."""
    keys = KnownKeys.of(user.pk, layout)
    known = keys.weakness_of(item)
    if known is None:
        raise NothingWeak
    return _drill(user, keys, [known], seed=f"{now.timestamp():.0f}", now=now, origin=origin)


def _drill(
    user: User,
    keys: KnownKeys,
    weak: list[Weakness],
    *,
    seed: str,
    now: datetime,
    lesson: Lesson | None = None,
    origin: str = "",
) -> Drill:
    wish = Wish(
        language=languages.of_layout(keys.layout).code,
        letters=learned_characters(user.pk, keys),
        weak=weights(weak),
        length=LENGTH,
        avoid=recent_words(user.pk),
        seed=seed,
    )
    try:
        made = make_text(wish)
    except NothingToType as error:
        raise NothingWeak from error
    if not made.items:
        raise NothingWeak
    known = {one.item: one for one in weak}
    return store(user, keys.layout, made, known, kind=Drill.Kind.WEAK, now=now, lesson=lesson, origin=origin)


def store(
    user: User,
    layout: str,
    made: Made,
    weak: Mapping[str, Weakness],
    *,
    kind: str,
    now: datetime,
    plan: Plan | None = None,
    place: int | None = None,
    lesson: Lesson | None = None,
    origin: str = "",
) -> Drill:
    """Keep an exercise with what it practises, and how that was then."""
    items = [_as_json(one.item, one.strikes, weak.get(one.item)) for one in made.items]
    fresh = {"layout": layout, "made_at": now, "items": items, "lesson": lesson, "origin": origin}
    belongs = {"kind": kind, "plan": plan, "place": place}
    text = TypingText.of(made.text)
    if plan:
        # A text made again leaves its older plan, which then isn't typed to its end any more.
        older = Advice.objects.filter(plan__user=user, plan__exercises__text=text, cost_after=None)
        older.exclude(plan=plan).delete()
    exercise, _created = Drill.objects.update_or_create(
        user=user,
        text=text,
        # The same text made again for no plan stays in the one it has.
        defaults=fresh | belongs if plan else fresh,
        create_defaults=fresh | belongs,
    )
    return exercise


def _as_json(item: str, strikes: int, weakness: Weakness | None) -> dict[str, Any]:
    known = {"ms": weakness.ms, "error_rate": weakness.error_rate, "cost": weakness.cost} if weakness else {}
    return {"item": item, "strikes": strikes, **known}


def drill_exercise(drill: Drill) -> Exercise:
    """A drill that comes with its text and its plan, as an exercise."""
    return Exercise(
        kind=TypingSession.Kind.DRILL,
        title=drill.title,
        text=drill.text,
        layout=drill.layout,
        language=languages.of_layout(drill.layout).code,
        taught=frozenset(drill.text.body) - {"\n"},
        back_url=reverse("coaching:coach"),
    )


def learned_characters(user_id: UUID, keys: KnownKeys) -> frozenset[str]:
    """The characters of the furthest lesson a learner has typed in the layout's language, and those typed often; all
    letters for somebody who takes no lessons there."""
    language = languages.of_layout(keys.layout)
    lessons = LessonProgress.objects.filter(user=user_id, lesson__course__language=language.code)
    furthest = lessons.select_related("lesson").order_by("-lesson__number").first()
    often = {character for character, sums in keys.skill.keys.items() if sums.hits >= WEAK_TRIES}
    taught = furthest.lesson.alphabet() if furthest else language.alphabet
    return frozenset(character for character in taught | often if not character.isspace())


def recent_words(user_id: UUID) -> frozenset[str]:
    """The words of the last exercises a learner has typed; one query."""
    last = TypingSession.objects.filter(user=user_id).order_by("-started_at", "-recorded_at")
    return frozenset().union(*(words_of(body) for body in last.values_list("text__body", flat=True)[:RECENT]))


def move_rows(guest: User, into: User) -> None:
    """Merging: a guest's exercises, plans and goals become the account's; of two goals on a layout her own stays,
    of two exercises with the same text the one in a plan."""
    planned = Drill.objects.filter(user=guest, plan__isnull=False)
    Drill.objects.filter(user=into, plan=None, text__in=planned.values("text")).delete()
    Drill.objects.filter(user=guest, text__in=Drill.objects.filter(user=into).values("text")).delete()
    Drill.objects.filter(user=guest).update(user=into)
    Plan.objects.filter(user=guest).update(user=into)
    own = SpeedGoal.objects.filter(user=into).values("layout")
    SpeedGoal.objects.filter(user=guest).exclude(layout__in=own).update(user=into)
    SpeedGoal.objects.filter(user=guest).delete()
