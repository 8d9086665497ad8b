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

from .entitlement import grants
from .models import Grant, GrantQuerySet


class GrantForm(forms.ModelForm):
    ends_at = forms.SplitDateTimeField(label=_("Until"), widget=AdminSplitDateTime)

    class Meta:
        model = Grant
        fields = ("user", "ends_at", "reason")

    def clean_ends_at(self) -> datetime:
        ends_at: datetime = self.cleaned_data["ends_at"]
        if ends_at <= timezone.now():
            raise forms.ValidationError(_("Choose a time to come."))
        return ends_at


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):
    """Support grants premium with a reason and an end; what was granted is ended, never changed or deleted."""

    form = GrantForm
    autocomplete_fields = ["user"]
    list_display = ["email", "kind", "starts_at", "ends_at", "reason", "granted_by"]
    list_select_related = ["user", "granted_by"]
    list_filter = ["kind"]
    search_fields = ["user__email", "reason"]
    ordering = ["-created_at"]
    readonly_fields = ["kind", "starts_at", "granted_by"]
    actions = ["end_now"]

    def get_fields(self, request: HttpRequest, obj: Grant | None = None) -> tuple[str, ...]:
        if obj is None:
            return GrantForm.Meta.fields
        return ("user", "kind", "starts_at", "ends_at", "reason", "granted_by")

    @admin.display(description=_("learner"), ordering="user__email")
    def email(self, granted: Grant) -> str:
        return granted.user.email or str(granted.user)

    def has_change_permission(self, request: HttpRequest, obj: Grant | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Grant | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Grant, form: GrantForm, change: bool) -> None:
        granter = cast(User, request.user)
        granted = grants.grant(
            user=obj.user,
            ends_at=form.cleaned_data["ends_at"],
            reason=obj.reason,
            granted_by=granter,
            now=timezone.now(),
        )
        obj.pk, obj.starts_at, obj.granted_by = granted.pk, granted.starts_at, granter

    @admin.action(description=_("End now"), permissions=["change"])
    def end_now(self, request: HttpRequest, chosen: GrantQuerySet) -> None:
        ended = grants.end(chosen, now=timezone.now())
        messages.success(request, ngettext("%(n)s grant ended.", "%(n)s grants ended.", ended) % {"n": ended})
