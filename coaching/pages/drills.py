"""Making a drill, and the page on which it is typed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import owned_or_404
from coaching.models import Drill
from coaching.plans.drills import NothingWeak, drill_exercise, drill_from
from progress.models import TypingSession
from progress.pages.practice import practice_page


@require_POST
def make_drill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the drill that one of the learner's sessions asks for, and go there; back when it asks for none."""
    sessions = TypingSession.objects.select_related("text", "user").filter(pk=pk)
    session = owned_or_404(sessions, request.user)
    try:
        made = drill_from(session, now=timezone.now())
    except NothingWeak:
        return redirect("progress:session", pk)
    return redirect("coaching:drill", made.text_id)


@require_safe
def drill(request: HttpRequest, sha256: str) -> HttpResponse:
    """The page on which one of the learner's own drills is typed."""
    found = owned_or_404(Drill.objects.select_related("text").filter(text=sha256), request.user)
    return practice_page(request, drill_exercise(found))
