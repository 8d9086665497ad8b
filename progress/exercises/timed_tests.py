"""Tests: of so many minutes or so many words, without hints, every one on a text of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from lessons.fresh import MAKEUPS, Makeup, fresh_text, fresh_words, passages_of
from lessons.languages import TYPED, of_layout
from lessons.models import TypingText
from lessons.passages import met_in
from progress.exercises.exercise import Exercise
from progress.models import TypingSession

WORDS: Final = (10, 25, 50, 100)
MINUTES: Final = (1, 3, 5)
REMEMBERED: Final = 50
"""Tests within which no passage comes twice, as long as there are others."""
LENGTH: Final = 900
"""Characters for each minute: more than all but the fastest can type."""


class NoSuchTest(ValueError):
    """Another language, length or difficulty than there are."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a test is: so many minutes, or so many words."""

    minutes: int | None = None
    words: int | None = None

    @classmethod
    def of(cls, session: TypingSession) -> Self:
        return cls(session.minutes, session.words)

    @property
    def code(self) -> str:
        """How addresses and the form call it: "3", "25-words"."""
        return str(self.minutes) if self.words is None else f"{self.words}-words"

    @property
    def name(self) -> str:
        """As it is chosen: "3 minutes", "25 words"."""
        if self.words is None:
            minutes = self.minutes or 0
            return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
        return ngettext("%(count)s word", "%(count)s words", self.words) % {"count": self.words}

    @property
    def test(self) -> str:
        """What a test of it is called: "Test, 3 minutes"."""
        if self.words is None:
            minutes = self.minutes or 0
            return ngettext("Test, %(count)s minute", "Test, %(count)s minutes", minutes) % {"count": minutes}
        return ngettext("Test, %(count)s word", "Test, %(count)s words", self.words) % {"count": self.words}


LENGTHS: Final = (*(Length(words=count) for count in WORDS), *(Length(minutes=count) for count in MINUTES))
"""Those there are, the shortest first."""
BY_CODE: Final = {length.code: length for length in LENGTHS}


@dataclass(frozen=True, slots=True)
class Bests:
    """A learner's best ranked CPM in tests: a row for each length, in it one for each of the languages, None without
    one."""

    languages: Sequence[str]
    rows: Sequence[tuple[Length, Sequence[float | None]]]

    @property
    def names(self) -> list[str]:
        return [str(TYPED[language].heading) for language in self.languages]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A test as it is chosen in the form."""

    language: str
    length: Length
    makeup: Makeup
    is_extendable: bool

    @property
    def address(self) -> str:
        """Where it is taken."""
        difficulty = next(code for code, makeup in MAKEUPS.items() if makeup == self.makeup)
        return _address(self.language, self.length, difficulty, self.is_extendable)


def timed_exercise(
    user: User | AnonymousUser,
    language: str,
    length: Length,
    difficulty: str,
    *,
    is_extendable: bool = False,
) -> Exercise:
    """A test on a text fresh to the learner; one of words has all the time there is. One query at most. Raises
    NoSuchTest."""
    if language not in TYPED or length not in LENGTHS or difficulty not in TypingSession.Difficulty.values:
        raise NoSuchTest
    seed, is_extendable = secrets.token_hex(8), is_extendable and length.words is None
    met = _met_lately(user, language, difficulty)
    if length.words is None:
        body = fresh_text(language, difficulty, length=LENGTH * (length.minutes or 0), seed=seed, met=met)
    else:
        body = fresh_words(language, difficulty, words=length.words, seed=seed, met=met)
    return Exercise(
        kind=TypingSession.Kind.TEST,
        title=length.test,
        text=TypingText(sha256=TypingText.digest(body), body=body),
        layout=TYPED[language].layout,
        language=language,
        taught=(),
        back_url=reverse("progress:tests"),
        goal=_("The clock starts with the first key. You may add minutes; the test is not ranked.")
        if is_extendable
        else _("The clock starts with the first key."),
        minutes=length.minutes,
        words=length.words,
        difficulty=difficulty,
        is_extendable=is_extendable,
        is_made=True,
        mode="free",
    )


def _met_lately(user: User | AnonymousUser, language: str, difficulty: str) -> list[str]:
    """The passages that a learner met in her last tests, the last first; none where texts consist of words."""
    known = passages_of(language, difficulty)
    if not known or not user.is_authenticated:
        return []
    tests = TypingSession.objects.filter(user=user, kind=TypingSession.Kind.TEST, difficulty=difficulty)
    last = tests.order_by("-started_at").values_list("text__body", "keystrokes")[:REMEMBERED]
    return met_in(last, known)


def again(session: TypingSession) -> str:
    """Where a test like the one of `session` is taken."""
    language = of_layout(session.layout).code
    return _address(language, Length.of(session), session.difficulty, session.is_extendable)


def _address(language: str, length: Length, difficulty: str, is_extendable: bool) -> str:
    asked = {"difficulty": difficulty} | ({"extendable": "1"} if is_extendable else {})
    return f"{reverse('progress:test', args=[language, length.code])}?{urlencode(asked)}"


def bests_of(user: User | AnonymousUser, *, own: str) -> Bests:
    """Of all tests, those in one's `own` language first; one query, none for the anonymous."""
    best: dict[tuple[str, Length], float] = {}
    if user.is_authenticated:
        tests = TypingSession.objects.records().filter(user=user, kind=TypingSession.Kind.TEST)
        bests = tests.values_list("layout", "minutes", "words").annotate(Max("cpm")).order_by()
        for layout, minutes, words, cpm in bests:
            key = of_layout(layout).code, Length(minutes, words)
            best[key] = max(cpm, best.get(key, 0.0))
    languages = sorted(TYPED, key=lambda language: language != own)
    rows = [(length, [best.get((language, length)) for language in languages]) for length in LENGTHS]
    return Bests(languages, rows)
