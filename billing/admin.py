from datetime import datetime
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User

from . import entitlement
from .models import Entitlement, EntitlementQuerySet


class GrantForm(forms.ModelForm):
    ends_at = forms.SplitDateTimeField(label=_("Until"), widget=AdminSplitDateTime)

    class Meta:
        model = Entitlement
        fields = ("user", "ends_at", "reason")

    def clean_ends_at(self) -> datetime:
        ends_at: datetime = self.cleaned_data["ends_at"]
        if ends_at <= timezone.now():
            raise forms.ValidationError(_("Choose a time to come."))
        return ends_at


@admin.register(Entitlement)
class EntitlementAdmin(admin.ModelAdmin):
    """Support grants premium with a reason and an end; what was granted is ended, never changed or deleted."""

    form = GrantForm
    autocomplete_fields = ["user"]
    list_display = ["email", "plan", "starts_at", "ends_at", "reason", "granted_by"]
    list_select_related = ["user", "granted_by"]
    list_filter = ["plan"]
    search_fields = ["user__email", "reason"]
    ordering = ["-created_at"]
    readonly_fields = ["plan", "starts_at", "granted_by"]
    actions = ["end_now"]

    def get_fields(self, request: HttpRequest, obj: Entitlement | None = None) -> tuple[str, ...]:
        if obj is None:
            return GrantForm.Meta.fields
        return ("user", "plan", "starts_at", "ends_at", "reason", "granted_by")

    @admin.display(description=_("learner"), ordering="user__email")
    def email(self, granted: Entitlement) -> str:
        return granted.user.email or str(granted.user)

    def has_change_permission(self, request: HttpRequest, obj: Entitlement | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Entitlement | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Entitlement, form: GrantForm, change: bool) -> None:
        granter = cast(User, request.user)
        granted = entitlement.grant(
            user=obj.user,
            ends_at=form.cleaned_data["ends_at"],
            reason=obj.reason,
            granted_by=granter,
            now=timezone.now(),
        )
        obj.pk, obj.starts_at, obj.granted_by = granted.pk, granted.starts_at, granter

    @admin.action(description=_("End now"), permissions=["change"])
    def end_now(self, request: HttpRequest, chosen: EntitlementQuerySet) -> None:
        ended = entitlement.end(chosen, now=timezone.now())
        messages.success(
            request, ngettext("%(n)s entitlement ended.", "%(n)s entitlements ended.", ended) % {"n": ended}
        )
