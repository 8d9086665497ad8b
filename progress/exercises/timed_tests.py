"""Tests: timed, without hints, every one on a text of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from lessons.fresh import MAKEUPS, Makeup, fresh_text
from lessons.languages import TYPED, of_layout
from lessons.models import TypingText
from progress.exercises.exercise import Exercise
from progress.models import TypingSession

MINUTES: Final = (1, 3, 5)
LENGTH: Final = 900
"""Characters for each minute: more than all but the fastest can type."""


class NoSuchTest(ValueError):
    """Another language, time or difficulty than there are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The tests of a language: each length in minutes with the learner's best ranked CPM, None without one."""

    language: str
    lengths: Sequence[tuple[int, float | None]]

    @property
    def name(self) -> str:
        return str(TYPED[self.language].heading)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A test as it is chosen in the form."""

    language: str
    minutes: int
    makeup: Makeup
    is_extendable: bool

    @property
    def address(self) -> str:
        """Where it is taken."""
        difficulty = next(code for code, makeup in MAKEUPS.items() if makeup == self.makeup)
        return _address(self.language, self.minutes, difficulty, self.is_extendable)


def timed_exercise(language: str, minutes: int, difficulty: str, *, is_extendable: bool = False) -> Exercise:
    """A test on a fresh text. Raises NoSuchTest."""
    if language not in TYPED or minutes not in MINUTES or difficulty not in TypingSession.Difficulty.values:
        raise NoSuchTest
    body = fresh_text(language, difficulty, length=LENGTH * minutes, seed=secrets.token_hex(8))
    return Exercise(
        kind=TypingSession.Kind.TEST,
        title=name_of(minutes),
        text=TypingText(sha256=TypingText.digest(body), body=body),
        layout=TYPED[language].layout,
        language=language,
        taught=(),
        back_url=reverse("progress:tests"),
        minutes=minutes,
        difficulty=difficulty,
        is_extendable=is_extendable,
        is_made=True,
        mode="free",
    )


def name_of(minutes: int) -> str:
    return ngettext("Test, %(count)s minute", "Test, %(count)s minutes", minutes) % {"count": minutes}


def again(session: TypingSession) -> str:
    """Where a test like the one of `session` is taken."""
    language = of_layout(session.layout).code
    return _address(language, session.minutes or MINUTES[0], session.difficulty, session.is_extendable)


def _address(language: str, minutes: int, difficulty: str, is_extendable: bool) -> str:
    asked = {"difficulty": difficulty} | ({"extendable": "1"} if is_extendable else {})
    return f"{reverse('progress:test', args=[language, minutes])}?{urlencode(asked)}"


def choices(user: User | AnonymousUser, *, own: str) -> list[Choice]:
    """All tests, those in one's `own` language first; one query, none for the anonymous."""
    best: dict[tuple[str, int], float] = {}
    if user.is_authenticated:
        tests = TypingSession.objects.records().filter(user=user, kind=TypingSession.Kind.TEST)
        for layout, minutes, cpm in tests.values_list("layout", "minutes").annotate(Max("cpm")).order_by():
            key = of_layout(layout).code, minutes
            best[key] = max(cpm, best.get(key, 0.0))
    languages = sorted(TYPED, key=lambda language: language != own)
    return [
        Choice(language, [(minutes, best.get((language, minutes))) for minutes in MINUTES])
        for language in languages
    ]
