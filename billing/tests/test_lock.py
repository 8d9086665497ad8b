"""What happens to one customer, or to one mail, at once."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import stripe as library
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from djstripe.models import Subscription

from billing.from_stripe.settling import settle
from billing.models import Notice
from billing.stripe_api import asked
from billing.tasks import send_notice

pytestmark = pytest.mark.django_db(transaction=True)


def begin(pool: ThreadPoolExecutor, job: Callable[[], object]) -> Future[object]:
    def run() -> object:
        try:
            return job()
        finally:
            connection.close()

    return pool.submit(run)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_stored_last_was_true_last(stripe, subscribed):
    """The first to settle has Stripe's answer in hand, but not stored, as the subscription changes once more."""
    (before,) = stripe.objects("subscription")
    item = before["items"]["data"][0]["id"]
    # Of a product that is not known here Stripe is asked before the subscription is stored.
    product = library.Product.create(name="Premium for friends", **asked())
    price = library.Price.create(
        product=product.id, currency="eur", unit_amount=299, recurring={"interval": "month"}, **asked()
    )
    library.Subscription.modify(before["id"], items=[{"id": item, "price": price.id}], **asked())
    stripe.fail(hang=1, path=f"/v1/products/{product.id}")

    def look() -> None:
        settle(subscribed, now=timezone.now())

    with ThreadPoolExecutor(2) as pool:
        first = begin(pool, look)
        wait_until(lambda: not stripe.faults)
        library.Subscription.modify(before["id"], cancel_at_period_end=True, **asked())
        second = begin(pool, look)
        second.result()
        first.result()
    stored = Subscription.objects.get().stripe_data
    assert stored["items"]["data"][0]["price"]["id"] == price.id
    assert stored["cancel_at_period_end"] is True


class SlowPost(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        time.sleep(0.5)
        return super().send_messages(messages)


def test_a_mail_goes_once_though_its_task_runs_twice_at_once(anna, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowPost"
    notice = Notice.objects.create(
        user=anna, kind=Notice.Kind.STARTED, subject="sub", created_at=timezone.now()
    )
    together = Barrier(2)

    def send() -> bool:
        together.wait()
        return send_notice(notice_id=notice.pk)

    with ThreadPoolExecutor(2) as pool:
        tasks = [begin(pool, send) for _ in range(2)]
    assert sorted(task.result() for task in tasks) == [False, True]
    assert [letter.subject for letter in mail.outbox] == ["Premium is open"]
