from datetime import datetime
from typing import Any, cast

import stripe
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from billing.entitlement import grants
from billing.from_stripe.settling import live_subscriptions, settle
from billing.models import Grant, GrantQuerySet
from billing.stripe_api import is_on

from .desk import Looked, ask_reason, tell_of_stripe


class GrantForm(forms.ModelForm):
    ends_at = forms.SplitDateTimeField(label=gettext_lazy("Until"), widget=AdminSplitDateTime)

    class Meta:
        model = Grant
        fields = ("user", "ends_at", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who only looks has no fields.
        if "reason" in self.fields:
            self.fields["reason"].required = True

    def clean_ends_at(self) -> datetime | None:
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= timezone.now():
            raise forms.ValidationError(_("Choose a time in the future."))
        return ends_at


class GrantForGoodForm(GrantForm):
    """For who may leave the end empty."""

    ends_at = forms.SplitDateTimeField(
        label=gettext_lazy("Until"),
        widget=AdminSplitDateTime,
        required=False,
        help_text=gettext_lazy("If left empty, premium stays open for good."),
    )


class RunningFilter(admin.SimpleListFilter):
    title = gettext_lazy("running")
    parameter_name = "running"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", gettext_lazy("now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> GrantQuerySet:
        return queryset.active(timezone.now()) if self.value() == "now" else queryset


@admin.register(Grant)
class GrantAdmin(Looked):
    """Staff grant premium with a reason; what was granted is ended, never changed or deleted."""

    form = GrantForm
    autocomplete_fields = ["user"]
    list_display = ["learner", "kind", "starts_at", "ends_at", "reason", "granted_by"]
    list_display_links = ["kind"]
    list_select_related = ["user", "granted_by"]
    list_filter = ["kind", RunningFilter]
    search_fields = ["user__email", "reason"]
    ordering = ["-created_at"]
    readonly_fields = ["learner", "kind", "starts_at", "granted_by", "created_at"]
    actions = ["end_now"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: Grant | None = None) -> tuple[str, ...]:
        if obj is None:
            return GrantForm.Meta.fields
        return ("learner", "kind", "starts_at", "ends_at", "reason", "granted_by", "created_at")

    def get_form(
        self, request: HttpRequest, obj: Grant | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        for_good = request.user.has_perm("billing.grant_for_good")
        return super().get_form(
            request, obj, change, form=GrantForGoodForm if for_good else GrantForm, **kwargs
        )

    def save_model(self, request: HttpRequest, obj: Grant, form: GrantForm, change: bool) -> None:
        granter = cast(User, request.user)
        now = timezone.now()
        granted = grants.grant(
            user=obj.user,
            ends_at=form.cleaned_data["ends_at"],
            reason=obj.reason,
            granted_by=granter,
            now=now,
        )
        obj.pk, obj.starts_at, obj.granted_by = granted.pk, granted.starts_at, granter
        if obj.ends_at is None and is_on():
            # What is for good is not paid for any more.
            try:
                for customer in {row.stripe_data["customer"] for row in live_subscriptions(obj.user)}:
                    settle(customer, now=now)
            except stripe.StripeError as error:
                tell_of_stripe(request, error)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        granted = cast(Grant, obj)
        until = f"until {granted.ends_at:%Y-%m-%d %H:%M} UTC" if granted.ends_at else "for good"
        return super().log_addition(request, obj, f"Granted {until}. Reason: {granted.reason}")

    @admin.action(description=gettext_lazy("End now"), permissions=["change"])
    def end_now(self, request: HttpRequest, chosen: GrantQuerySet) -> HttpResponse | None:
        rows = list(chosen.select_related("user"))
        reason = ask_reason(
            self,
            request,
            rows,
            title=_("End premium"),
            says=_("Premium closes at once, unless something else keeps it open. This cannot be undone."),
            button=_("End now"),
        )
        if not isinstance(reason, str):
            return reason
        ended = 0
        with transaction.atomic():
            for granted in chosen.order_by("pk").select_for_update(of=("self",)):
                if grants.close(granted, now=timezone.now()):
                    self.log_change(request, granted, f"Ended. Reason: {reason}")
                    ended += 1
        messages.success(request, ngettext("%(n)s grant ended.", "%(n)s grants ended.", ended) % {"n": ended})
        return None
