"""Lessons opened by a placement test."""

from django.conf import settings
from django.db import models

from lessons.models import Lesson
from progress.models.sessions import TypingSession


class Placement(models.Model):
    """What a placement test opened in a course: its lessons up to and including `lesson`.

    It belongs to its session and goes with it; of several the one that opens most holds.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session = models.ForeignKey(TypingSession, models.CASCADE, related_name="placements")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "lesson"], name="placement_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.lesson_id}"
