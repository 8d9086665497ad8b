"""dj-stripe's rows as staff see them in the admin: in our section, by our names, under permissions of their own."""

from django.utils.translation import gettext_lazy as _
from djstripe.models import Customer, Invoice, Subscription


class StripeCustomer(Customer):
    class Meta:
        proxy = True
        verbose_name = _("Stripe customer")
        verbose_name_plural = _("Stripe customers")

    def __str__(self) -> str:
        return str(self.id)


class StripeSubscription(Subscription):
    class Meta:
        proxy = True
        verbose_name = _("Stripe subscription")
        verbose_name_plural = _("Stripe subscriptions")

    def __str__(self) -> str:
        return str(self.id)


class StripeInvoice(Invoice):
    class Meta:
        proxy = True
        verbose_name = _("Stripe invoice")
        verbose_name_plural = _("Stripe invoices")

    def __str__(self) -> str:
        return str(self.stripe_data.get("number") or self.id)
