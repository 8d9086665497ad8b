from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import role_of
from accounts.models import StaffAct, User

from . import impersonation, log

QUIET = "admin:jsi18n"
"""Words for the admin's scripts, which every page of it loads."""


class ImpersonationMiddleware:
    """Makes an admin the learner she acts as, for pages that may be looked at so; her own self is `impersonator`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            learner = impersonation.learner_acted_as(request, now=timezone.now())
        except impersonation.Over as over:
            # What was sent was meant for the learner, so the admin must not do it in her own name.
            return _closed(request, "accounts/impersonation_over.html", learner=over.learner)
        if learner:
            request.impersonator = request.user  # type: ignore[attr-defined]
            request.user = learner
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if not impersonation.is_acting(request) or match is None:
            return None
        if impersonation.is_open(request.method or "", match.view_name):
            return None
        return _closed(request, "accounts/impersonation_closed.html")


class StaffLogMiddleware:
    """Notes what staff are answered in the admin, and all that is asked for while somebody acts as a learner."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # As they are now: the request may sign her out.
        staff = cast(User, getattr(request, "impersonator", None) or request.user)
        acted_as = request.user.pk if impersonation.is_acting(request) else None
        response = self.get_response(request)
        if acted_as:
            kind = StaffAct.Kind.AS_LEARNER
            log.note_act(request, staff, role_of(staff), kind, learner=acted_as, status=response.status_code)
        elif getattr(request, "is_of_staff", False):
            learner = getattr(request, "learner_asked_for", None)
            log.note_act(
                request,
                staff,
                role_of(staff),
                StaffAct.Kind.ADMIN,
                learner=learner,
                status=response.status_code,
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        is_admins = request.path.startswith(reverse("admin:index"))
        if is_admins and request.user.is_staff and match and match.view_name != QUIET:
            request.is_of_staff = True  # type: ignore[attr-defined]
            # Before the view, which may delete it.
            request.learner_asked_for = log.learner_asked_for(match)  # type: ignore[attr-defined]
        return None


def _closed(request: HttpRequest, template: str, **page: Any) -> HttpResponse:
    layout = "_notice.html" if request.headers.get("HX-Request") else "base.html"
    return render(request, template, {"layout": layout} | page, status=403)
