"""What all learners' sessions add up to for staff, by days of UTC.

A learner is a number here, which she loses with her account: what was counted stays, and leads to nobody any more.
"""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

STEP_MS: Final = 5_000
STEPS: Final = 120
"""A session's duration is kept in whole steps, as `STEPS` where it lasted as long or longer."""


class CountedLearner(models.Model):
    """The number under which a learner is counted."""

    number = models.BigAutoField(primary_key=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="counted")

    def __str__(self) -> str:
        return str(self.number)


class LearnerDay(models.Model):
    """What a learner typed on one day; `lessons` are those she typed, `passed` those that this day's runs pass."""

    pk = models.CompositePrimaryKey("learner", "date")
    learner = models.BigIntegerField()
    date = models.DateField(db_index=True)
    sessions = models.PositiveIntegerField()
    characters = models.PositiveIntegerField()
    duration_ms = models.PositiveBigIntegerField()
    durations = ArrayField(models.SmallIntegerField())
    """Of each session, in steps, sorted."""
    lessons = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()


class ChangedDay(models.Model):
    """A day of some learner that changed since all were last summed; rows are only added, so that nobody waits."""

    date = models.DateField()


class BusinessDay(models.Model):
    """A day's figures. `week` and `month` are the learners active in the 7 and 30 days that end with it."""

    date = models.DateField(primary_key=True)
    active = models.PositiveIntegerField()
    week = models.PositiveIntegerField()
    month = models.PositiveIntegerField()
    newcomers = models.PositiveIntegerField()
    """Active for the first time."""
    sessions = models.PositiveIntegerField()
    duration_ms = models.PositiveBigIntegerField()
    durations = ArrayField(models.PositiveIntegerField())
    """How many sessions lasted 0, 1, … `STEPS` steps, of this day and all before: so two rows tell of a year."""
    lessons = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("business figure")
        verbose_name_plural = _("business figures")

    def __str__(self) -> str:
        return str(self.date)


class Retention(models.Model):
    """How many of those first active in the week of one Monday, `cohort`, were active in that of another, `week`."""

    pk = models.CompositePrimaryKey("cohort", "week")
    cohort = models.DateField()
    week = models.DateField()
    learners = models.PositiveIntegerField()
