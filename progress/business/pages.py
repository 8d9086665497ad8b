"""The page of business figures in the admin, and its CSV files."""

from datetime import UTC, date
from typing import Final, cast

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from billing.figures.report import conversions_of, money_of
from lessons.table_files import Csv
from progress.business.figures import PERIODS, cohorts_of, period_of
from progress.business.files import FILES
from progress.business.learning import learning
from progress.business.money import paying
from progress.models import BusinessDay

MAY_VIEW: Final = "progress.view_businessday"
KEPT_FOR: Final = 300
"""Seconds that a period's figures are kept, which are counted every hour: a year's tables take long to write."""


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures of a period, for staff who may see them; opened from a few hundred rows, whatever was typed."""
    _require_permission(request)
    length, today = _length(request), timezone.now().astimezone(UTC).date()
    kept = f"metrics:{get_language()}:{length}:{today}"
    context = admin.site.each_context(request) | {
        "title": _("Business figures"),
        "length": length,
        "periods": PERIODS,
        "figures": cache.get_or_set(kept, lambda: _figures(length, today), KEPT_FOR),
    }
    return TemplateResponse(request, "admin/metrics.html", context)


def _figures(length: int, today: date) -> SafeString:
    report = period_of(length, today=today)
    learners = [] if report.is_empty else learning(report, cohorts_of(length, today=today))
    money = paying(money_of(length, PERIODS[length], today=today), conversions_of(length, today=today))
    return render_to_string("admin/_metrics_figures.html", {"report": report, "sections": learners + money})


@require_safe
def metrics_csv(request: HttpRequest, name: str) -> HttpResponse:
    """One of the tables behind the page, as CSV; noted in the log of the admin."""
    _require_permission(request)
    if name not in FILES:
        raise Http404
    length = _length(request)
    table = FILES[name](length, timezone.now().astimezone(UTC).date())
    if request.method == "GET":
        LogEntry.objects.create(
            user=cast(User, request.user),
            content_type=ContentType.objects.get_for_model(BusinessDay),
            object_repr=f"{name}.csv, {length}",
            action_flag=CHANGE,
            change_message="Downloaded.",
        )
    return HttpResponse(
        Csv().export_data(table),
        content_type=Csv.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}-{length}.csv"'},
    )


def _require_permission(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_VIEW):
        raise PermissionDenied


def _length(request: HttpRequest) -> int:
    """The period asked for; one there is not is as good as none."""
    asked = {str(length): length for length in PERIODS}
    return asked.get(request.GET.get("days", ""), next(iter(PERIODS)))
