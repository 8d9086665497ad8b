"""What is kept of buying and paying, beside dj-stripe's tables of what Stripe says."""

from .at_stripe import StripeCustomer, StripeInvoice, StripeSubscription
from .checkouts import Checkout
from .events import Notice, WebhookEvent
from .figures import ConversionWeek, Lapse, MoneyDay, PlanDay
from .grants import GiftCode, Grant, GrantQuerySet
from .plans import Plan

__all__ = [
    "Checkout",
    "ConversionWeek",
    "GiftCode",
    "Grant",
    "GrantQuerySet",
    "Lapse",
    "MoneyDay",
    "Notice",
    "Plan",
    "PlanDay",
    "StripeCustomer",
    "StripeInvoice",
    "StripeSubscription",
    "WebhookEvent",
]
