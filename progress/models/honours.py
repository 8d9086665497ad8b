"""What a learner earns, and where she stands."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from progress.models.sessions import TypingSession


class Award(models.Model):
    """An achievement a learner has earned, for good; `session` is the one that earned it, unless it was deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="awards")
    code = models.CharField(max_length=32)
    session = models.ForeignKey(TypingSession, models.SET_NULL, null=True, related_name="awards")
    earned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code"], name="award_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.code}"


class BoardEntry(models.Model):
    """A learner's best ranked run on one leaderboard in one of its days or weeks, or of all time.

    `board` is a language for its tests, or "lesson:" with a lesson's primary key. Only learners with a name on the
    leaderboards have entries.
    """

    class Period(models.TextChoices):
        DAY = "day", _("today")
        WEEK = "week", _("this week")
        EVER = "ever", _("all time")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="board_entries"
    )
    board = models.CharField(_("leaderboard"), max_length=32)
    period = models.CharField(_("period"), max_length=4, choices=Period.choices)
    start = models.DateField(_("first day"))
    """The first day of the period, by UTC; 1 January 2000 of all time."""
    cpm = models.FloatField(_("characters per minute"))
    accuracy = models.FloatField(_("accuracy, %"))
    """Both to the tenth, as they are compared."""
    session = models.ForeignKey(TypingSession, models.CASCADE, related_name="board_entries")

    class Meta:
        verbose_name = _("place on a leaderboard")
        verbose_name_plural = _("places on leaderboards")
        constraints = [
            models.UniqueConstraint(fields=["user", "board", "period", "start"], name="board_entry_unique")
        ]
        indexes = [
            models.Index(
                fields=["board", "period", "start", "-cpm", "-accuracy"],
                include=["user"],
                name="board_entry_standing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_period_display()}, {self.cpm}"


class Spread(models.Model):
    """How fast all learners are at something, counted once a day.

    `scope` is named as a leaderboard; `centiles` are the 1st to the 99th of the learners' best CPM.
    """

    scope = models.CharField(max_length=32, primary_key=True)
    learners = models.PositiveIntegerField()
    centiles = ArrayField(models.FloatField())
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.scope


class Certificate(models.Model):
    """What a learner has shown in a ranked test, with the name she wants on it; anyone with the code may see it."""

    class Level(models.TextChoices):
        BRONZE = "bronze", _("Bronze")
        SILVER = "silver", _("Silver")
        GOLD = "gold", _("Gold")
        PLATINUM = "platinum", _("Platinum")

    code = models.CharField(max_length=16, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="certificates")
    session = models.OneToOneField(TypingSession, models.CASCADE, related_name="certificate")
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=8, choices=Level.choices)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("progress:certificate", args=[self.code])
