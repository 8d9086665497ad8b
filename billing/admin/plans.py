from decimal import Decimal
from typing import Any

import stripe
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing.buying.money import decimals, money, smallest, whole
from billing.from_stripe.prices import change_price, sync_plans
from billing.models import Plan
from billing.stripe_api import is_on
from billing.wording import period

from .desk import tell_of_stripe

CHEAPEST, DEAREST = 50, 99_999_999
"""What Stripe takes, in the smallest unit; for some currencies a little more at least."""


class PlanForm(forms.ModelForm):
    """A plan, and with it what Stripe asks for it from now on."""

    class Meta:
        model = Plan
        fields = ("code", "kind", "name_ru", "name_en", "trial_days", "gift_days", "is_offered", "position")

    amount = forms.DecimalField(
        label=gettext_lazy("Price"),
        help_text=gettext_lazy(
            "A new price is created at Stripe and applies to new customers from now on. Current subscribers keep "
            "paying what they pay now."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan: Plan = self.instance
        if not (plan.price and is_on()):
            # Payments are off, or Stripe has no price under this code yet.
            self.fields.pop("amount", None)
        elif "amount" in self.fields:
            places = decimals(plan.currency)
            field = forms.DecimalField(
                label=f"{self.fields['amount'].label}, {plan.currency.upper()}",
                help_text=self.fields["amount"].help_text,
                initial=whole(plan.amount, plan.currency),
                min_value=whole(CHEAPEST, plan.currency),
                max_value=whole(DEAREST, plan.currency),
                decimal_places=places,
                step_size=Decimal(1).scaleb(-places),
            )
            self.fields["amount"] = field

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = data.get("kind") or self.instance.kind
        if kind == Plan.Kind.GIFT and data.get("gift_days") == 0:
            self.add_error("gift_days", _("Enter how many days a code opens premium for."))
        if kind != Plan.Kind.SUBSCRIPTION and data.get("trial_days"):
            self.add_error("trial_days", _("Only a subscription can be tried."))
        return data


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    """What is sold. A plan is never deleted, as bought things name it: it is offered no more."""

    form = PlanForm
    change_list_template = "admin/billing/plan/change_list.html"
    list_display = ["plan", "code", "kind", "price_in_words", "trial_days", "gift_days", "is_offered"]
    list_select_related = ["price"]
    ordering = ["position", "code"]
    empty_value_display = "–"

    def get_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        head, tail = ("code", "kind", "name_ru", "name_en"), ("is_offered", "position")
        if obj is None:
            return (*head, "trial_days", "gift_days", *tail)
        may_price = bool(obj.price) and is_on() and self.has_change_permission(request)
        days = {Plan.Kind.SUBSCRIPTION: ("trial_days",), Plan.Kind.GIFT: ("gift_days",)}
        return (*head, "amount" if may_price else "price_in_words", *days.get(Plan.Kind(obj.kind), ()), *tail)

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> list[str]:
        return ["code", "kind", "price_in_words"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("plan"), ordering="name_en")
    def plan(self, plan: Plan) -> str:
        return plan.name

    @admin.display(description=gettext_lazy("price"))
    def price_in_words(self, plan: Plan) -> str:
        if plan.price is None:
            return _("none at Stripe")
        return f"{money(plan.amount, plan.currency)} {period(plan.months)}"

    def save_model(self, request: HttpRequest, obj: Plan, form: PlanForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "amount" not in form.changed_data:
            return
        form.changed_data.remove("amount")
        before = money(obj.amount, obj.currency)
        wanted = smallest(form.cleaned_data["amount"], obj.currency)
        try:
            change_price(obj, wanted)
        except stripe.StripeError as error:
            tell_of_stripe(request, error)
            said = _("The price is still %(price)s. Everything else is saved.")
            messages.warning(request, said % {"price": before})
            return
        after = money(obj.amount, obj.currency)
        self.log_change(request, obj, f"Price: {before} → {after}, for new buyers.")

    def get_urls(self) -> list[URLPattern]:
        ours = [path("sync/", self.admin_site.admin_view(self.take_over_prices), name="billing_plan_sync")]
        return [*ours, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        more = {"payments": is_on(), "may_sync": is_on() and self.has_change_permission(request)}
        return super().changelist_view(request, (extra_context or {}) | more)

    @method_decorator(require_POST)
    def take_over_prices(self, request: HttpRequest) -> HttpResponse:
        """Give each plan the price that Stripe has under its code now."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not is_on():
            messages.error(request, _("Payments are not set up here."))
            return redirect("admin:billing_plan_changelist")
        try:
            priced = sync_plans()
        except stripe.StripeError as error:
            tell_of_stripe(request, error)
        else:
            for plan in priced:
                self.log_change(request, plan, f"Price at Stripe: {money(plan.amount, plan.currency)}.")
            messages.success(request, _("The plans now have Stripe's prices."))
        return redirect("admin:billing_plan_changelist")
