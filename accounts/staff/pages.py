"""Where an admin begins to act as a learner, and stops."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import StaffAct, User

from . import impersonation


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=StaffAct._meta.get_field("reason").max_length,
        widget=AdminTextInputWidget,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def act_as_learner(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks the admin for the reason, and makes her the learner for half an hour."""
    if not request.user.has_perm(impersonation.PERMISSION):
        raise PermissionDenied
    learner = get_object_or_404(User.objects.exclude(email=None), pk=pk)
    form = ReasonForm(request.POST or None)
    is_possible = impersonation.may_act_as(request.user, learner)  # type: ignore[arg-type]
    if is_possible and request.method == "POST" and form.is_valid():
        impersonation.begin_acting(request, learner, reason=form.cleaned_data["reason"], now=timezone.now())
        return redirect("home")
    page: dict[str, Any] = admin.site.each_context(request) | {
        "title": _("Act as this learner"),
        "subtitle": learner.email,
        "learner": learner,
        "form": form,
        "is_possible": is_possible,
        "minutes": impersonation.LONGEST.seconds // 60,
        "opts": User._meta,
    }
    status = 200 if is_possible or request.method != "POST" else 403
    return render(request, "admin/accounts/user/act_as_learner.html", page, status=status)


@require_POST
def end_impersonation(request: HttpRequest) -> HttpResponse:
    """Back to the admin, where the learner's account is."""
    staff = getattr(request, "impersonator", None)
    if staff is None:
        raise Http404
    learner = impersonation.end_acting(request, staff)
    return redirect("admin:accounts_user_change", learner)
