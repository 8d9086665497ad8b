"""Ten minutes of practice planned for a learner, and what was hoped of them."""

import uuid

from django.conf import settings
from django.db import models


class Plan(models.Model):
    """Ten minutes of practice on a layout: exercises in order, made from what was weak then.

    `method` is how to practise, `level` what it asks compared with before; `aim_cpm` the speed that grows from plan to
    plan, `target_cpm` what this one asks for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practice_plans")
    layout = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    method = models.CharField(max_length=8)
    level = models.CharField(max_length=8)
    aim_cpm = models.FloatField()
    target_cpm = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["user", "layout", "-made_at"], name="plan_latest")]

    def __str__(self) -> str:
        return f"{self.layout}, {self.made_at:%Y-%m-%d %H:%M}"


class Advice(models.Model):
    """A weak key or pair that a plan was made for: what it cost, what practice was to gain, and what it gained.

    `cost` and `predicted_gain` are in s per 1,000 characters, as is `cost_after`, which is None until enough was typed.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="advice")
    place = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=2)
    cost = models.FloatField()
    predicted_gain = models.FloatField()
    cost_after = models.FloatField(null=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "item"], name="advice_unique")]

    def __str__(self) -> str:
        return self.item


class SpeedGoal(models.Model):
    """The speed a learner wants to reach on a layout, CPM."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="speed_goals")
    layout = models.CharField(max_length=32)
    cpm = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "layout"], name="speed_goal_unique")]

    def __str__(self) -> str:
        return f"{self.layout}: {self.cpm}"
