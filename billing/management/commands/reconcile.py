from typing import Any

import stripe
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.from_stripe import reconciling
from billing.stripe_api import for_the_log, is_on


class Command(BaseCommand):
    help = "Compare with Stripe now, as the schedule does every night, take over what differs, and say how much did."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_on():
            raise CommandError("Payments are off: set STRIPE_SECRET_KEY (docs/operations.md).")
        try:
            found = reconciling.compare_with_stripe(now=timezone.now())
        except stripe.StripeError as error:
            raise CommandError(
                f"Stripe did not answer as hoped: {for_the_log(error)}. Run it again: what was taken over stays."
            ) from None
        self.stdout.write(
            f"Events that had not come: {found['events']}. Customers that differed: {found['customers']}."
        )
