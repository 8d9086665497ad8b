from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def active(self, now: datetime) -> "EntitlementQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class Entitlement(models.Model):
    """What a learner may open beyond the free lessons, from when until when, and why."""

    class Plan(models.TextChoices):
        PREMIUM = "premium", _("Premium")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="entitlements", verbose_name=_("learner")
    )
    plan = models.CharField(_("plan"), max_length=16, choices=Plan.choices, default=Plan.PREMIUM)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="granted_entitlements",
        verbose_name=_("granted by"),
    )
    created_at = models.DateTimeField(_("granted"), auto_now_add=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="entitlement_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="entitlement_user_ends")]

    def __str__(self) -> str:
        return f"{self.get_plan_display()}: {self.user}"
