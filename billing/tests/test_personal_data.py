"""Who deletes her account pays no more, and Stripe's news of her are not kept."""

from datetime import timedelta

import pytest
import stripe as library
from django.test import Client
from django.utils import timezone
from djstripe.models import Customer, Invoice, PaymentMethod, Subscription

from accounts.models import User
from accounts.personal_data import deletion
from billing.conftest import deliver, work
from billing.from_stripe import reconciling
from billing.models import WebhookEvent
from tests.personal_data import tables_with


def close_and_wait(user: User) -> None:
    deletion.request(user, now=timezone.now())
    work()
    User.objects.filter(pk=user.pk).update(erase_at=timezone.now() - timedelta(seconds=1))


def test_nothing_is_renewed_and_nothing_of_her_is_kept(stripe, anna, subscribed, settings, tmp_path):
    settings.ERASURES_DIR = tmp_path
    deliver(stripe, Client())
    work()
    close_and_wait(anna)
    assert Subscription.objects.get().stripe_data["cancel_at_period_end"]
    assert deletion.erase_if_due(anna.pk, now=timezone.now())

    # Stripe tells that she is gone, also what never came.
    deliver(stripe, Client())
    work()
    reconciling.compare_with_stripe(now=timezone.now())
    work()
    assert not tables_with("anna@example.com") and not tables_with(str(anna.pk)) and not tables_with("4242")
    assert WebhookEvent.objects.exists() and not WebhookEvent.objects.exclude(payload={}).exists()
    assert Subscription.objects.get().stripe_data["status"] == "canceled"
    kept = Customer.objects.get()
    assert kept.subscriber is None and kept.stripe_data == {"id": subscribed}
    assert not Invoice.objects.exists() and not PaymentMethod.objects.exists()
    # Once more, as after a restore.
    reconciling.compare_with_stripe(now=timezone.now())
    assert not tables_with("anna@example.com")


def test_while_stripe_is_away_she_waits(stripe, anna, subscribed, settings, tmp_path, monkeypatch):
    settings.ERASURES_DIR = tmp_path
    close_and_wait(anna)
    with monkeypatch.context() as away, pytest.raises(library.StripeError):
        away.setattr(library, "api_base", "http://127.0.0.1:9")
        deletion.erase_if_due(anna.pk, now=timezone.now())
    assert User.objects.filter(pk=anna.pk).exists() and Invoice.objects.exists()
    assert deletion.erase_if_due(anna.pk, now=timezone.now())
    assert not User.objects.filter(pk=anna.pk).exists()
