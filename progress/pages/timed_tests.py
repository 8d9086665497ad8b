"""Which test to take, and the page on which it is typed."""

from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts import cookies
from lessons.languages import first_for
from progress.exercises.forms import TestForm
from progress.exercises.timed_tests import BY_CODE, NoSuchTest, bests_of, timed_exercise
from progress.models import TypingSession
from progress.pages.practice import practice_page

COOKIE: Final = "test"
"""The test chosen last. Like what is hidden, it belongs to the screen and works without an account."""
COOKIE_LENGTH: Final = 200


@require_safe
def tests(request: HttpRequest) -> HttpResponse:
    """Which test to take: the last choice again, or the first there is, with the learner's best in each."""
    last = TestForm(QueryDict(request.COOKIES.get(COOKIE, "")[:COOKIE_LENGTH]))
    initial = last.kept() if last.is_valid() else TestForm.first(first_for((get_language() or "")[:2]).code)
    return _tests(request, TestForm(initial=initial))


@require_safe
def start_test(request: HttpRequest) -> HttpResponse:
    """To the test that was chosen, which is remembered; a choice there is not is told of."""
    form = TestForm(request.GET)
    if not form.is_valid():
        return _tests(request, form, status=422)
    answer = redirect(form.chosen().address)
    cookies.keep(answer, request, COOKIE, urlencode(form.kept()))
    return answer


def _tests(request: HttpRequest, form: TestForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "bests": bests_of(request.user, own=(get_language() or "")[:2]),
        "section": "tests",
    }
    return render(request, "progress/tests.html", context, status=status)


@require_safe
def test(request: HttpRequest, language: str, length: str) -> HttpResponse:
    """The page on which a test is typed, every time with another text."""
    try:
        exercise = timed_exercise(
            request.user,
            language,
            BY_CODE[length],
            request.GET.get("difficulty") or TypingSession.Difficulty.ORDINARY,
            is_extendable="extendable" in request.GET,
        )
    except (KeyError, NoSuchTest) as error:
        raise Http404 from error
    return practice_page(request, exercise)
