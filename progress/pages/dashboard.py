"""The dashboard, and the end of the weekly report by mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from progress import mailing
from progress.figures.dashboard import Filters, dashboard_of
from progress.figures.days import PERIODS
from progress.figures.keys import MEASURES


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The learner's dashboard; filters that name nothing of hers are as good as none."""
    asked = request.GET
    filters = Filters(
        language=asked.get("language", ""),
        course=asked.get("course", ""),
        layout=asked.get("layout", ""),
        period=asked["period"] if asked.get("period") in PERIODS else "",
        measure=asked["measure"] if asked.get("measure") in MEASURES else MEASURES[0],
    )
    drawn = dashboard_of(request.user, filters, now=timezone.now()) if request.user.is_authenticated else None
    return render(request, "progress/dashboard.html", {"dashboard": drawn, "section": "dashboard"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether the weekly report is to stop; a POST stops it, from a mail program as well (RFC 8058).

    The signature of the link is the permission: who has the mail may, signed in or not.
    """
    learner = mailing.subscriber(signed)
    if learner is None:
        raise Http404
    if request.method == "POST":
        mailing.stop_reports(learner)
    wanted = learner.weekly_report and request.method != "POST"
    return render(request, "progress/unsubscribe.html", {"wanted": wanted})
