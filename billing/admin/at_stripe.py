"""Customers, subscriptions and invoices as Stripe told them: looked at here, changed only by asking Stripe."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import stripe
from django.contrib import admin, messages
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from billing.buying.money import money
from billing.buying.subscribing import end_subscription
from billing.entitlement import rules
from billing.from_stripe.settling import settle
from billing.models import Plan, StripeCustomer, StripeInvoice, StripeSubscription
from billing.periods import months_of
from billing.wording import invoices_shown, period

from .desk import INSPECT, Looked, ask_reason, dashboard_link, tell_of_stripe, too_many
from .learner import learner_page

STATUSES: Final[dict[str, Promise]] = {
    "active": gettext_lazy("active"),
    "trialing": gettext_lazy("on trial"),
    "past_due": gettext_lazy("payment failed"),
    "unpaid": gettext_lazy("not paid"),
    "canceled": gettext_lazy("ended"),
    "incomplete": gettext_lazy("first payment open"),
    "incomplete_expired": gettext_lazy("never paid"),
    "paused": gettext_lazy("paused"),
}


class OfStripe(Looked):
    """What is Stripe's; admins are led to its dashboard."""

    ordering = ["-created", "-djstripe_id"]
    shown: Sequence[str] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.shown, "at_stripe") if request.user.has_perm(INSPECT) else tuple(self.shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    @admin.display(description=gettext_lazy("in Stripe's dashboard"))
    def at_stripe(self, row: Any) -> str:
        return dashboard_link(row)

    @admin.display(description=gettext_lazy("Stripe's id"), ordering="id")
    def stripe_id(self, row: Any) -> str:
        return str(row.id)

    @admin.display(description=gettext_lazy("made"), ordering="created")
    def made_at(self, row: Any) -> datetime | None:
        return row.created

    def look(self, request: HttpRequest, customers: dict[str, StripeCustomer]) -> None:
        """Settle customers by their ids at Stripe; stops when Stripe does."""
        settled = 0
        try:
            for customer, row in customers.items():
                settle(customer, now=timezone.now())
                self.log_change(request, row, "Looked at Stripe.")
                settled += 1
        except stripe.StripeError as error:
            tell_of_stripe(request, error)
        said = ngettext("%(n)s customer now matches Stripe.", "%(n)s customers now match Stripe.", settled)
        if settled:
            messages.success(request, said % {"n": settled})


@admin.register(StripeCustomer)
class StripeCustomerAdmin(OfStripe):
    """Who has been led to Stripe to pay, and the page of all that billing knows of a learner."""

    list_display = ["learner", "stripe_id", "made_at", "deleted_at"]
    list_display_links = ["stripe_id"]
    list_select_related = ["subscriber"]
    search_fields = ["subscriber__email", "id"]
    search_help_text = gettext_lazy("The learner's email, or Stripe's id.")
    shown = ["learner", "stripe_id", "made_at", "deleted_at"]
    actions = ["look_at_stripe"]

    def learner_of(self, row: StripeCustomer) -> User | None:
        return row.subscriber

    @admin.display(description=gettext_lazy("deleted at Stripe"), ordering="date_purged")
    def deleted_at(self, row: StripeCustomer) -> datetime | str:
        return row.date_purged or "–"

    @admin.action(description=gettext_lazy("Check with Stripe now"), permissions=["stripe"])
    def look_at_stripe(self, request: HttpRequest, chosen: QuerySet[StripeCustomer]) -> None:
        rows = list(chosen)
        if not too_many(request, rows):
            self.look(request, {row.id: row for row in rows})

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(learner_page)
        return [path("learner/<uuid:pk>/", page, name="billing_learner"), *super().get_urls()]


class StatusFilter(admin.SimpleListFilter):
    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATUSES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(stripe_data__status=self.value()) if self.value() in STATUSES else queryset


@admin.register(StripeSubscription)
class StripeSubscriptionAdmin(OfStripe):
    """Subscriptions by learner; support ends them with a reason, and pays nothing back here."""

    list_display = ["learner", "plan", "status", "price", "paid_until", "cancelled_to"]
    list_display_links = ["plan"]
    list_select_related = ["customer__subscriber"]
    list_filter = [StatusFilter]
    search_fields = ["customer__subscriber__email", "id", "customer__id"]
    search_help_text = gettext_lazy("The learner's email, or Stripe's id.")
    shown = [
        "learner",
        "plan",
        "status",
        "price",
        "paid_until",
        "open_until",
        "cancelled_to",
        "made_at",
        "stripe_id",
    ]
    actions = ["look_at_stripe", "cancel_to_the_end", "cancel_at_once"]

    def learner_of(self, row: StripeSubscription) -> User | None:
        return row.customer.subscriber

    def get_queryset(self, request: HttpRequest) -> QuerySet[StripeSubscription]:
        name = "name_ru" if (get_language() or "").startswith("ru") else "name_en"
        named = Plan.objects.filter(price=OuterRef("price_id")).values(name)[:1]
        rows: QuerySet[StripeSubscription] = super().get_queryset(request)
        return rows.annotate(price_id=KT("stripe_data__items__data__0__price__id"), plan_name=Subquery(named))

    @admin.display(description=gettext_lazy("plan"))
    def plan(self, row: Any) -> str:
        # Stripe's old prices belong to no plan any more.
        return row.plan_name or _("former price")

    @admin.display(description=gettext_lazy("status"), ordering=F("stripe_data__status"))
    def status(self, row: StripeSubscription) -> str:
        said = str(row.stripe_data.get("status"))
        return str(STATUSES.get(said, said))

    @admin.display(description=gettext_lazy("price"))
    def price(self, row: StripeSubscription) -> str:
        items = (row.stripe_data.get("items") or {}).get("data") or []
        return ", ".join(
            f"{money(one['price']['unit_amount'] or 0, one['price']['currency'])} {period(months_of(one['price']))}"
            for one in items
        )

    @admin.display(description=gettext_lazy("paid until"))
    def paid_until(self, row: StripeSubscription) -> datetime | str:
        return rules.paid_until(row.stripe_data) or "–"

    @admin.display(description=gettext_lazy("opens premium until"))
    def open_until(self, row: StripeSubscription) -> datetime | str:
        return rules.open_until(row.stripe_data) or "–"

    @admin.display(description=gettext_lazy("canceled to"))
    def cancelled_to(self, row: StripeSubscription) -> datetime | str:
        is_live = row.stripe_data.get("status") in rules.LIVE
        return (is_live and rules.cancelled_to(row.stripe_data)) or "–"

    @admin.action(description=gettext_lazy("Check with Stripe now"), permissions=["stripe"])
    def look_at_stripe(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        rows = list(chosen.select_related("customer"))
        if not too_many(request, rows):
            self.look(request, {row.customer.id: row for row in rows})

    @admin.action(description=gettext_lazy("Cancel at the end of the paid period"), permissions=["stripe"])
    def cancel_to_the_end(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        says = _("Nothing more will be charged; premium stays open until the end of the paid period.")
        return self._cancel(request, chosen, says=says, at_once=False)

    @admin.action(description=gettext_lazy("Cancel at once"), permissions=["stripe"])
    def cancel_at_once(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        says = _(
            "Premium closes now, and the subscription can't be resumed. Nothing is refunded by itself: refund it in "
            "Stripe's dashboard."
        )
        return self._cancel(request, chosen, says=says, at_once=True)

    def _cancel(
        self, request: HttpRequest, chosen: QuerySet[Any], *, says: str, at_once: bool
    ) -> HttpResponse | None:
        rows = list(chosen)
        if too_many(request, rows):
            return None
        reason = ask_reason(
            self,
            request,
            [
                f"{self.learner_of(row) or row.customer.id}: {self.plan(row)}, {self.status(row)}"
                for row in rows
            ],
            title=_("Cancel subscriptions"),
            says=says,
            button=_("Cancel at once") if at_once else _("Cancel at the end of the paid period"),
        )
        if not isinstance(reason, str):
            return reason
        cancelled = 0
        try:
            for row in rows:
                if end_subscription(row, at_once=at_once, now=timezone.now()):
                    how = "at once" if at_once else "at the end of the paid period"
                    self.log_change(request, row, f"Canceled {how}. Reason: {reason}")
                    cancelled += 1
        except stripe.StripeError as error:
            tell_of_stripe(request, error)
        said = ngettext("%(n)s subscription canceled.", "%(n)s subscriptions canceled.", cancelled)
        messages.success(request, said % {"n": cancelled})
        return None


@admin.register(StripeInvoice)
class StripeInvoiceAdmin(OfStripe):
    """Invoices with their PDFs, which Stripe keeps."""

    list_display = ["number", "learner", "made_at", "total", "status", "pdf"]
    list_select_related = ["customer__subscriber"]
    search_fields = ["customer__subscriber__email", "id", "=stripe_data__number"]
    search_help_text = gettext_lazy("The learner's email, or the number of the invoice.")
    shown = ["number", "learner", "made_at", "total", "status", "pdf", "stripe_id"]

    def learner_of(self, row: StripeInvoice) -> User | None:
        return row.customer.subscriber if row.customer else None

    @admin.display(description=gettext_lazy("number"))
    def number(self, row: StripeInvoice) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("amount"))
    def total(self, row: StripeInvoice) -> str:
        return shown_invoice(row)["total"]

    @admin.display(description=gettext_lazy("status"))
    def status(self, row: StripeInvoice) -> str:
        return shown_invoice(row)["status"]

    @admin.display(description="PDF")
    def pdf(self, row: StripeInvoice) -> str:
        address = shown_invoice(row)["pdf"]
        return format_html('<a href="{}" rel="noreferrer">PDF</a>', address) if address else "–"


def shown_invoice(row: StripeInvoice) -> dict[str, Any]:
    """As the learner's own page says it."""
    return invoices_shown([row.stripe_data])[0]
