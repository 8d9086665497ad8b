"""What happened: visits to Stripe's page, events that Stripe told, mails that followed."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.from_stripe.applying import apply_waiting
from billing.models import Checkout, Notice, StripeCustomer, WebhookEvent

from .desk import INSPECT, Looked, too_many


@admin.register(Checkout)
class CheckoutAdmin(Looked):
    """Who was led to Stripe's page to pay for what, and whether it came to that."""

    list_display = ["learner", "plan", "status", "created_at", "expires_at", "taken_back_at"]
    list_display_links = ["plan"]
    list_select_related = ["user", "plan"]
    list_filter = ["status", "plan"]
    search_fields = ["user__email", "session", "payment_intent"]
    search_help_text = gettext_lazy("The learner's email, or Stripe's id.")
    ordering = ["-created_at"]
    fields = ["learner", "plan", "status", "created_at", "expires_at", "taken_back_at", "stripe_id"]
    readonly_fields = ["learner", "stripe_id"]

    @admin.display(description=gettext_lazy("Stripe's id"))
    def stripe_id(self, checkout: Checkout) -> str:
        return checkout.session or "–"


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", gettext_lazy("waiting")),
            ("failed", gettext_lazy("failed")),
            ("applied", gettext_lazy("applied")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
        match self.value():
            case "waiting":
                return queryset.filter(applied_at=None)
            case "failed":
                return queryset.filter(applied_at=None).exclude(failure="")
            case "applied":
                return queryset.filter(applied_at__isnull=False)
        return queryset


@admin.register(WebhookEvent)
class WebhookEventAdmin(Looked):
    """What Stripe told. What it holds, of cards and addresses too, only admins read."""

    list_display = ["type", "received_at", "applied_at", "failure", "customer"]
    list_filter = [StateFilter]
    search_fields = ["=id", "=customer", "type"]
    search_help_text = gettext_lazy("The learner's email, Stripe's id, or a type.")
    ordering = ["-received_at"]
    actions = ["apply_now"]
    readonly_fields = ["stripe_id", "content"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEvent]:
        rows: QuerySet[WebhookEvent] = super().get_queryset(request)
        return rows if request.user.has_perm(INSPECT) else rows.defer("payload")

    @admin.display(description=gettext_lazy("Stripe's id"))
    def stripe_id(self, event: WebhookEvent) -> str:
        return event.pk

    def get_fields(self, request: HttpRequest, obj: WebhookEvent | None = None) -> tuple[str, ...]:
        fields = ("stripe_id", "type", "customer", "created_at", "received_at", "applied_at", "failure")
        return (*fields, "content") if request.user.has_perm(INSPECT) else fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[WebhookEvent], search_term: str
    ) -> tuple[QuerySet[WebhookEvent], bool]:
        found, doubled = super().get_search_results(request, queryset, search_term)
        if "@" in search_term:
            hers = StripeCustomer.objects.filter(subscriber__email__icontains=search_term.strip())
            found |= queryset.filter(Q(customer__in=hers.values("id")))
        return found, doubled

    @admin.display(description=gettext_lazy("content"))
    def content(self, event: WebhookEvent) -> str:
        return format_html("<pre>{}</pre>", json.dumps(event.payload, indent=2, ensure_ascii=False))

    @admin.action(description=gettext_lazy("Apply now"), permissions=["stripe"])
    def apply_now(self, request: HttpRequest, chosen: QuerySet[WebhookEvent]) -> None:
        """Apply what waits of the customers whose events are chosen."""
        waiting = list(chosen.filter(applied_at=None))
        customers = sorted({event.customer for event in waiting})
        if too_many(request, customers):
            return
        applied = sum(apply_waiting(customer, now=timezone.now()) for customer in customers)
        for event in waiting:
            self.log_change(request, event, "Applied by hand.")
        said = ngettext("%(n)s event applied.", "%(n)s events applied.", applied)
        messages.success(request, said % {"n": applied})
        if WebhookEvent.objects.filter(pk__in=[event.pk for event in waiting], applied_at=None).exists():
            messages.warning(request, _("Some are still waiting; the last failure says why."))


@admin.register(Notice)
class NoticeAdmin(Looked):
    """The mails that followed what Stripe told. Each goes once, so none is sent again from here."""

    list_display = ["learner", "kind", "created_at", "sent_at"]
    list_display_links = ["kind"]
    list_select_related = ["user"]
    list_filter = ["kind"]
    search_fields = ["user__email", "subject"]
    search_help_text = gettext_lazy("The learner's email, or Stripe's id.")
    ordering = ["-created_at"]
    fields = ["learner", "kind", "created_at", "sent_at"]
    readonly_fields = ["learner"]
