"""Exercises made for one learner."""

from django.conf import settings
from django.db import models

from lessons.models import TypingText


class Drill(models.Model):
    """An exercise made for one learner, to be typed as often as she likes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drills")
    text = models.ForeignKey(TypingText, models.PROTECT, related_name="drills")
    layout = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="drill_unique")]

    def __str__(self) -> str:
        return str(self.text)
