"""What a learner can achieve: one unit each, earned once, for good."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from accounts.units import CPM_PER_WPM
from lessons.languages import ENGLISH, RUSSIAN, TypedLanguage
from lessons.models import Lesson
from progress.honours.facts import IN_A_ROW, Counts, Courses, Facts
from progress.keystrokes.strikes import strikes
from progress.models import Award, TypingSession
from progress.statements import Statement

_AWARD = """
INSERT INTO progress_award (user_id, session_id, earned_at, code) SELECT %s, %s, %s, unnest(%s::text[])
ON CONFLICT DO NOTHING
"""

LONG = 200
"""Characters from which on a run without a mistake is an achievement."""


@dataclass(frozen=True, slots=True)
class Achievement:
    """What can be earned: once `rule` holds, and where something is counted, once there is as much as the `goal`.

    `how` says what has to be done, `progress` how far one is: "%(count)s of %(goal)s days". Where the goal depends on
    the course, `share` tells both, and the rule alone decides.
    """

    code: str
    name: Promise
    how: Promise
    rule: Callable[[Facts], bool] = lambda facts: True
    count: Callable[[Counts], float] | None = None
    goal: int = 0
    share: Callable[[Courses], tuple[int, int]] | None = None
    progress: Promise | None = None
    is_of_speed: bool = False

    def is_earned(self, facts: Facts) -> bool:
        return self.rule(facts) and (self.count is None or self.count(facts) >= self.goal)


class Group(NamedTuple):
    """Achievements of one kind, with what is to be known of all of them."""

    name: Promise
    achievements: Sequence[Achievement]
    note: Promise | str = ""


_STARS = ngettext_lazy(
    "%(count)s of %(goal)s lesson with five stars", "%(count)s of %(goal)s lessons with five stars", "goal"
)
_LESSONS = ngettext_lazy("%(count)s of %(goal)s lesson", "%(count)s of %(goal)s lessons", "goal")
_EXERCISES = ngettext_lazy("%(count)s of %(goal)s exercise", "%(count)s of %(goal)s exercises", "goal")
_LETTERS = ngettext_lazy("%(count)s of %(goal)s letter", "%(count)s of %(goal)s letters", "goal")
_DAYS = ngettext_lazy("%(count)s of %(goal)s day", "%(count)s of %(goal)s days", "goal")
_HOURS = ngettext_lazy("%(count)s of %(goal)s hour", "%(count)s of %(goal)s hours", "goal")
_SPEED = _("%(count)s of %(goal)s\u00a0%(unit)s")


def _five_stars(code: str, name: Promise, how: Promise, goal: int) -> Achievement:
    return Achievement(code, name, how, count=lambda of: of.five_stars, goal=goal, progress=_STARS)


def _letters(code: str, name: Promise, how: Promise, language: TypedLanguage) -> Achievement:
    goal = len(language.alphabet)
    return Achievement(code, name, how, count=lambda of: of.letters(language), goal=goal, progress=_LETTERS)


def _speed(code: str, name: Promise, how: Promise, goal: int) -> Achievement:
    return Achievement(
        code, name, how, count=lambda of: of.fastest, goal=goal, progress=_SPEED, is_of_speed=True
    )


def _days(code: str, name: Promise, how: Promise, goal: int) -> Achievement:
    return Achievement(
        code, name, how, lambda facts: facts.is_timed, count=lambda of: of.days, goal=goal, progress=_DAYS
    )


GROUPS: tuple[Group, ...] = (
    Group(
        _("Lessons"),
        (
            Achievement(
                "first-lesson",
                _("The first step"),
                _("Finish a lesson."),
                lambda facts: facts.lesson is not None,
            ),
            Achievement(
                "home-row",
                _("At home"),
                _("Pass the home row test with three stars."),
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
                share=lambda of: of.free_lessons,
                progress=_LESSONS,
            ),
            Achievement(
                "whole-course",
                _("The whole way"),
                _("Pass all lessons of a course."),
                lambda facts: facts.is_passed and facts.waiting == 0,
                share=lambda of: of.lessons,
                progress=_LESSONS,
            ),
            _five_stars("five-stars-10", _("A constellation"), _("Get five stars in ten lessons."), 10),
            _five_stars("five-stars-50", _("A galaxy"), _("Get five stars in fifty lessons."), 50),
        ),
    ),
    Group(
        _("Speed"),
        (
            _speed(
                "speed-100", _("One hundred"), _("Reach 100 characters per minute with 95% accuracy."), 100
            ),
            _speed(
                "speed-200", _("Two hundred"), _("Reach 200 characters per minute with 95% accuracy."), 200
            ),
            _speed(
                "speed-300", _("Three hundred"), _("Reach 300 characters per minute with 95% accuracy."), 300
            ),
            _speed(
                "speed-400", _("Four hundred"), _("Reach 400 characters per minute with 95% accuracy."), 400
            ),
            Achievement(
                "faster-10",
                _("Picking up speed"),
                _("Type 50 characters per minute (10\u00a0WPM) faster than in your first five exercises."),
                lambda facts: facts.gained >= 10 * CPM_PER_WPM,
            ),
            Achievement(
                "doubled",
                _("Twice as fast"),
                _("Double the speed of your first five exercises."),
                lambda facts: facts.gained > 0 and facts.gained >= (facts.skill.first_cpm or 0),
            ),
        ),
        _(
            "Counted in tests of at least a minute or 50 words, and in texts with at least 12 different letters."
        ),
    ),
    Group(
        _("Accuracy"),
        (
            Achievement(
                "flawless",
                _("Not a slip"),
                _("Type 200 characters or more without a mistake."),
                lambda facts: (
                    facts.session.ranked and facts.session.errors == 0 and facts.session.keystrokes >= LONG
                ),
            ),
            Achievement(
                "accurate-ten",
                _("A sure hand"),
                _("Type ten exercises in a row with an accuracy of 98% or more."),
                count=lambda of: of.sure_runs,
                goal=IN_A_ROW,
                progress=_EXERCISES,
            ),
            Achievement(
                "long-test",
                _("Five calm minutes"),
                _("Type a five-minute test with an accuracy of 97% or more."),
                lambda facts: (
                    facts.session.minutes == 5 and facts.session.accuracy >= 97 and facts.session.ranked
                ),
            ),
        ),
    ),
    Group(
        _("Keys"),
        (
            # Not made from the table of languages: each has a name of its own, and "both" are these two.
            _letters(
                "letters-ru", _("From А to Я"), _("Type each of the 33 Russian letters ten times."), RUSSIAN
            ),
            _letters(
                "letters-en", _("From A to Z"), _("Type each of the 26 English letters ten times."), ENGLISH
            ),
            Achievement(
                "both-alphabets",
                _("Two alphabets"),
                _("Type all letters of both languages."),
                lambda facts: facts.knows_letters(RUSSIAN) and facts.knows_letters(ENGLISH),
            ),
            Achievement(
                "key-halved",
                _("A key tamed"),
                _("Halve the time a key costs you, mistakes included."),
                lambda facts: (
                    facts.session.ranked and bool(facts.skill.halved(strikes(facts.session.layout)))
                ),
            ),
            Achievement(
                "ten-keys",
                _("Ten sure keys"),
                _("Type ten letters as fast as your usual pace, and almost without mistakes."),
                count=lambda of: of.sure_keys,
                goal=10,
                progress=_LETTERS,
            ),
            Achievement(
                "rollover",
                _("Flowing"),
                _(
                    "Press the next key before releasing the previous one in at least 60 of 200\u00a0keystrokes."
                ),
                lambda facts: (
                    facts.session.ranked
                    and (facts.session.rollover or 0) >= 0.3
                    and facts.session.keystrokes >= LONG
                ),
            ),
        ),
    ),
    Group(
        _("Habit"),
        (
            _days("days-7", _("A week"), _("Practice on 7 days."), 7),
            _days("days-30", _("A month"), _("Practice on 30 days."), 30),
            _days("days-100", _("A hundred days"), _("Practice on 100 days."), 100),
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
                lambda facts: facts.is_timed,
                count=lambda of: of.minutes / 60,
                goal=10,
                progress=_HOURS,
            ),
        ),
    ),
)
ACHIEVEMENTS: tuple[Achievement, ...] = tuple(one for group in GROUPS for one in group.achievements)
BY_CODE = {achievement.code: achievement for achievement in ACHIEVEMENTS}


def newly_earned(facts: Facts) -> list[Achievement]:
    """What the session of `facts` earns that was not earned before, in the order of `ACHIEVEMENTS`."""
    earned = set(facts.earned)
    return [one for one in ACHIEVEMENTS if one.code not in earned and one.is_earned(facts)]


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
