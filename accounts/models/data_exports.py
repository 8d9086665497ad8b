import uuid

from django.db import models
from django.db.models import Q

from .users import User


class DataExport(models.Model):
    """A copy of all that is a learner's, being made or ready to be fetched; gone with its file when it has expired.

    `lease` names the try that writes it, into a `file` of its own; `beat_at` is its last sign of life: who stays silent
    is followed by another, who begins anew.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        BUILDING = "building"
        READY = "ready"
        FAILED = "failed"

    UNFINISHED = (State.WAITING, State.BUILDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    language = models.CharField(max_length=2)
    percent = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    beat_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=100, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="data_export_one_at_once",
                condition=Q(state__in=["waiting", "building"]),
            )
        ]
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED
