"""What of a session and of its learner's record achievements count."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from lessons import languages
from lessons.languages import TypedLanguage
from lessons.models import Lesson
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.models import TypingSession, is_sprint

SPEED_ACCURACY = 95
"""Per cent from which on a speed counts."""
IN_A_ROW = 10
"""Sessions that make a row."""
SURE = 98
"""Per cent of accuracy from which on a session keeps a row going."""
LETTER_TRIES = 10
"""Tries of a letter after which it counts as typed."""
SPEED_LETTERS = 12
"""Different letters from which on the speed of a text counts: two keys in turns can be struck at any speed."""


def proves_speed(kind: str, words: int | None, text: str) -> bool:
    """Whether the speed of a session, or of a test of so many words, on this text counts for achievements."""
    letters = {character for character in text.lower() if character.isalpha()}
    return not is_sprint(words) and (kind == TypingSession.Kind.TEST or len(letters) >= SPEED_LETTERS)


class Counts(Protocol):
    """What of a learner's record achievements count: all of it, or of a session's `Facts` what it may earn.

    `five_stars`: lessons with five stars, `days` of practice, `minutes` of typing, `fastest`: CPM of the best run that
    proves speed, `sure_keys`: letters mastered on a layout, `sure_runs`: sessions in a row, the last one at its end.
    """

    @property
    def five_stars(self) -> int: ...
    @property
    def days(self) -> int: ...
    @property
    def minutes(self) -> float: ...
    @property
    def fastest(self) -> float: ...
    @property
    def sure_keys(self) -> int: ...
    @property
    def sure_runs(self) -> int: ...
    def letters(self, language: TypedLanguage) -> int:
        """How many letters of a language were typed often enough."""


class Courses(Protocol):
    """How many lessons of a course are passed, of how many there are: of the free ones, and of all; each of the course
    in which most is done."""

    @property
    def free_lessons(self) -> tuple[int, int]: ...
    @property
    def lessons(self) -> tuple[int, int]: ...


def row_of(accuracies: Iterable[float]) -> int:
    """How many sessions, the last one first, make a row."""
    return sum(1 for _ in takewhile(lambda accuracy: accuracy >= SURE, accuracies))


def typed_letters(skill: Skill, language: TypedLanguage) -> int:
    """How many letters of a language are known to be typed often enough."""
    tried = {letter for letter, sums in skill.keys.items() if sums.hits >= LETTER_TRIES}
    return len(language.alphabet & tried)


@dataclass(frozen=True, slots=True)
class Facts:
    """A session just recorded, and the learner's record with it.

    `text` is what was to be typed. `is_passed`: its lesson is; if so,
    `waiting` and `free_waiting` are lessons of its course not passed yet.
    `five_stars`: lessons with five stars, `days` days of practice, `away` whole days without practice before this one,
    `accuracies` those of the last `IN_A_ROW` ranked sessions, this one first, empty where it makes no row.
    """

    session: TypingSession
    text: str
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

    @property
    def fastest(self) -> float:
        session = self.session
        counts = session.ranked and session.accuracy >= SPEED_ACCURACY and self.proves_speed
        return session.cpm if counts else 0.0

    @property
    def sure_keys(self) -> int:
        return len(self.skill.mastered(strikes(self.session.layout))) if self.session.ranked else 0

    @property
    def sure_runs(self) -> int:
        return row_of(self.accuracies)

    def letters(self, language: TypedLanguage) -> int:
        is_of_it = languages.of_layout(self.session.layout).code == language.code
        return typed_letters(self.skill, language) if is_of_it else 0

    def knows_letters(self, language: TypedLanguage) -> bool:
        return f"letters-{language.code}" in self.earned or self.letters(language) == len(language.alphabet)

    @property
    def proves_speed(self) -> bool:
        return proves_speed(self.session.kind, self.session.words, self.text)

    @property
    def is_timed(self) -> bool:
        """Whether it says when something was typed: of the old program's reports nothing proves it."""
        return self.session.source != TypingSession.Source.LEGACY

    @property
    def gained(self) -> float:
        """Characters per minute more than in the learner's first sessions on the layout; 0 before there were such."""
        first = self.skill.first_cpm
        counts = self.session.sets_records and self.proves_speed
        return self.session.cpm - first if counts and first is not None else 0.0
