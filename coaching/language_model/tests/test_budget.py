"""Nothing is spent beyond a budget, however many ask at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from coaching.language_model.budget import NoBudget, reserve
from coaching.language_model.configuration import configured
from coaching.models import ModelSpending
from tests.factories import make_learner

DAY = date(2026, 11, 28)


def total(user=None) -> int:
    return sum(ModelSpending.objects.filter(user=user).values_list("spent", flat=True))


@pytest.mark.django_db
def test_what_was_settled_can_be_spent_again(model, anna, settings):
    settings.AI_LEARNER_BUDGET = 0.001
    reserved = reserve(configured(), anna.pk, 1000, day=DAY)
    with pytest.raises(NoBudget):
        reserve(configured(), anna.pk, 1, day=DAY)
    reserved.settle(400)
    reserve(configured(), anna.pk, 600, day=DAY)
    assert total() == total(anna) == 1000
    reserve(configured(), anna.pk, 1000, day=date(2026, 11, 29))


@pytest.mark.django_db
def test_what_one_learner_may_not_costs_the_others_nothing(model, anna, boris, settings):
    settings.AI_LEARNER_BUDGET, settings.AI_BUDGET = 0.001, 0.0015
    reserve(configured(), anna.pk, 1000, day=DAY)
    with pytest.raises(NoBudget):
        reserve(configured(), anna.pk, 500, day=DAY)
    assert total() == 1000
    reserve(configured(), boris.pk, 500, day=DAY)
    with pytest.raises(NoBudget):
        reserve(configured(), boris.pk, 1, day=DAY)
    assert total(boris) == 500


@pytest.mark.django_db
def test_a_deleted_account_takes_its_row_along(model, anna):
    reserve(configured(), anna.pk, 10, day=DAY)
    anna.delete()
    assert total() == 10 and ModelSpending.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whose", ["one learner's", "all"])
def test_a_hundred_at_the_last_cent_overspend_nothing(model, anna, settings, whose):
    settings.AI_LEARNER_BUDGET, settings.AI_BUDGET = (0.01, 1.0) if whose == "one learner's" else (1.0, 0.01)
    learners = [anna] if whose == "one learner's" else [make_learner(f"a{n}@example.com") for n in range(10)]
    asked = configured()
    reserve(asked, learners[0].pk, 9_000, day=DAY)

    def one(number: int) -> int:
        try:
            reserve(asked, learners[number % len(learners)].pk, 300, day=DAY)
        except NoBudget:
            return 0
        finally:
            connection.close()
        return 300

    with ThreadPoolExecutor(8) as threads:
        spent = sum(threads.map(one, range(100)))
    assert spent == 900 and total() == 9_900
    assert sum(total(learner) for learner in learners) == 9_900


@pytest.mark.django_db(transaction=True)
def test_reserving_and_settling_at_once_never_wait_for_each_other(model, anna, caplog):
    """Of rows locked in two orders PostgreSQL ends one transaction as a deadlock."""
    asked = configured()

    def often(_: int) -> None:
        try:
            for _ in range(40):
                reserve(asked, anna.pk, 100, day=DAY).settle(40)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(often, range(6)))
    assert total() == total(anna) == 6 * 40 * 40 and not caplog.records


@pytest.mark.django_db(transaction=True)
def test_where_the_database_does_not_know_what_is_left_nothing_is_asked(model, anna):
    anna.delete()
    with pytest.raises(NoBudget):
        reserve(configured(), uuid4(), 10, day=DAY)
