from typing import Any

import stripe
from django.core.management.base import BaseCommand, CommandError

from billing.buying.money import money
from billing.from_stripe import prices
from billing.models import Plan
from billing.stripe_api import for_the_log, is_on
from billing.wording import period


class Command(BaseCommand):
    help = "Give each plan the price that Stripe has under its code, and print them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_on():
            raise CommandError("Payments are off: set STRIPE_SECRET_KEY (docs/operations.md).")
        try:
            prices.sync_plans()
        except stripe.StripeError as error:
            raise CommandError(
                f"Stripe did not answer as hoped, so no price was changed: {for_the_log(error)}."
            ) from None
        for plan in Plan.objects.select_related("price"):
            price = (
                f"{money(plan.amount, plan.currency)} {period(plan.months)}"
                if plan.price
                else "no price at Stripe"
            )
            offered = "" if plan.is_offered else ", not offered"
            self.stdout.write(f"{plan.code}: {price}{offered}")
