from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WebhookEvent(models.Model):
    """What Stripe told us: signed by it, kept once however often it is delivered."""

    id = models.CharField(primary_key=True, max_length=255)
    type = models.CharField(_("type"), max_length=120)
    customer = models.CharField(_("customer"), max_length=255, blank=True)
    """Stripe's id; empty for what concerns no one, such as a price."""
    payload = models.JSONField(_("content"), default=dict)
    created_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    applied_at = models.DateTimeField(_("applied"), null=True)
    failure = models.TextField(_("last failure"), blank=True)

    class Meta:
        verbose_name = _("Stripe event")
        verbose_name_plural = _("Stripe events")
        ordering = ["-received_at"]
        permissions = [("inspect_stripe", "Can read the content of events and open Stripe's dashboard")]
        indexes = [
            models.Index(fields=["customer"], name="event_waiting", condition=Q(applied_at=None)),
            models.Index(fields=["received_at"], name="event_received"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Notice(models.Model):
    """A mail that follows what Stripe told: one for each kind and subject, whatever is told twice."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Subscription started")
        TRIAL_ENDING = "trial_ending", _("Trial ends soon")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        CANCELLED = "cancelled", _("Canceled")
        ENDED = "ended", _("Subscription ended")
        LIFETIME = "lifetime", _("Bought for good")
        GIFT = "gift", _("Gift code bought")
        TWO_SUBSCRIPTIONS = "two_subscriptions", _("Two subscriptions")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("learner")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=300)
    """Stripe's id of what it is about, and of which period where there are several."""
    facts = models.JSONField(default=dict)
    """What the mail says, such as the end of a period."""
    created_at = models.DateTimeField(_("decided"))
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user_id}"
