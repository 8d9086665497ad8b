from django.db import models


class OutboxEvent(models.Model):
    """A task that must run because a transaction committed; the relay hands it to Celery."""

    id = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """Before which it is not sent; as soon as possible without one."""
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_unsent", condition=models.Q(sent_at=None)),
            models.Index(
                fields=["sent_at"], name="outbox_sent_at", condition=models.Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.id}"
