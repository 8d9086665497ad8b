"""Lives through subscriptions at a fake Stripe, and tells our webhook of it in any order, several times, in threads.

`python -m tests.any_order 1000` does so a thousand times and says what it took; a second number is the first seed.
billing/tests/test_any_order.py does so a few times. Whatever order: the stored subscription is Stripe's, and each mail
is decided once.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 8
COPIES = 3
EXPECTED = {"started": 1, "payment_failed": 1, "cancelled": 1, "ended": 1}
"""The mails that follow one life."""


def life(fake: Any, customer: str) -> Iterator[None]:
    """A subscription from its beginning to its end; what happened so far at each stop."""
    import stripe

    from billing.stripe_api import asked

    made = stripe.Subscription.create(customer=customer, items=[{"price": "price_monthly"}], **asked())
    yield
    fake.card_fails(customer)
    fake.advance(days=32)
    yield
    fake.card_fails(customer, None)
    fake.advance(days=4)
    yield
    stripe.Subscription.modify(made.id, cancel_at_period_end=True, **asked())
    yield
    fake.advance(days=40)
    yield


def live_through(fake: Any, seed: int) -> None:
    """One life, told of in an order of its own. Raises AssertionError."""
    import stripe
    from djstripe.models import Subscription

    from accounts.models import User
    from billing.from_stripe.reconciling import state_of
    from billing.from_stripe.settling import LEARNER
    from billing.models import Notice, WebhookEvent
    from billing.stripe_api import asked

    dice = random.Random(seed)
    learner = User.objects.create_user(f"{seed}@example.com")
    said = stripe.Customer.create(
        email=learner.email, payment_method="pm_card_visa", metadata={LEARNER: str(learner.pk)}, **asked()
    )
    method = stripe.PaymentMethod.list(customer=said.id, **asked()).data[0].id
    stripe.Customer.modify(said.id, invoice_settings={"default_payment_method": method}, **asked())
    told: set[str] = set()
    waiting: list[dict[str, Any]] = []
    for _stop in life(fake, said.id):
        new = [event for event in fake.events() if event["id"] not in told]
        told |= {event["id"] for event in new}
        waiting += new * COPIES
        dice.shuffle(waiting)
        some = dice.randint(0, len(waiting))
        tell_all(waiting[:some], dice)
        waiting = waiting[some:]
    tell_all(waiting, dice)
    stored = Subscription.objects.get(customer__subscriber=learner)
    assert state_of(stored.stripe_data) == state_of(fake.object("subscription", stored.id)), seed
    notices = Counter(Notice.objects.filter(user=learner).values_list("kind", flat=True))
    assert notices == EXPECTED, (seed, notices)
    assert not WebhookEvent.objects.filter(applied_at=None).exists(), seed


def tell_all(events: list[dict[str, Any]], dice: random.Random) -> None:
    """Post each and do what follows, in threads; a task may run twice and beside another."""
    twice = [dice.random() < 0.2 for _event in events]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(tell, events, twice))


def tell(event: dict[str, Any], is_done_twice: bool) -> None:
    from django.db import connection, transaction
    from django.test import Client

    import billing.tasks
    from billing.conftest import tell as post
    from outbox.models import OutboxEvent
    from typingtrainer.celery import app

    try:
        assert post(Client(), event) == 200
        with transaction.atomic():
            waiting = OutboxEvent.objects.select_for_update(skip_locked=True).filter(
                task="billing.tasks.apply_events"
            )
            tasks = [one.payload for one in waiting]
            waiting.filter(pk__in=[one.pk for one in waiting]).delete()
        for payload in tasks * (2 if is_done_twice else 1):
            app.tasks[billing.tasks.apply_events.name].apply(kwargs=payload, throw=True)
    finally:
        connection.close()


def main(runs: int, first: int = 0) -> None:
    import os

    from tests import services

    os.environ.update(services.provide())
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")

    import django

    django.setup()

    import stripe
    from django.conf import settings
    from django.db import connection

    from billing.conftest import SECRET
    from billing.from_stripe import prices
    from tests.fakes.stripe import KEY, FakeStripe

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    with FakeStripe(automatic=False, seed_number=1) as fake:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
        settings.ALLOWED_HOSTS = ["testserver"]
        stripe.api_base = fake.url
        prices.sync_plans()
        began = time.monotonic()
        for number in range(1, runs + 1):
            fake.run()
            fake.reset()
            live_through(fake, first + number)
            if number % 50 == 0 or number == runs:
                took = time.monotonic() - began
                print(
                    f"{number} lives, each event {COPIES} times, {THREADS} threads: {took:.0f} s", flush=True
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
