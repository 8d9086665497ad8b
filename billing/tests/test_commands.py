import re
from io import StringIO
from pathlib import Path

import pytest
import stripe as library
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing.entitlement.premium import is_premium
from billing.figures.tests.stripe_rows import at, store, subscription
from billing.from_stripe.reconciling import TYPES
from billing.models import MoneyDay, Plan, StripeSubscription, WebhookEvent
from billing.stripe_api import asked
from billing.tasks import count_money
from progress.tasks import count_business
from typingtrainer.celery import app
from typingtrainer.run.prepare import take_over_prices

DOC = (Path(project.BASE_DIR) / "docs/operations.md").read_text()
COMMANDS = ("sync_plans", "reconcile")


def said_by(command):
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_plans_are_printed_with_their_prices(stripe):
    Plan.objects.update(price=None)
    Plan.objects.create(code="weekly", kind="subscription", name_ru="На неделю", name_en="Weekly")
    Plan.objects.filter(code="lifetime").update(is_offered=False)
    said = said_by("sync_plans").splitlines()
    assert said == [
        "weekly: no price at Stripe",
        "monthly: €4.99 a month",
        "yearly: €39.99 a year",
        "lifetime: €99.99 once, not offered",
        "gift_year: €39.99 once",
    ]


def test_what_differed_is_told_and_mended(stripe, anna, subscribed, client):
    library.Subscription.cancel(StripeSubscription.objects.get().id, **asked())
    said = said_by("reconcile")
    assert "Customers that differed: 1." in said
    assert f"Events that had not come: {WebhookEvent.objects.count()}." in said
    assert not is_premium(anna, timezone.now())
    assert said_by("reconcile") == "Events that had not come: 0. Customers that differed: 0.\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_payments_off(db, command):
    with pytest.raises(CommandError, match="Payments are off: set STRIPE_SECRET_KEY"):
        call_command(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_stripe_away(stripe, command):
    stripe.fail(9, status=500)
    with pytest.raises(CommandError, match="Stripe did not answer as hoped"):
        call_command(command)
    assert Plan.objects.get(code="monthly").amount == 499


class TestStart:
    def test_takes_over_the_prices(self, stripe):
        Plan.objects.update(price=None)
        take_over_prices()
        assert Plan.objects.get(code="monthly").amount == 499

    def test_goes_on_without_stripe(self, stripe, capsys):
        stripe.fail(9, status=500)
        take_over_prices()
        assert "Warning: Stripe did not answer" in capsys.readouterr().out

    def test_asks_nothing_with_payments_off(self, db, capsys):
        take_over_prices()
        assert capsys.readouterr().out == ""


def test_the_schedule_names_tasks_there_are(db):
    app.loader.import_default_modules()
    assert {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_money_is_counted_by_a_task_of_its_own(db):
    """Which fails alone, and is not stopped by the count of what was typed."""
    store(subscription(at("2026-11-01")))
    count_business()
    assert not MoneyDay.objects.exists()
    count_money()
    assert MoneyDay.objects.exists()
    scheduled = {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()}
    assert {count_business.name, count_money.name} <= scheduled


def test_the_operator_s_document_lists_the_events():
    chapter = DOC.split("\n## Payments\n")[1].split("\n## ")[0]
    listed = re.findall(r"`((?:charge|checkout|customer|invoice|price|product)\.[a-z_.]+)`", chapter)
    assert sorted(listed) == sorted(TYPES)


@pytest.mark.parametrize("word", [*COMMANDS, "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_HOST"])
def test_the_operator_s_document_names(word):
    assert f"`{word}`" in DOC or f"manage.py {word}`" in DOC
