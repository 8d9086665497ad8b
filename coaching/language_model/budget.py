"""What the language model may cost: reserved before it is asked, settled afterwards, refused when it is too much."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from coaching.models import ModelSpending

from .configuration import LanguageModel


class NoBudget(Exception):
    """The question might cost more than is left for the learner, or for all, today."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a question was reserved; what is never settled stays spent."""

    day: date
    user: UUID
    cost: int

    def settle(self, cost: int) -> None:
        """The question did cost so much; one statement."""
        if cost != self.cost:
            rows = ModelSpending.objects.filter(Q(user=self.user) | Q(user=None), day=self.day)
            rows.update(spent=F("spent") + (cost - self.cost))


def reserve(model: LanguageModel, user: UUID, cost: int, *, day: date) -> Reservation:
    """Spend `cost` beforehand. Raises NoBudget.

    Each row is looked at and written by one UPDATE, that of all first, so that of many questions at the last cent none
    is asked too many; the second that refuses takes back the first.
    """
    with transaction.atomic():
        rows = [ModelSpending(day=day, user_id=who) for who in (None, user)]
        ModelSpending.objects.bulk_create(rows, ignore_conflicts=True)
        for who, budget in ((None, model.budget), (user, model.learner_budget)):
            row = ModelSpending.objects.filter(day=day, user=who, spent__lte=budget - cost)
            if not row.update(spent=F("spent") + cost):
                raise NoBudget
    return Reservation(day, user, cost)
