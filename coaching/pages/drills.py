"""Making an exercise for one learner, and the page on which it is typed."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import owned_or_404
from accounts.preferences import unit
from coaching.models import Drill
from coaching.pages.coach import typed_on
from coaching.plans.drills import NothingWeak, drill_exercise, drill_from, drill_of
from coaching.plans.lessons import review_of
from coaching.wording import exercise_goal
from lessons.models import Course
from lessons.outlines import lesson_numbered
from progress.exercises.access import LessonClosed, require_access
from progress.models import TypingSession
from progress.pages.practice import practice_page
from progress.refusals import refuse


@require_POST
def make_drill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the drill that one of the learner's sessions asks for, and go there; back, and say so, when it asks for
    none."""
    sessions = TypingSession.objects.select_related("text", "user").filter(pk=pk)
    session = owned_or_404(sessions, request.user)
    try:
        made = drill_from(session, now=timezone.now())
    except NothingWeak:
        messages.info(request, _("Nothing holds you back anymore: there is nothing to drill."))
        return redirect("progress:session", pk)
    return redirect("coaching:drill", made.text_id)


@require_POST
def drill_item(request: HttpRequest) -> HttpResponse:
    """Make a drill of one key or pair, and go there; to the coach, and say so, where it is not known yet."""
    user, layout = typed_on(request)
    origin = request.POST.get("origin", "")
    origin = origin if origin in Drill.Origin.values else ""
    try:
        made = drill_of(user, layout, request.POST.get("item", ""), now=timezone.now(), origin=origin)
    except NothingWeak:
        messages.info(request, _("You have hardly met that key yet: there is no drill for it so far."))
        return redirect("coaching:coach")
    return redirect("coaching:drill", made.text_id)


@require_POST
def review(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """Make a review of what a course has taught by the end of a lesson, and go there."""
    found = lesson_numbered(get_object_or_404(Course, slug=course), number)
    if found is None or not request.user.is_authenticated:
        raise Http404
    now = timezone.now()
    try:
        require_access(request.user, found, now=now)
    except LessonClosed as error:
        return refuse(request, error)
    made = review_of(request.user, found.lesson, now=now)
    return redirect("coaching:drill", made.text_id)


@require_safe
def drill(request: HttpRequest, sha256: str) -> HttpResponse:
    """The page on which one of the learner's own drills is typed."""
    drills = Drill.objects.select_related("text", "plan", "lesson").filter(text=sha256)
    found = owned_or_404(drills, request.user)
    exercise = replace(drill_exercise(found), goal=exercise_goal(found, unit(request)))
    return practice_page(request, exercise, section="courses" if found.kind == Drill.Kind.REVIEW else "coach")
