"""The log of staff in the admin: for admins to read, and for nobody to write."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffAct, User

from .log import model_of

COLUMNS = ("at", "who", "role", "kind", "learner_email", "what", "asked", "status", "reason")


class NamedActs(ChangeList):
    """A page of acts with the emails of those who did them and of whom they were about; one query."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        emails = emails_in(self.result_list)
        for act in self.result_list:
            act.emails = emails


class StaffActAdmin(admin.ModelAdmin):
    """Who of the staff looked at what, when and why."""

    list_display = ["at", "who", "kind", "reason", "learner_email", "asked"]
    list_filter = ["kind", "role"]
    search_fields: ClassVar = ["path"]
    search_help_text = _("The email of a learner or of one of the staff, or a part of an address")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = COLUMNS
    readonly_fields = COLUMNS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return NamedActs

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StaffAct], search_term: str
    ) -> tuple[QuerySet[StaffAct], bool]:
        """By the email of either side, else by the address."""
        person = User.objects.of_email(search_term).first() if "@" in search_term else None
        if person:
            return queryset.filter(Q(staff=person.pk) | Q(learner=person.pk)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("who"))
    def who(self, act: StaffAct) -> str:
        return email_of(act, act.staff)

    @admin.display(description=_("learner"))
    def learner_email(self, act: StaffAct) -> str:
        if act.learner is None:
            return "–"
        link = reverse("admin:accounts_user_change", args=[act.learner])
        return format_html('<a href="{}">{}</a>', link, email_of(act, act.learner))

    @admin.display(description=_("what"))
    def what(self, act: StaffAct) -> str:
        model = model_of(act.route)
        return str(model._meta.verbose_name_plural) if model else "–"

    @admin.display(description=_("address"), ordering="path")
    def asked(self, act: StaffAct) -> str:
        return format_html("<code>{} {}</code>", act.method, act.path)


def email_of(act: StaffAct, person: UUID) -> str:
    """The email as it is now, else the id of an account that is gone."""
    emails: dict[UUID, str] = getattr(act, "emails", None) or emails_in([act])
    return emails.get(person) or str(person)


def emails_in(acts: Iterable[StaffAct]) -> dict[UUID, str]:
    people = {person for act in acts for person in (act.staff, act.learner) if person}
    found = User.objects.filter(pk__in=people).exclude(email=None).values_list("pk", "email")
    return {person: email or "" for person, email in found}
