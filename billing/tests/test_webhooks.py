import json
import time

import pytest
import stripe as library
from django.db import connection
from django.utils import timezone
from djstripe.models import Subscription

from billing.conftest import SECRET, as_sent, deliver, pay, post, signature, tell, work
from billing.entitlement.premium import is_premium
from billing.from_stripe import applying, reconciling
from billing.models import Notice, WebhookEvent
from billing.tests.test_flow import buy
from outbox.models import OutboxEvent


@pytest.fixture
def event(stripe, her):
    pay(buy(her, "monthly"))
    WebhookEvent.objects.all().delete()
    return stripe.events("customer.subscription.created")[0]


def edited(event) -> bytes:
    return as_sent(event | {"type": "customer.subscription.deleted"})


class TestForged:
    def test_what_is_not_signed_for_us_leaves_no_row(self, event, client):
        body, now = as_sent(event), int(time.time())
        good = signature(body, SECRET, now)
        forged = [
            (body, ""),
            (body, "t=,v1="),
            (body, signature(body, "whsec_another", now)),
            (body, signature(body, SECRET, now - 301)),
            (body, good.replace("v1=", "v0=")),
            (edited(event), good),
            (b"\xff", signature(b"?", SECRET, now)),
            (b"[]", signature(b"[]", SECRET, now)),
            (b"{", signature(b"{", SECRET, now)),
            (
                as_sent(event | {"livemode": True}),
                signature(as_sent(event | {"livemode": True}), SECRET, now),
            ),
        ]
        assert {post(client, *one) for one in forged} == {400}
        assert not WebhookEvent.objects.exists() and not OutboxEvent.objects.exists()

    def test_what_is_too_big_is_not_read(self, event, client):
        body = as_sent(event | {"padding": "x" * 5_000_000})
        assert post(client, body, signature(body, SECRET, int(time.time()))) == 413

    def test_a_header_replaces_no_secret_even_while_debugging(self, event, client, settings):
        settings.DEBUG = True
        body = as_sent(event)
        answer = client.post(
            "/stripe/webhook/",
            body,
            content_type="application/json",
            headers={
                "X-Djstripe-Webhook-Secret": "mine",
                "Stripe-Signature": signature(body, "mine", int(time.time())),
            },
        )
        assert answer.status_code == 400 and not WebhookEvent.objects.exists()

    def test_without_a_secret_nothing_is_believed(self, event, client, settings):
        body, now = as_sent(event), int(time.time())
        settings.STRIPE_WEBHOOK_SECRETS = []
        assert post(client, body, signature(body, "", now)) == 400
        settings.STRIPE_WEBHOOK_SECRETS = [""]
        assert post(client, body, signature(body, "", now)) == 400

    def test_both_secrets_hold_while_one_replaces_the_other(self, event, client, settings):
        settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
        assert tell(client, event) == 200

    def test_other_methods(self, client, db):
        assert client.get("/stripe/webhook/").status_code == 405


def test_within_the_tolerance_it_is_kept_once(event, client):
    assert tell(client, event, at=time.time() - 295) == 200
    assert tell(client, event) == tell(client, event) == 200
    assert WebhookEvent.objects.get().pk == event["id"]
    assert OutboxEvent.objects.filter(task="billing.tasks.apply_events").count() == 1


def test_it_is_not_known_until_it_is_committed(event, client):
    """Stripe is told so only afterwards: an event and the task that applies it are there together or not at all."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_outboxevent RENAME TO away")
        try:
            with pytest.raises(Exception, match="outbox"):
                tell(client, event)
        finally:
            cursor.execute("ALTER TABLE IF EXISTS away RENAME TO outbox_outboxevent")
    assert not WebhookEvent.objects.exists()


def test_while_stripe_is_away_events_wait(event, client, stripe, anna):
    tell(client, event)
    stripe.fail(20, status=500)
    work()
    assert WebhookEvent.objects.get().applied_at is None and WebhookEvent.objects.get().failure
    stripe.faults.clear()
    later = timezone.now() + applying.LATE * 2
    assert applying.queue_late(now=later) == 1
    work()
    assert WebhookEvent.objects.get().applied_at and is_premium(anna, timezone.now())


def test_the_night_finds_what_never_came(stripe, her, anna):
    pay(buy(her, "monthly"))
    assert not is_premium(anna, timezone.now())
    found = reconciling.compare_with_stripe(now=timezone.now())
    assert found["events"] > 3 and found["customers"] == 1
    assert is_premium(anna, timezone.now())
    work()
    assert Notice.objects.filter(kind=Notice.Kind.STARTED).count() == 1
    assert reconciling.compare_with_stripe(now=timezone.now()) == {"events": 0, "customers": 0}


def test_a_customer_deleted_at_stripe_has_no_premium(stripe, her, anna, client):
    pay(buy(her, "monthly"))
    deliver(stripe, client)
    work()
    customer = Subscription.objects.get().stripe_data["customer"]
    library.Customer.delete(customer, api_key=stripe.key)
    deliver(stripe, client)
    work()
    assert not is_premium(anna, timezone.now())
    assert buy(her, "monthly").startswith(stripe.url)


def test_no_email_and_no_secret_in_logs(event, client, stripe, caplog, anna):
    with caplog.at_level("DEBUG"):
        tell(client, event)
        work()
        post(client, b"{}", "t=1,v1=00")
        stripe.fail(20, status=500)
        tell(client, json.loads(json.dumps(event)) | {"id": "evt_another"})
        work()
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("urllib3")
    )
    assert anna.email not in ours and SECRET not in ours and stripe.key not in ours
