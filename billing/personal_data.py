"""What a learner has in billing and at Stripe: in her archive, and erased with her.

At Stripe her customer is deleted, which ends subscriptions and forgets cards; the invoices stay there, as the law
wants. Here nothing stays of what Stripe said but a subscription's dates and prices, of which the figures of money
consist; what Stripe tells of her afterwards is emptied once it was read (`billing.from_stripe.applying`).
"""

import logging
from datetime import datetime
from typing import Any, Final

import stripe
from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djstripe import models as djstripe

from accounts.models import User
from accounts.personal_data.registry import excluded, exported, when_erased, when_requested
from billing import models
from billing.buying.subscribing import NoSubscription, cancel_subscription
from billing.from_stripe.settling import live_subscriptions, settle
from billing.stripe_api import asked, is_on
from outbox import events

TASK: Final = "billing.tasks.stop_renewing"
OF_CUSTOMER: Final = "customer__subscriber"
OF_SUBSCRIPTION: Final = "subscription__customer__subscriber"
OF_CHARGE: Final = "charge__customer__subscriber"
# fmt: off
OPERATORS: Final = (
    "APIKey", "Account", "AccountV2", "ActiveEntitlement", "ApplicationFee", "ApplicationFeeRefund",
    "BalanceTransaction", "BankAccount", "Card", "CountrySpec", "Coupon", "DjstripePaymentMethod",
    "EarlyFraudWarning", "Event", "Feature", "File", "FileLink", "IdempotencyKey", "IssuingAuthorization",
    "IssuingCard", "IssuingCardholder", "IssuingDispute", "IssuingTransaction", "Payout", "Price",
    "Product", "ProductFeature", "PromotionCode", "Review", "ScheduledQueryRun", "ShippingRate",
    "SourceTransaction", "TaxCode", "TaxRate", "Transfer", "TransferReversal", "VerificationReport",
    "VerificationSession", "WebhookEndpoint", "WebhookEventTrigger",
)
# fmt: on
"""Models of dj-stripe about prices, taxes, keys and accounts of the operator, or of what we don't use of Stripe."""
SUBSCRIPTION_KEEPS: Final = (
    "id",
    "object",
    "status",
    "customer",
    "created",
    "start_date",
    "ended_at",
    "canceled_at",
    "cancel_at",
    "cancel_at_period_end",
    "trial_start",
    "trial_end",
    "currency",
    "items",
    "discounts",
    "livemode",
)
"""What stays of a subscription that has ended: no name, no card, no email."""

log = logging.getLogger(__name__)


def register() -> None:
    exported(models.Checkout, "purchases", _("Your visits to the payment page"), order=("created_at", "pk"))
    exported(models.Grant, "premium", _("Premium that was granted, given or bought for good"))
    exported(models.GiftCode, "gift_codes", _("Gift codes you bought"), owner="checkout__user")
    exported(models.Notice, "payment_notices", _("Emails about payments we sent you"))
    _register_stripe()
    excluded("a subscription's id, and since when it is unpaid", models.Lapse)
    excluded(
        "counts of all learners, which name nobody", models.PlanDay, models.MoneyDay, models.ConversionWeek
    )
    excluded("the same for everybody", models.Plan)
    excluded(
        "led to the rows that are exported; kept for 90 days, emptied when she goes", models.WebhookEvent
    )
    when_requested(stop_renewing_soon)
    when_erased(forget_at_stripe)


def _register_stripe() -> None:
    exported(
        djstripe.Customer, "stripe_customers", _("What Stripe knows of you as a customer"), owner="subscriber"
    )
    for model, name, owner in (
        (djstripe.Subscription, "stripe_subscriptions", OF_CUSTOMER),
        (djstripe.SubscriptionItem, "stripe_subscription_items", OF_SUBSCRIPTION),
        (djstripe.SubscriptionSchedule, "stripe_subscription_schedules", OF_CUSTOMER),
        (djstripe.Discount, "stripe_discounts", OF_CUSTOMER),
        (djstripe.Invoice, "stripe_invoices", OF_CUSTOMER),
        (djstripe.InvoiceItem, "stripe_invoice_items", OF_CUSTOMER),
        (djstripe.LineItem, "stripe_invoice_lines", OF_SUBSCRIPTION),
        (djstripe.TaxId, "stripe_tax_ids", OF_CUSTOMER),
        (djstripe.Session, "stripe_checkouts", OF_CUSTOMER),
        (djstripe.PaymentIntent, "stripe_payments", OF_CUSTOMER),
        (djstripe.SetupIntent, "stripe_card_setups", OF_CUSTOMER),
        (djstripe.Charge, "stripe_charges", OF_CUSTOMER),
        (djstripe.Refund, "stripe_refunds", OF_CHARGE),
        (djstripe.Dispute, "stripe_disputes", OF_CHARGE),
        (djstripe.Source, "stripe_sources", OF_CUSTOMER),
        (djstripe.PaymentMethod, "stripe_payment_methods", OF_CUSTOMER),
        (djstripe.Mandate, "stripe_mandates", "payment_method__customer__subscriber"),
    ):
        exported(model, name, _("What Stripe told us"), owner=owner)
    excluded("an invoice that is not made out yet, never stored", djstripe.UpcomingInvoice, owner=OF_CUSTOMER)
    for taxes, owner in (
        (djstripe.Invoice.default_tax_rates, "invoice__customer__subscriber"),
        (djstripe.InvoiceItem.tax_rates, "invoiceitem__customer__subscriber"),
        (djstripe.SubscriptionItem.tax_rates, "subscriptionitem__subscription__customer__subscriber"),
    ):
        excluded("which taxes an invoice has, as it says itself", taxes.through, owner=owner)
    excluded(
        "the operator's, or unused",
        *(apps.get_model("djstripe", name) for name in OPERATORS),
    )


def stop_renewing_soon(user: User, now: datetime) -> None:
    """Who asked to be deleted pays for no further period, whatever happens within the week."""
    if live_subscriptions(user):
        events.add(TASK, now=now, user_id=str(user.pk))


def cancel_renewals(user: User, *, now: datetime) -> bool:
    """Have her subscriptions end with what is paid; False where none renews. Raises stripe.StripeError."""
    try:
        cancel_subscription(user, now=now)
    except NoSubscription:
        return False
    return True


def forget_at_stripe(user: User, now: datetime) -> None:
    """Delete her at Stripe, and here what Stripe said of her. Raises stripe.StripeError, with nothing lost here."""
    customers = list(djstripe.Customer.objects.filter(subscriber=user).values_list("id", flat=True))
    for customer in customers:
        if is_on():
            _delete_customer(customer)
            settle(customer, now=now)
        else:
            log.warning("Payments are off: delete the customers of erased learners at Stripe yourself")
        _empty(customer, user)
    codes = models.GiftCode.objects.filter(Q(checkout__user=user) | Q(grant__user=user))
    codes.update(reason="")


def _delete_customer(customer: str) -> None:
    try:
        stripe.Customer.delete(customer, **asked())
    except stripe.InvalidRequestError as error:
        if error.code != "resource_missing":
            raise


def _empty(customer: str, user: User) -> None:
    """Leave of a customer and her subscriptions only what counts."""
    hers = {"customer__id": customer}
    _empty_events(customer, user)
    invoices = list(djstripe.Invoice.objects.filter(**hers).values_list("id", flat=True))
    lines = Q(subscription__customer__id=customer) | Q(stripe_data__invoice__in=invoices)
    djstripe.LineItem.objects.filter(lines).delete()
    # Mandates, refunds and disputes go with what they are of.
    for model in (
        djstripe.Discount,
        djstripe.InvoiceItem,
        djstripe.Invoice,
        djstripe.SubscriptionSchedule,
        djstripe.TaxId,
        djstripe.Session,
        djstripe.SetupIntent,
        djstripe.Charge,
        djstripe.PaymentIntent,
        djstripe.Source,
        djstripe.PaymentMethod,
    ):
        model.objects.filter(**hers).delete()
    for row in djstripe.Subscription.objects.filter(**hers):
        kept = {name: row.stripe_data[name] for name in SUBSCRIPTION_KEEPS if name in row.stripe_data}
        djstripe.Subscription.objects.filter(pk=row.pk).update(stripe_data=kept, metadata={})
    djstripe.SubscriptionItem.objects.filter(subscription__customer__id=customer).update(metadata={})
    djstripe.Customer.objects.filter(id=customer).update(
        stripe_data={"id": customer}, email="", metadata={}, subscriber=None
    )


def _empty_events(customer: str, user: User) -> None:
    """Empty what Stripe told of her; disputes and payments of invoices name what was paid, not who paid."""
    hers = {"customer__id": customer}
    visits = models.Checkout.objects.filter(user=user).exclude(payment_intent="")
    paid: dict[str, list[Any]] = {
        "charge": list(djstripe.Charge.objects.filter(**hers).values_list("id", flat=True)),
        "invoice": list(djstripe.Invoice.objects.filter(**hers).values_list("id", flat=True)),
        "payment_intent": [
            *visits.values_list("payment_intent", flat=True),
            *djstripe.PaymentIntent.objects.filter(**hers).values_list("id", flat=True),
        ],
    }
    told = Q(customer=customer)
    for what, ids in paid.items():
        told |= Q(customer="", **{f"payload__object__{what}__in": ids})
    models.WebhookEvent.objects.filter(told).update(payload={}, failure="")
