"""News of an account's safety: always by mail, which others write, and by browser and phone where that is wished."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

from .kinds import Kind, Message
from .sending import tell_learner

CODE: Final = "security"


def tell_of_mail(user_id: UUID, what: str) -> None:
    """An email about the account's safety has gone to its owner: have her told so by the other channels she chose."""
    now = timezone.now()
    with transaction.atomic():
        tell_learner(user_id, CODE, f"{what} {now:%Y-%m-%dT%H:%M:%S}", now=now)


def compose(user: User, about: str, now: datetime) -> Message:
    return Message(
        title=_("Something happened in your Typing Trainer account"),
        text=_("We have emailed you the details. If it was not you, choose a new password."),
        path=reverse("accounts:security"),
        action=_("Security"),
    )


KIND: Final = Kind(
    CODE,
    gettext_lazy("Security of the account"),
    gettext_lazy("A new password, a new email, someone guessing."),
    compose,
    is_mailed_anyway=True,
    worth_telling=timedelta(days=1),
)
