import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Checkout(models.Model):
    """One visit to Stripe's page to pay: its id is the key by which Stripe knows a request that is repeated."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        COMPLETE = "complete", _("Complete")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="checkouts", verbose_name=_("learner")
    )
    plan = models.ForeignKey("billing.Plan", models.PROTECT, related_name="+", verbose_name=_("plan"))
    price = models.CharField(max_length=255)
    """Stripe's id of the price that was shown."""
    session = models.CharField(max_length=255, null=True, unique=True)
    """Stripe's id; null until Stripe answered."""
    url = models.TextField(blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    payment_intent = models.CharField(max_length=255, blank=True, db_index=True)
    """Stripe's id of what was paid once."""
    taken_back_at = models.DateTimeField(_("money back since"), null=True)
    """Refunded as a whole, or disputed."""
    created_at = models.DateTimeField(_("begun"))
    expires_at = models.DateTimeField(_("open until"))

    class Meta:
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")
        constraints = [
            models.UniqueConstraint(fields=["user"], name="checkout_one_open", condition=Q(status="open"))
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.get_status_display()}"
