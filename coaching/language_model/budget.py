"""What the language model may cost: reserved before it is asked, settled afterwards, refused when it is too much."""

import logging
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import Error, transaction
from django.db.models import F

from coaching.models import ModelSpending

from .configuration import LanguageModel

logger = logging.getLogger(__name__)


class NoBudget(Exception):
    """The question might cost more than is left for the learner, or for all, today; or nobody knows what is left."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a question was reserved; what is never settled stays spent."""

    day: date
    user: UUID
    cost: int

    def settle(self, cost: int) -> None:
        """The question did cost so much, at most what was reserved, as no server can have worked more. It stays spent
        as reserved where the database does not take it."""
        if cost > self.cost:
            logger.warning("The language model tells %d more than a question can cost", cost - self.cost)
        if cost >= self.cost:
            return
        try:
            with transaction.atomic():
                # In the order of `reserve`: in another one the two would wait for each other.
                for who in (None, self.user):
                    row = ModelSpending.objects.filter(day=self.day, user=who)
                    row.update(spent=F("spent") + (cost - self.cost))
        except Error as error:
            logger.warning("What the language model did cost could not be settled: %s", type(error).__name__)


def reserve(model: LanguageModel, user: UUID, cost: int, *, day: date) -> Reservation:
    """Spend `cost` beforehand. Raises NoBudget.

    Each row is looked at and written by one UPDATE, that of all first, so that of many questions at the last cent none
    is asked too many; the second that refuses takes back the first.
    """
    try:
        with transaction.atomic():
            rows = [ModelSpending(day=day, user_id=who) for who in (None, user)]
            ModelSpending.objects.bulk_create(rows, ignore_conflicts=True)
            for who, budget in ((None, model.budget), (user, model.learner_budget)):
                row = ModelSpending.objects.filter(day=day, user=who, spent__lte=budget - cost)
                if not row.update(spent=F("spent") + cost):
                    raise NoBudget
    except Error as error:
        # The learner may be gone, or the database.
        raise NoBudget from error
    return Reservation(day, user, cost)
