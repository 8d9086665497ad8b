"""The chat of a learner with the coach."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_QUESTION: Final = 1000
"""Characters."""
LATE: Final = timedelta(seconds=2)
"""So long after the last second of a language model its answer may still be under way."""


class ChatMessage(models.Model):
    """A question and its answer, which is "" until there is one. `suggested` are the questions offered after it."""

    class Source(models.TextChoices):
        STATISTICS = "statistics", _("From your statistics, without a language model")
        MODEL = "model", _("From a language model, which may be wrong")

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        STOPPED = "stopped"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_messages")
    question = models.CharField(max_length=LONGEST_QUESTION)
    answer = models.TextField(blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.STATISTICS)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    suggested = models.JSONField(default=list)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["user", "asked_at"], name="chat_message_history")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_awaited(self) -> bool:
        """Whether the answer may still come; an open question that is older never gets one."""
        time = timedelta(seconds=settings.AI_SECONDS) + LATE
        return self.state == self.State.OPEN and timezone.now() < self.asked_at + time
