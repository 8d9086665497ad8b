from fractions import Fraction

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.periods import months_of


class Plan(models.Model):
    """What can be bought at which of Stripe's prices. Its code is the price's lookup key at Stripe."""

    class Kind(models.TextChoices):
        SUBSCRIPTION = "subscription", _("Subscription")
        LIFETIME = "lifetime", _("For good, paid once")
        GIFT = "gift", _("Gift code, paid once")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name_ru = models.CharField(_("name in Russian"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    price = models.ForeignKey(
        "djstripe.Price",
        models.SET_NULL,
        null=True,
        blank=True,
        to_field="id",
        related_name="+",
        verbose_name=_("price"),
    )
    trial_days = models.PositiveSmallIntegerField(_("days of trial"), default=0)
    """For who has not had a subscription yet."""
    gift_days = models.PositiveSmallIntegerField(_("days a gift code opens"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the language of the page."""
        return self.name_ru if (get_language() or "").startswith("ru") else self.name_en

    @property
    def price_at_stripe(self) -> str:
        """Stripe's id of the price; empty without one."""
        return str(self.price.id) if self.price else ""

    @property
    def is_subscription(self) -> bool:
        return self.kind == self.Kind.SUBSCRIPTION

    @property
    def amount(self) -> int:
        """In the smallest unit of the currency."""
        return int(self.price.stripe_data["unit_amount"]) if self.price else 0

    @property
    def currency(self) -> str:
        return str(self.price.stripe_data["currency"]) if self.price else ""

    @property
    def months(self) -> Fraction:
        """How many months one payment is for; 0 for what is paid once."""
        return months_of(self.price.stripe_data) if self.price else Fraction(0)
