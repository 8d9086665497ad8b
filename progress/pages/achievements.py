"""The page of achievements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from progress.honours.achievements import shelf


@require_safe
def achievements(request: HttpRequest) -> HttpResponse:
    """What can be achieved, and what the learner has."""
    shown = shelf(request.user)
    context = {
        "shelf": shown,
        "earned": sum(award is not None for _one, award in shown),
        "section": "achievements",
    }
    return render(request, "progress/achievements.html", context)
