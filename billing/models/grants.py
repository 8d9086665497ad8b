from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GrantQuerySet(models.QuerySet["Grant"]):
    def active(self, now: datetime) -> "GrantQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class Grant(models.Model):
    """Premium without a subscription, from when until when, and why. Ended, never changed or deleted."""

    class Kind(models.TextChoices):
        SUPPORT = "support", _("Granted by support")
        GIFT = "gift", _("Gift code")
        LIFETIME = "lifetime", _("Bought for good")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants", verbose_name=_("learner")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SUPPORT)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="granted",
        verbose_name=_("granted by"),
    )
    checkout = models.OneToOneField(
        "billing.Checkout", models.CASCADE, null=True, editable=False, related_name="grant"
    )
    """Where it was bought."""
    created_at = models.DateTimeField(_("granted"), auto_now_add=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("premium grant")
        verbose_name_plural = _("premium grants")
        permissions = [("grant_for_good", "Can grant premium for good")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=models.F("starts_at")),
                name="grant_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="grant_user_ends")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"


class GiftCode(models.Model):
    """A code that opens premium for some days to whoever enters it first."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    days = models.PositiveSmallIntegerField(_("days"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    checkout = models.OneToOneField(
        "billing.Checkout", models.SET_NULL, null=True, editable=False, related_name="gift_code"
    )
    """Where it was bought; null for one that support made."""
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    void_at = models.DateTimeField(_("void since"), null=True, blank=True, editable=False)
    """Refunded, or taken back by support."""
    used_at = models.DateTimeField(_("used"), null=True, editable=False)
    """It stays used when the learner who used it is deleted."""
    grant = models.OneToOneField(
        Grant,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="gift_code",
        verbose_name=_("used for"),
    )

    class Meta:
        verbose_name = _("gift code")
        verbose_name_plural = _("gift codes")

    def __str__(self) -> str:
        return f"…{self.code[-4:]}"
