"""What asking the language model costs, by day."""

from django.conf import settings
from django.db import models


class ModelSpending(models.Model):
    """Millionths of a dollar spent or reserved on a day (of UTC), by a learner, or by all where none is named."""

    day = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="spending")
    spent = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "user"], name="model_spending_unique", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.user_id or ''}: {self.spent}"
