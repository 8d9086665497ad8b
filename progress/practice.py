"""The practice page, for a lesson and for whatever a higher floor gives to type."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from accounts.preferences import unit
from lessons import keyboards
from lessons.models import Lesson, TypingText

from . import tickets

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
    layout = _layout(request, exercise)
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
            else tickets.issue(_ticket(request, exercise, layout.code, mode)),
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


def _layout(request: HttpRequest, exercise: Exercise) -> keyboards.Layout:
    """The layout the learner prefers where it writes the same script and types all of the text, else its own."""
    own = keyboards.layout(exercise.layout)
    if not request.user.is_authenticated or request.user.layout not in keyboards.layouts():
        return own
    preferred = keyboards.layout(request.user.layout)
    typeable = all(character == "\n" or preferred.types(character) for character in exercise.text.body)
    return preferred if preferred.script == own.script and typeable else own


def _ticket(request: HttpRequest, exercise: Exercise, layout: str, mode: str) -> tickets.Ticket:
    return tickets.Ticket(
        session=uuid.uuid4(),
        learner=request.user.pk if request.user.is_authenticated else uuid.uuid4(),
        minted=not request.user.is_authenticated,
        kind=exercise.kind,
        text=exercise.text.pk,
        lesson=exercise.lesson.pk if exercise.lesson else None,
        layout=layout,
        mode=mode,
        issued_at=timezone.now(),
        minutes=exercise.minutes,
        difficulty=exercise.difficulty,
        is_extendable=exercise.is_extendable,
        body=exercise.text.body if exercise.minutes else "",
    )
