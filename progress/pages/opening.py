"""How to sit and where the hands lie: a page of help, and what a learner sees once before the first lesson."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts import cookies
from lessons import keyboards, languages
from lessons.models import Course
from progress.models import TypingSession

SEEN: Final = "seated"
"""The cookie of who has seen the opening."""
HOME_KEYS: Final = ("KeyA", "KeyS", "KeyD", "KeyF", "KeyJ", "KeyK", "KeyL", "Semicolon")
PITCH: Final = 40
"""How wide a key is in the picture; `progress/_hand.html` is drawn for it."""


@dataclass(frozen=True)
class Place:
    """A key in the picture: its left upper corner, its width, and its middle, where its label stands."""

    key: keyboards.Key
    x: int
    y: int
    width: int
    middle: int

    @property
    def is_home(self) -> bool:
        return self.key.code in HOME_KEYS

    @property
    def label(self) -> str:
        return self.key.label.upper() if len(self.key.label) == 1 else self.key.label


@require_safe
def how_to_sit(request: HttpRequest) -> HttpResponse:
    """The page of help, on the keyboard of the reader's language."""
    layout = languages.first_for(get_language() or "").layout
    return render(request, "progress/how_to_sit.html", _picture(layout))


@require_safe
def start(request: HttpRequest, course: str) -> HttpResponse:
    """The way to a course's first lesson: by the opening for who has neither typed a lesson nor seen it."""
    found = get_object_or_404(Course, slug=course)
    lessons = TypingSession.objects.filter(kind=TypingSession.Kind.LESSON)
    typed = request.user.is_authenticated and lessons.filter(user=request.user).exists()
    if typed or SEEN in request.COOKIES:
        return redirect("progress:practice", course, 1)
    context = _picture(found.layout) | {"course": found, "section": "courses"}
    response = render(request, "progress/how_to_sit.html", context)
    cookies.keep(response, request, SEEN, "1")
    return response


def _picture(layout: str) -> dict[str, object]:
    """What the picture shows, and the names of the keys that the words tell."""
    places = _places(layout)
    names = {place.key.code: place.label for place in places}
    home = [names[code] for code in HOME_KEYS]
    return {
        "places": places,
        "hands": hands_of(layout),
        "bumps": [place.label for place in places if place.key.bump],
        "home_left": " ".join(home[:4]),
        "home_right": " ".join(home[4:]),
    }


def hands_of(layout: str) -> tuple[str, ...]:
    """The hands that type on a layout."""
    hand = keyboards.layout(layout).hand
    return (hand,) if hand else ("left", "right")


@cache
def _places(layout: str) -> tuple[Place, ...]:
    drawn = []
    for number, row in enumerate(keyboards.layout(layout).drawn("ansi")):
        ends = accumulate(key.gap + key.width for key in row)
        for key, end in zip(row, ends, strict=True):
            x, width = round((end - key.width) * PITCH), round(key.width * PITCH)
            drawn.append(Place(key, x + 2, number * PITCH + 2, width - 4, x + width // 2))
    return tuple(drawn)
