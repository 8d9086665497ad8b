"""What a learner has in coaching: in her archive, and erased with her."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personal_data.registry import exported, when_erased
from coaching import models
from lessons.personal_data import forget_unused


def register() -> None:
    exported(models.ChatMessage, "chat", _("Your conversation with the coach"), order=("asked_at", "pk"))
    exported(models.Plan, "plans", _("Ten minutes of practice planned for you"), order=("made_at", "pk"))
    exported(
        models.Advice, "advice", _("What those plans were for, and what they gained"), owner="plan__user"
    )
    exported(models.SpeedGoal, "goals", _("The speed you want to reach"))
    exported(
        models.Drill,
        "exercises",
        _("Exercises made for you"),
        also={"text": "text__body"},
        order=("made_at", "pk"),
    )
    exported(models.ModelSpending, "model_spending", _("What your questions to a language model cost"))
    when_erased(erase_drills)


def erase_drills(user: User, now: datetime) -> None:
    """Delete the exercises made for her, with their texts."""
    with transaction.atomic():
        drills = models.Drill.objects.filter(user=user)
        texts = set(drills.values_list("text_id", flat=True))
        drills.delete()
        forget_unused(texts)
