"""The dashboard, and the end of the weekly report by mail."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.notifications.views import stop_mails
from accounts.preferences import unit
from progress import mailing
from progress.figures.dashboard import Dashboard, Filters, dashboard_of, sections_of
from progress.figures.days import PERIODS
from progress.figures.keys import MEASURES

TABLES: Final = ("points", "keys", "fingers", "days")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The learner's dashboard; filters that name nothing of hers are as good as none."""
    context: dict[str, object] = {"section": "dashboard", "unit": unit(request)}
    if request.user.is_authenticated:
        drawn = _drawn(request, request.user)
        context |= {"dashboard": drawn, "sections": sections_of(request.user, drawn, now=timezone.now())}
    return render(request, "progress/dashboard.html", context)


@require_safe
def numbers(request: HttpRequest, table: str) -> HttpResponse:
    """One of the dashboard's tables, fetched when it is wanted; most of the page's cells stand in them."""
    if table not in TABLES or not request.user.is_authenticated:
        raise Http404
    drawn = _drawn(request, request.user)
    if not drawn.choices.layouts or (table == "fingers" and not (drawn.keys and drawn.keys.fingers)):
        raise Http404
    context = {"dashboard": drawn, "table": table, "unit": unit(request), "section": "dashboard"}
    return render(request, "progress/numbers.html", context)


def _drawn(request: HttpRequest, learner: User) -> Dashboard:
    asked = request.GET
    filters = Filters(
        language=asked.get("language", ""),
        course=asked.get("course", ""),
        layout=asked.get("layout", ""),
        period=asked["period"] if asked.get("period") in PERIODS else "",
        measure=asked["measure"] if asked.get("measure") in MEASURES else MEASURES[0],
    )
    return dashboard_of(learner, filters, now=timezone.now())


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """As `accounts:unsubscribe`, for the links in reports sent before that was there."""
    learner = mailing.subscriber(signed)
    if learner is None:
        raise Http404
    return stop_mails(request, learner, mailing.KIND)
