"""Which test to take, and the page on which it is typed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from progress.exercises.timed_tests import NoSuchTest, choices, timed_exercise
from progress.models import TypingSession
from progress.pages.practice import practice_page


@require_safe
def tests(request: HttpRequest) -> HttpResponse:
    """Which test to take, with the learner's best in each."""
    asked = request.GET.get("difficulty", "")
    difficulty = asked if asked in TypingSession.Difficulty.values else TypingSession.Difficulty.ORDINARY
    context = {
        "tests": choices(request.user, own=(get_language() or "")[:2]),
        "difficulty": difficulty,
        "difficulties": TypingSession.Difficulty.choices,
        "is_extendable": "extendable" in request.GET,
        "section": "tests",
    }
    return render(request, "progress/tests.html", context)


@require_safe
def test(request: HttpRequest, language: str, minutes: int) -> HttpResponse:
    """The page on which a test is typed, every time with another text."""
    try:
        exercise = timed_exercise(
            language,
            minutes,
            request.GET.get("difficulty") or TypingSession.Difficulty.ORDINARY,
            is_extendable="extendable" in request.GET,
        )
    except NoSuchTest as error:
        raise Http404 from error
    return practice_page(request, exercise)
