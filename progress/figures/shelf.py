"""Every achievement in its group, with the learner's award or how far she is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from django.contrib.auth.models import AnonymousUser
from django.db.models import Sum
from django.utils.functional import Promise

from accounts.models import User
from accounts.units import SpeedUnit, speed, unit_label, wanted_speed
from lessons import languages
from lessons.languages import TypedLanguage
from progress.honours.achievements import (
    GROUPS,
    SPEED_ACCURACY,
    Achievement,
    Group,
    proves_speed,
    typed_letters,
)
from progress.keystrokes.scoring import LEAST_CHARACTERS, MOST_STARS
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.models import Award, DailyStat, LessonProgress, SkillProfile, TypingSession

FASTEST = 200
"""How many of the fastest runs are looked through for one whose speed counts."""


@dataclass(frozen=True, slots=True)
class Record:
    """What of a learner's record achievements count (`progress.honours.achievements.Counts`); `skills` by layout."""

    five_stars: int = 0
    days: int = 0
    minutes: float = 0.0
    fastest: float = 0.0
    skills: tuple[tuple[str, Skill], ...] = ()

    @property
    def sure_keys(self) -> int:
        return max((len(skill.mastered(strikes(layout))) for layout, skill in self.skills), default=0)

    def letters(self, language: TypedLanguage) -> int:
        known = [skill for layout, skill in self.skills if languages.of_layout(layout).code == language.code]
        return max((typed_letters(skill, language) for skill in known), default=0)


@dataclass(frozen=True, slots=True)
class Shown:
    """An achievement with the award, if the learner has it, else how far she is, where that is counted."""

    achievement: Achievement
    award: Award | None
    reached: float

    @property
    def is_under_way(self) -> bool:
        return self.award is None and self.achievement.progress is not None and self.reached > 0

    def progress(self, unit: SpeedUnit) -> str:
        """How far she is, in words and in her unit of speed; a little is left where it is not earned yet."""
        one = self.achievement
        reached = min(self.reached, one.goal)
        said = {"count": floor(reached), "goal": one.goal, "unit": unit_label(unit)}
        if one.is_of_speed:
            said |= {"count": speed(reached, unit), "goal": wanted_speed(one.goal, unit)}
        return str(one.progress % said) if one.progress else ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A group of achievements, the earned ones first, then as they come."""

    name: Promise
    note: Promise | str
    achievements: Sequence[Shown]

    @property
    def earned(self) -> int:
        return sum(one.award is not None for one in self.achievements)


def shelves(user: User | AnonymousUser) -> list[Shelf]:
    """All groups; five queries, none for the anonymous."""
    awards = {award.code: award for award in Award.objects.filter(user=user)} if user.is_authenticated else {}
    record = record_of(user) if user.is_authenticated else Record()
    return [_shelf(group, awards, record) for group in GROUPS]


def _shelf(group: Group, awards: dict[str, Award], record: Record) -> Shelf:
    shown = [
        Shown(one, awards.get(one.code), one.count(record) if one.count else 0.0)
        for one in group.achievements
    ]
    return Shelf(group.name, group.note, sorted(shown, key=lambda one: one.award is None))


def record_of(user: User) -> Record:
    """What a learner has of all that achievements count; four queries."""
    days = DailyStat.objects.filter(user=user).values("date").annotate(Sum("characters"), Sum("duration_ms"))
    sums = [(day["characters__sum"], day["duration_ms__sum"]) for day in days.order_by()]
    profiles = SkillProfile.objects.filter(user=user).order_by("layout")
    return Record(
        five_stars=LessonProgress.objects.filter(user=user, best_stars=MOST_STARS).count(),
        days=sum(characters >= LEAST_CHARACTERS for characters, _duration in sums),
        minutes=sum(duration for _characters, duration in sums) / 60_000,
        fastest=_fastest(user),
        skills=tuple((profile.layout, profile.skill) for profile in profiles),
    )


def _fastest(user: User) -> float:
    runs = TypingSession.objects.filter(user=user, ranked=True, accuracy__gte=SPEED_ACCURACY)
    fastest = runs.order_by("-cpm").values_list("cpm", "kind", "words", "text__body")[:FASTEST]
    return next((cpm for cpm, kind, words, text in fastest if proves_speed(kind, words, text)), 0.0)
