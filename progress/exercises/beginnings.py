"""What is typed before any lesson: a line on the front page, and the test that opens lessons to who can type."""

import secrets
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from lessons.fresh import text_of_all_letters
from lessons.languages import TYPED
from lessons.models import TypingText
from progress.exercises.exercise import Exercise
from progress.models import TypingSession

PLACING_MINUTES: Final = 1
"""The test is over with its text or with this: as long as a test that gives a certificate, so its speed is as sure.
More time would bring rare letters only, once each, and a single try tells nothing."""
PLACING_LENGTH: Final = 250
"""Characters at least: a minute for who types as fast as the lessons after the letters want."""
FAST_ENOUGH_CPM: Final = 200
"""From here on a first line invites to the placement test instead of to lesson 1."""


def first_line_exercise(language: str) -> Exercise:
    """The line on the front page."""
    typed = TYPED[language]
    return Exercise(
        kind=TypingSession.Kind.LINE,
        title=_("Type without looking at the keys"),
        goal=_("Begin right here: type this line."),
        text=TypingText(sha256=TypingText.digest(typed.first_line), body=typed.first_line),
        layout=typed.layout,
        language=language,
        taught=set(typed.first_line),
        back_url=reverse("home"),
        is_made=True,
    )


def placement_exercise(language: str) -> Exercise:
    """The placement test of a language, every time on another text."""
    typed = TYPED[language]
    body = text_of_all_letters(language, typed.alphabet, length=PLACING_LENGTH, seed=secrets.token_hex(8))
    return Exercise(
        kind=TypingSession.Kind.PLACING,
        title=_("Placement test"),
        goal=_(
            "Type as you always do: speed, accuracy and letters decide which lessons open. It takes a minute at most."
        ),
        text=TypingText(sha256=TypingText.digest(body), body=body),
        layout=typed.layout,
        language=language,
        taught=typed.alphabet,
        back_url=reverse("lessons:catalogue"),
        minutes=PLACING_MINUTES,
        is_made=True,
        mode="free",
    )


def begin_again(session: TypingSession, language: str) -> str:
    """Where what `session` was is typed once more."""
    is_line = session.kind == TypingSession.Kind.LINE
    return reverse("progress:first_line" if is_line else "progress:placement", args=[language])
