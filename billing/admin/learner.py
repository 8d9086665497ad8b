"""One page of all that billing knows of a learner: what is open until when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.admin import LearnerPage, add_page_of_learner
from accounts.models import User
from billing.entitlement.premium import FOR_GOOD, premium_until
from billing.models import (
    Checkout,
    GiftCode,
    Grant,
    Notice,
    StripeCustomer,
    StripeInvoice,
    StripeSubscription,
)

MOST_ROWS = 20
"""Of each table; the lists have the rest."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind as their own list shows them; the first cell leads to the row."""

    title: str
    heads: list[str]
    rows: list[tuple[str, list[str]]]
    all: str
    """The address of the list that has all of the learner's, by her email."""


@require_safe
def learner_page(request: HttpRequest, pk: Any) -> HttpResponse:
    """For who may see customers; each table for who may see its rows."""
    if not request.user.has_perm("billing.view_stripecustomer"):
        raise PermissionDenied
    learner = get_object_or_404(User.objects.exclude(email=None), pk=pk)
    until = premium_until(learner, timezone.now())
    page = admin.site.each_context(request) | {
        "title": _("Premium and payments"),
        "subtitle": learner.email,
        "learner": learner,
        "until": None if until in (None, FOR_GOOD) else until,
        "is_premium": until is not None,
        "tables": [table for table in tables(request, learner) if table],
        "opts": StripeCustomer._meta,
        "may_grant": request.user.has_perm("billing.add_grant"),
        "may_see_user": request.user.has_perm("accounts.view_user"),
    }
    return render(request, "admin/billing/learner.html", page)


def tables(request: HttpRequest, learner: User) -> Iterable[Table | None]:
    """Why it is open first, then what was paid and asked."""
    of_customer = Q(customer__subscriber=learner)
    return (
        _table(request, learner, StripeSubscription, of_customer),
        _table(request, learner, Grant, Q(user=learner)),
        _table(request, learner, GiftCode, Q(checkout__user=learner) | Q(grant__user=learner)),
        _table(request, learner, StripeInvoice, of_customer),
        _table(request, learner, Checkout, Q(user=learner)),
        _table(request, learner, Notice, Q(user=learner)),
        _table(request, learner, StripeCustomer, Q(subscriber=learner)),
    )


def _table(request: HttpRequest, learner: User, model: type[Model], whose: Q) -> Table | None:
    shown = admin.site.get_model_admin(model)
    if not shown.has_view_permission(request):
        return None
    related: Any = shown.list_select_related
    rows = shown.get_queryset(request).filter(whose).select_related(*related).order_by(*shown.ordering or ())
    names = [str(name) for name in shown.list_display if name != "learner"]
    link = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return Table(
        title=str(model._meta.verbose_name_plural),
        heads=[str(label_for_field(name, model, shown)) for name in names],
        rows=[
            (reverse(f"{link}_change", args=[row.pk]), [_cell(shown, row, name) for name in names])
            for row in rows[:MOST_ROWS]
        ],
        all=f"{reverse(f'{link}_changelist')}?q={learner.email}",
    )


def _cell(shown: admin.ModelAdmin, row: Model, name: str) -> str:
    field, _method, value = lookup_field(name, row, shown)
    empty = shown.get_empty_value_display()
    if field is None:
        return display_for_value(value, empty)
    if field.is_relation:
        return str(getattr(row, name) or empty)
    return display_for_field(value, field, empty)


add_page_of_learner(
    LearnerPage(gettext_lazy("Premium and payments"), "admin:billing_learner", "billing.view_stripecustomer")
)
