"""The practice page, for a lesson and for whatever a higher floor gives to type."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.preferences import unit
from lessons import keyboards
from lessons.models import Lesson, TypingText

from . import tickets
from .models import TypingSession

HIDEABLE = frozenset({"speed", "accuracy", "progress", "keyboard"})
MODES = ("stop", "free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """Something to type. `taught`: the characters whose keys the virtual keyboard shows as learned.

    A trial has no ticket, so nothing of it can be recorded. A test lasts `minutes`, shows no keyboard, and its
    text need not be in the database.
    """

    kind: str
    title: str
    text: TypingText
    layout: str
    language: str
    taught: Collection[str]
    back_url: str
    lesson: Lesson | None = None
    is_trial: bool = False
    minutes: int | None = None
    difficulty: str = ""
    is_extendable: bool = False
    mode: str = MODES[0]


def practice_page(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """The page on which an exercise is typed, with its ticket unless it is a trial. Writes nothing."""
    mode = request.GET.get("mode")
    mode = mode if mode in MODES else exercise.mode
    layout = layout_for(request.user, exercise)
    keyboard = request.user.keyboard if request.user.is_authenticated else ""
    hidden = HIDEABLE & set(request.COOKIES.get("hide", "").split("."))
    response = render(
        request,
        "progress/practice.html",
        {
            "lesson": exercise.lesson,
            "title": exercise.title,
            "text": exercise.text.body,
            "ticket": ""
            if exercise.is_trial
            else tickets.issue(ticket_for(request.user, exercise, layout.code, mode, now=timezone.now())),
            "is_trial": exercise.is_trial,
            "mode": mode,
            "layout": layout,
            "keyboard": ""
            if exercise.minutes
            else virtual_keyboard(
                layout.code, keyboard, frozenset(exercise.taught), is_hidden="keyboard" in hidden
            ),
            "minutes": exercise.minutes,
            "is_extendable": exercise.is_extendable,
            "language": exercise.language,
            "unit": unit(request),
            "hidden": hidden,
            "again_url": request.path,
            "back_url": exercise.back_url,
            "section": "tests" if exercise.minutes else "courses",
        },
    )
    add_never_cache_headers(response)
    return response


@lru_cache(maxsize=512)
def virtual_keyboard(layout: str, keyboard: str, taught: frozenset[str], *, is_hidden: bool) -> str:
    """The HTML of a layout drawn on a keyboard, with the keys of the `taught` characters tinted.

    Kept, because making it took two fifths of the page's time.
    """
    rows = keyboards.layout(layout).drawn(keyboard)
    context = {"code": layout, "keyboard": keyboard, "rows": rows, "taught": taught, "is_hidden": is_hidden}
    return render_to_string("progress/_keyboard.html", context)


def lesson_exercise(lesson: Lesson, *, back_url: str = "", is_trial: bool = False) -> Exercise:
    """A lesson that has a text, as an exercise."""
    return Exercise(
        kind=TypingSession.Kind.LESSON,
        title=_("Lesson %(number)s. %(title)s") % {"number": lesson.number, "title": lesson.title},
        text=cast(TypingText, lesson.text),
        layout=lesson.course.layout,
        language=lesson.course.language,
        taught=lesson.alphabet(),
        back_url=back_url,
        lesson=lesson,
        is_trial=is_trial,
    )


def layout_for(user: User | AnonymousUser, exercise: Exercise) -> keyboards.Layout:
    """The layout the learner prefers where it writes the same script and types all of the text, else its own."""
    own = keyboards.layout(exercise.layout)
    if not user.is_authenticated or user.layout not in keyboards.layouts():
        return own
    preferred = keyboards.layout(user.layout)
    typeable = all(character == "\n" or preferred.types(character) for character in exercise.text.body)
    return preferred if preferred.script == own.script and typeable else own


def ticket_for(
    user: User | AnonymousUser, exercise: Exercise, layout: str, mode: str, *, now: datetime
) -> tickets.Ticket:
    """The ticket of one run; for the anonymous, that of the guest to be."""
    return tickets.Ticket(
        session=uuid.uuid4(),
        learner=user.pk if user.is_authenticated else uuid.uuid4(),
        minted=not user.is_authenticated,
        kind=exercise.kind,
        text=exercise.text.pk,
        lesson=exercise.lesson.pk if exercise.lesson else None,
        layout=layout,
        mode=mode,
        issued_at=now,
        minutes=exercise.minutes,
        difficulty=exercise.difficulty,
        is_extendable=exercise.is_extendable,
        body=exercise.text.body if exercise.minutes else "",
    )
