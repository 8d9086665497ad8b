"""The coach's page: what costs time, what the next ten minutes should be, and where practice leads."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.preferences import unit
from coaching.forecast.drawing import drawn
from coaching.models import SpeedGoal
from coaching.pages.beginnings import first_lesson
from coaching.pages.forms import GoalForm
from coaching.plans.overview import overview_of
from coaching.plans.plans import PlanProgress, make_plan
from progress.figures.layouts import layouts_of


@require_safe
def coach(request: HttpRequest) -> HttpResponse:
    """What the coach says; a layout that was never typed on is as good as none."""
    return _coach(request, None)


def _coach(request: HttpRequest, form: GoalForm | None, status: int = 200) -> HttpResponse:
    asked = request.POST.get("layout", "") if form else request.GET.get("layout", "")
    shown = None
    if request.user.is_authenticated:
        shown = overview_of(request.user, asked, now=timezone.now())
    context: dict[str, object] = {"coach": shown, "unit": unit(request), "section": "coach"}
    if not shown:
        context["first_lesson"] = first_lesson(get_language() or "")
    else:
        context["goal_form"] = form or GoalForm(unit=unit(request), cpm=shown.goal_cpm)
        if shown.forecast:
            context["drawing"] = drawn(shown.forecast, shown.standing.days, today=shown.standing.today)
    return render(request, "coaching/coach.html", context, status=status)


@require_POST
def start_plan(request: HttpRequest) -> HttpResponse:
    """Plan ten minutes on a layout the learner has typed on, and begin them."""
    user, layout = typed_on(request)
    plan = make_plan(user, layout, now=timezone.now())
    first = PlanProgress.of(plan).next
    return redirect("coaching:drill", first.text_id) if first else redirect("coaching:coach")


@require_POST
def set_goal(request: HttpRequest) -> HttpResponse:
    """Choose the speed to reach on a layout."""
    user, layout = typed_on(request)
    form = GoalForm(request.POST, unit=unit(request))
    if not form.is_valid():
        return _coach(request, form, status=422)
    SpeedGoal.objects.update_or_create(user=user, layout=layout, defaults={"cpm": form.cpm})
    return redirect(f"{reverse('coaching:coach')}?{urlencode({'layout': layout})}#goal")


def typed_on(request: HttpRequest) -> tuple[User, str]:
    """Who asks, and the layout of the form. Raises Http404 for the anonymous, and for one she never typed on."""
    user = request.user
    layout = request.POST.get("layout", "")
    if not user.is_authenticated or layout not in layouts_of(user):
        raise Http404
    return user, layout
