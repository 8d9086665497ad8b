"""What the billing pages of the admin share: rows nobody writes by hand, reasons, and Stripe asked in words."""

import logging
from collections.abc import Sequence
from typing import Any, Final

import stripe
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from billing.stripe_api import for_the_log, is_on

INSPECT: Final = "billing.inspect_stripe"
"""The permission to read what Stripe tells, and to be led to its dashboard."""
MOST_AT_ONCE: Final = 20
"""Rows for which Stripe is asked in one request: a few questions each."""

log = logging.getLogger(__name__)


class Looked(admin.ModelAdmin):
    """Rows that staff look at and act on, never write: who may change them may run their actions."""

    show_full_result_count = False
    list_per_page = 100
    empty_value_display = "–"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        # Django's own title, "Select … to change", declines no noun.
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_stripe_permission(self, request: HttpRequest) -> bool:
        """Whether an action that asks Stripe is shown: there is none to ask while payments are off."""
        return is_on() and self.has_change_permission(request)

    def learner_of(self, row: Any) -> User | None:
        return row.user

    @admin.display(description=gettext_lazy("learner"))
    def learner(self, row: Any) -> str:
        return learner_link(self.learner_of(row))


def learner_link(user: User | None) -> str:
    """Who it is, and the way to all of hers; guests are nobody's to look at."""
    if user is None or user.is_guest:
        return "–" if user is None else str(user)
    return format_html('<a href="{}">{}</a>', reverse("admin:billing_learner", args=[user.pk]), user.email)


def dashboard_link(row: Any) -> str:
    """The way to an object in Stripe's dashboard."""
    return format_html('<a href="{}" rel="noreferrer">{}</a>', row.get_stripe_dashboard_url(), row.id)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=AdminTextInputWidget)


def ask_reason(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: Sequence[object],
    *,
    title: str,
    says: str,
    button: str,
) -> str | HttpResponse:
    """The reason staff give for an action, or the page that asks for it first; `says` is what the action does."""
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if form.is_valid():
        return str(form.cleaned_data["reason"])
    page = model_admin.admin_site.each_context(request) | {
        "title": title,
        "says": says,
        "button": button,
        "rows": rows,
        "form": form,
        "opts": model_admin.opts,
        # What the list's own form posts to run an action.
        "asked": [
            ("action", request.POST["action"]),
            ("select_across", request.POST.get("select_across", "0")),
            *((ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)),
        ],
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/billing/ask_reason.html", page)


def too_many(request: HttpRequest, rows: Sequence[object]) -> bool:
    """Whether more was chosen than Stripe can be asked for in one request; says so."""
    if len(rows) <= MOST_AT_ONCE:
        return False
    said = ngettext("Choose %(most)s row at most.", "Choose %(most)s rows at most.", MOST_AT_ONCE)
    messages.error(request, said % {"most": MOST_AT_ONCE})
    return True


def tell_of_stripe(request: HttpRequest, error: stripe.StripeError) -> None:
    """Tell staff that Stripe did not do what it was asked, and the log why, in Stripe's codes."""
    log.error("Stripe, asked by staff: %s", for_the_log(error))
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError):
        messages.error(
            request, _("Stripe refuses this: %(why)s.") % {"why": error.code or for_the_log(error)}
        )
    else:
        messages.error(request, _("Stripe does not answer, so nothing was done there. Try again later."))
