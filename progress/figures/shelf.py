"""Every achievement in its group, with the learner's award or how far she is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import floor

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Sum
from django.db.models.functions import Round
from django.utils.functional import Promise

from accounts.models import User
from accounts.units import SpeedUnit, speed, unit_label, wanted_speed
from lessons import languages
from lessons.languages import TypedLanguage
from lessons.models import Course
from lessons.outlines import outline
from progress.honours.achievements import GROUPS, Achievement, Group
from progress.honours.facts import IN_A_ROW, SPEED_ACCURACY, proves_speed, row_of, typed_letters
from progress.keystrokes.scoring import LEAST_CHARACTERS, MOST_STARS
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.models import Award, DailyStat, LessonProgress, SkillProfile, TypingSession

AT_ONCE = 200
"""How many of the fastest runs are looked through at once for one whose speed counts."""


@dataclass(frozen=True, slots=True)
class Record:
    """What of a learner's record achievements count (`Counts` and `Courses` of `progress.honours.facts`);
    `skills` by layout."""

    five_stars: int = 0
    days: int = 0
    minutes: float = 0.0
    fastest: float = 0.0
    skills: tuple[tuple[str, Skill], ...] = ()
    sure_runs: int = 0
    free_lessons: tuple[int, int] = (0, 0)
    lessons: tuple[int, int] = (0, 0)

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
    goal: int

    @property
    def is_under_way(self) -> bool:
        return self.award is None and self.achievement.progress is not None and self.reached > 0

    def progress(self, unit: SpeedUnit) -> str:
        """How far she is, in words and in her unit of speed; a little is left where it is not earned yet."""
        one = self.achievement
        reached = min(self.reached, self.goal)
        said = {"count": floor(reached), "goal": self.goal, "unit": unit_label(unit)}
        if one.is_of_speed:
            said |= {"count": speed(reached, unit), "goal": wanted_speed(self.goal, unit)}
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
    """All groups; seven queries, none for the anonymous, and one for each course whose lessons are not at hand."""
    awards = {award.code: award for award in Award.objects.filter(user=user)} if user.is_authenticated else {}
    record = record_of(user) if user.is_authenticated else Record()
    return [_shelf(group, awards, record) for group in GROUPS]


def _shelf(group: Group, awards: dict[str, Award], record: Record) -> Shelf:
    shown = [Shown(one, awards.get(one.code), *_reached(one, record)) for one in group.achievements]
    return Shelf(group.name, group.note, sorted(shown, key=lambda one: one.award is None))


def _reached(one: Achievement, record: Record) -> tuple[float, int]:
    """How much there is, of how much."""
    if one.share:
        return one.share(record)
    return one.count(record) if one.count else 0.0, one.goal


def record_of(user: User) -> Record:
    """What a learner has of all that achievements count; six queries."""
    runs = {row.lesson_id: row.as_runs() for row in LessonProgress.objects.filter(user=user)}
    passed = {lesson for lesson, done in runs.items() if done.is_passed}
    courses = [[one for one in outline(course) if one.is_ready] for course in Course.objects.all()]
    days = DailyStat.objects.filter(user=user).values("date").annotate(Sum("characters"), Sum("duration_ms"))
    sums = [(day["characters__sum"], day["duration_ms__sum"]) for day in days.order_by()]
    profiles = SkillProfile.objects.filter(user=user).order_by("layout")
    return Record(
        five_stars=sum(done.best_stars == MOST_STARS for done in runs.values()),
        days=sum(characters >= LEAST_CHARACTERS for characters, _duration in sums),
        minutes=sum(duration for _characters, duration in sums) / 60_000,
        fastest=_fastest(user),
        skills=tuple((profile.layout, profile.skill) for profile in profiles),
        sure_runs=row_of(_accuracies(user)),
        free_lessons=_most_done(([one.pk for one in course if one.is_free] for course in courses), passed),
        lessons=_most_done(([one.pk for one in course] for course in courses), passed),
    )


def _most_done(courses: Iterable[Collection[int]], passed: Collection[int]) -> tuple[int, int]:
    """Of the course with the greatest share of lessons passed, how many are, and how many there are."""
    done = [(sum(lesson in passed for lesson in course), len(course)) for course in courses if course]
    return max(done, key=lambda of: (of[0] / of[1], of[0]), default=(0, 0))


def _accuracies(user: User) -> Iterable[float]:
    """Those of the last sessions that can make a row, the last one first."""
    ranked = TypingSession.objects.filter(user=user, ranked=True).order_by("-started_at", "-recorded_at")
    long = ranked.alias(typed=Round(F("cpm") * F("duration_ms") / 60_000))
    return long.filter(typed__gte=LEAST_CHARACTERS).values_list("accuracy", flat=True)[:IN_A_ROW]


def _fastest(user: User) -> float:
    """One query for those most of whom prove their speed; one more for each `AT_ONCE` faster runs that don't."""
    runs = TypingSession.objects.filter(user=user, ranked=True, accuracy__gte=SPEED_ACCURACY)
    fastest = runs.order_by("-cpm", "pk").values_list("cpm", "kind", "words", "text__body")
    for start in count(0, AT_ONCE):
        looked = list(fastest[start : start + AT_ONCE])
        for cpm, kind, words, text in looked:
            if proves_speed(kind, words, text):
                return cpm
        if len(looked) < AT_ONCE:
            break
    return 0.0
