"""The page of achievements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from progress.figures.shelf import shelves
from progress.honours.achievements import ACHIEVEMENTS


@require_safe
def achievements(request: HttpRequest) -> HttpResponse:
    """What can be achieved by groups, what the learner has, and how far she is."""
    shown = shelves(request.user)
    context = {
        "shelves": shown,
        "earned": sum(shelf.earned for shelf in shown),
        "all": len(ACHIEVEMENTS),
        "section": "achievements",
    }
    return render(request, "progress/achievements.html", context)
