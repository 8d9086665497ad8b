"""What is kept of buying and paying, beside dj-stripe's tables of what Stripe says."""

from .checkouts import Checkout
from .events import Notice, WebhookEvent
from .grants import GiftCode, Grant, GrantQuerySet
from .plans import Plan

__all__ = ["Checkout", "GiftCode", "Grant", "GrantQuerySet", "Notice", "Plan", "WebhookEvent"]
