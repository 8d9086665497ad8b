"""What subscriptions came to at the end of each day of UTC, and how many of a week's new accounts paid."""

from typing import Final

from django.db import models

WINDOW_DAYS: Final = 30
"""Over which churn is counted, and within which a new account has to pay to count as converted."""


class PlanDay(models.Model):
    """The subscriptions to one plan in one currency at the end of a day."""

    date = models.DateField()
    plan = models.CharField(max_length=250)
    """Its price's lookup key, or its id without one."""
    currency = models.CharField(max_length=3)
    active = models.PositiveIntegerField()
    past_due = models.PositiveIntegerField()
    trialing = models.PositiveIntegerField()
    monthly = models.DecimalField(max_digits=16, decimal_places=4)
    """What the active and past due ones pay for a month, in the currency's smallest unit."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "plan", "currency"], name="plan_day_unique")]

    def __str__(self) -> str:
        return f"{self.date}: {self.plan}"


class MoneyDay(models.Model):
    """What was counted at the end of a day beside the plans."""

    date = models.DateField(primary_key=True)
    churn_base = models.PositiveIntegerField()
    """Paid subscriptions live `WINDOW_DAYS` before."""
    churned = models.PositiveIntegerField()
    """Those of them that have ended or lapsed since."""
    lifetime = models.PositiveIntegerField()
    """Learners with premium bought for good; the following likewise."""
    gifts = models.PositiveIntegerField()
    support = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.date)


class Lapse(models.Model):
    """A subscription that Stripe calls unpaid as no further payment is tried, and on which day that was first seen.

    Stripe doesn't say since when. This stays when the subscription is cancelled later on, and goes when that is paid
    again or its row is gone.
    """

    subscription = models.CharField(primary_key=True, max_length=255)
    """Its id at Stripe."""
    date = models.DateField()

    def __str__(self) -> str:
        return self.subscription


class ConversionWeek(models.Model):
    """Accounts made in the week of a Monday, and how many had paid within `WINDOW_DAYS` of that."""

    week = models.DateField(primary_key=True)
    counted_on = models.DateField()
    accounts = models.PositiveIntegerField()
    paid = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.week)
