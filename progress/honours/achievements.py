"""What a learner can achieve: one unit each, earned once, for good."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.units import CPM_PER_WPM
from lessons import languages
from lessons.languages import ENGLISH, RUSSIAN, TypedLanguage
from lessons.models import Lesson
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.models import Award, TypingSession
from progress.statements import Statement

_AWARD = """
INSERT INTO progress_award (user_id, session_id, earned_at, code) SELECT %s, %s, %s, unnest(%s::text[])
ON CONFLICT DO NOTHING
"""

LONG = 200
"""Characters from which on a run without a mistake is an achievement."""
SPEED_ACCURACY = 95
"""Per cent from which on a speed counts."""
IN_A_ROW = 10
"""Sessions that make a row."""
LETTER_TRIES = 10
"""Tries of a letter after which it counts as typed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A session just recorded, and the learner's record with it.

    `is_passed`: its lesson is; if so, `waiting` and `free_waiting` are lessons of its course not passed yet.
    `five_stars`: lessons with five stars, `days` days of practice, `away` whole days without practice before this one,
    `accuracies` those of the last `IN_A_ROW` ranked sessions, empty where this one makes no row.
    """

    session: TypingSession
    lesson: Lesson | None
    skill: Skill
    earned: Collection[str]
    five_stars: int
    is_passed: bool
    waiting: int
    free_waiting: int
    days: int
    away: int
    minutes: float
    accuracies: Sequence[float]

    def fast(self, cpm: float) -> bool:
        session = self.session
        return session.ranked and session.cpm >= cpm and session.accuracy >= SPEED_ACCURACY

    def typed_letters(self, language: TypedLanguage) -> bool:
        if languages.of_layout(self.session.layout).code != language.code:
            return False
        tried = {letter for letter, sums in self.skill.keys.items() if sums.hits >= LETTER_TRIES}
        return language.alphabet <= tried

    def knows_letters(self, language: TypedLanguage) -> bool:
        return f"letters-{language.code}" in self.earned or self.typed_letters(language)

    @property
    def is_timed(self) -> bool:
        """Whether it says when something was typed: of the old program's reports nothing proves it."""
        return self.session.source != TypingSession.Source.LEGACY

    @property
    def gained(self) -> float:
        """Characters per minute more than in the learner's first sessions on the layout; 0 before there were such."""
        first = self.skill.first_cpm
        return 0.0 if first is None or not self.session.sets_records else self.session.cpm - first


@dataclass(frozen=True, slots=True)
class Achievement:
    code: str
    name: Promise
    how: Promise
    """What has to be done."""
    rule: Callable[[Facts], bool]


ACHIEVEMENTS: tuple[Achievement, ...] = (
    Achievement(
        "first-lesson", _("The first step"), _("Finish a lesson."), lambda facts: facts.lesson is not None
    ),
    Achievement(
        "home-row",
        _("At home"),
        _("Pass the test of the home row with three stars."),
        lambda facts: (
            facts.lesson is not None
            and facts.lesson.kind == Lesson.Kind.TEST
            and facts.lesson.block.position == 1
            and (facts.session.stars or 0) >= 3
        ),
    ),
    Achievement(
        "free-lessons",
        _("A good start"),
        _("Pass all free lessons of a course."),
        lambda facts: facts.is_passed and facts.free_waiting == 0,
    ),
    # Not made from the table of languages: each has a name of its own, and "both" are these two.
    Achievement(
        "letters-ru",
        _("From А to Я"),
        _("Type each of the 33 Russian letters ten times."),
        lambda facts: facts.typed_letters(RUSSIAN),
    ),
    Achievement(
        "letters-en",
        _("From A to Z"),
        _("Type each of the 26 English letters ten times."),
        lambda facts: facts.typed_letters(ENGLISH),
    ),
    Achievement(
        "both-alphabets",
        _("Two alphabets"),
        _("Type all letters of both languages."),
        lambda facts: facts.knows_letters(RUSSIAN) and facts.knows_letters(ENGLISH),
    ),
    Achievement(
        "whole-course",
        _("The whole way"),
        _("Pass all lessons of a course."),
        lambda facts: facts.is_passed and facts.waiting == 0,
    ),
    Achievement(
        "five-stars-10",
        _("A constellation"),
        _("Get five stars in ten lessons."),
        lambda facts: facts.five_stars >= 10,
    ),
    Achievement(
        "five-stars-50",
        _("A galaxy"),
        _("Get five stars in fifty lessons."),
        lambda facts: facts.five_stars >= 50,
    ),
    Achievement(
        "flawless",
        _("Not a slip"),
        _("Type 200 characters or more without a mistake."),
        lambda facts: facts.session.ranked and facts.session.errors == 0 and facts.session.keystrokes >= LONG,
    ),
    Achievement(
        "accurate-ten",
        _("A sure hand"),
        _("Type ten exercises in a row with an accuracy of 98% or more."),
        lambda facts: len(facts.accuracies) >= IN_A_ROW and min(facts.accuracies) >= 98,
    ),
    Achievement(
        "long-test",
        _("Five calm minutes"),
        _("Type a five-minute test with an accuracy of 97% or more."),
        lambda facts: facts.session.minutes == 5 and facts.session.accuracy >= 97 and facts.session.ranked,
    ),
    Achievement(
        "speed-100",
        _("One hundred"),
        _("Reach 100 characters per minute at 95%."),
        lambda facts: facts.fast(100),
    ),
    Achievement(
        "speed-200",
        _("Two hundred"),
        _("Reach 200 characters per minute at 95%."),
        lambda facts: facts.fast(200),
    ),
    Achievement(
        "speed-300",
        _("Three hundred"),
        _("Reach 300 characters per minute at 95%."),
        lambda facts: facts.fast(300),
    ),
    Achievement(
        "speed-400",
        _("Four hundred"),
        _("Reach 400 characters per minute at 95%."),
        lambda facts: facts.fast(400),
    ),
    Achievement(
        "faster-10",
        _("Picking up speed"),
        _("Type 50 characters per minute (10 WPM) faster than in your first five exercises."),
        lambda facts: facts.gained >= 10 * CPM_PER_WPM,
    ),
    Achievement(
        "doubled",
        _("Twice as fast"),
        _("Double the speed of your first five exercises."),
        lambda facts: facts.gained > 0 and facts.gained >= (facts.skill.first_cpm or 0),
    ),
    Achievement(
        "key-halved",
        _("A key tamed"),
        _("Halve the time a key costs you, mistakes included."),
        lambda facts: facts.session.ranked and bool(facts.skill.halved(strikes(facts.session.layout))),
    ),
    Achievement(
        "ten-keys",
        _("Ten sure keys"),
        _("Type ten letters as fast as your usual pace, and almost never wrong."),
        lambda facts: facts.session.ranked and len(facts.skill.mastered(strikes(facts.session.layout))) >= 10,
    ),
    Achievement(
        "rollover",
        _("Flowing"),
        _("Press the next key before the last one is up, in 30% of 200 keystrokes."),
        lambda facts: (
            facts.session.ranked and (facts.session.rollover or 0) >= 0.3 and facts.session.keystrokes >= LONG
        ),
    ),
    Achievement(
        "days-7", _("A week"), _("Practice on 7 days."), lambda facts: facts.is_timed and facts.days >= 7
    ),
    Achievement(
        "days-30", _("A month"), _("Practice on 30 days."), lambda facts: facts.is_timed and facts.days >= 30
    ),
    Achievement(
        "days-100",
        _("A hundred days"),
        _("Practice on 100 days."),
        lambda facts: facts.is_timed and facts.days >= 100,
    ),
    Achievement(
        "back-again",
        _("Welcome back"),
        _("Come back after two weeks without practice."),
        lambda facts: facts.is_timed and facts.away >= 14,
    ),
    Achievement(
        "ten-hours",
        _("Ten hours"),
        _("Type for ten hours in all."),
        lambda facts: facts.is_timed and facts.minutes >= 600,
    ),
)
BY_CODE = {achievement.code: achievement for achievement in ACHIEVEMENTS}


def newly_earned(facts: Facts) -> list[Achievement]:
    """What the session of `facts` earns that was not earned before, in the order of `ACHIEVEMENTS`."""
    earned = set(facts.earned)
    return [one for one in ACHIEVEMENTS if one.code not in earned and one.rule(facts)]


def awarding(session: TypingSession, earned: Iterable[Achievement], *, now: datetime) -> Statement:
    """Gives a session's learner what it earned."""
    return Statement(_AWARD, [session.user_id, session.pk, now, [one.code for one in earned]])


def earned_codes(session: TypingSession) -> frozenset[str]:
    """The codes of what a session earned; one query."""
    return frozenset(Award.objects.filter(session=session).values_list("code", flat=True))


def highest_of_ladders(earned: Iterable[Achievement]) -> tuple[Achievement, ...]:
    """Those that are not outdone by another of them: of "speed-100" and "speed-200" the second."""
    best: dict[str, Achievement] = {}
    for one in earned:
        ladder, _, step = one.code.rpartition("-")
        best[ladder if step.isdigit() else one.code] = one
    return tuple(best.values())


class Shelved(NamedTuple):
    """An achievement with the learner's award, if she has it."""

    achievement: Achievement
    award: Award | None


def shelf(user: User | AnonymousUser) -> list[Shelved]:
    """Every achievement with the learner's award, the earned ones first, the latest of them at the top; one query."""
    awards = {award.code: award for award in Award.objects.filter(user=user)} if user.is_authenticated else {}
    both = [Shelved(one, awards.get(one.code)) for one in ACHIEVEMENTS]
    return sorted(both, key=lambda one: -one.award.earned_at.timestamp() if one.award else 1)
