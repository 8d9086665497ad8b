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
from djstripe.models import Customer, Subscription

from billing.from_stripe.reconciling import state_of
from billing.from_stripe.settling import settle
from billing.models import Notice
from billing.stripe_api import asked, plain
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
    """Whoever settles first knows of a cancellation, and has not committed it, as that is taken back."""
    (one,) = stripe.objects("subscription")

    def cancel(is_cancelled: bool) -> None:
        library.Subscription.modify(one["id"], cancel_at_period_end=is_cancelled, **asked())

    def look() -> None:
        settle(subscribed, now=timezone.now())

    # A customer's row that has to be written would by itself make the second wait for the first.
    said = library.Customer.retrieve(subscribed, **asked())
    Customer.objects.filter(id=subscribed).update(stripe_data=plain(said))
    cancel(True)
    # Invoices are asked for after the subscriptions.
    stripe.fail(hang=1, path="/v1/invoices")
    with ThreadPoolExecutor(2) as pool:
        first = begin(pool, look)
        wait_until(lambda: not stripe.faults)
        cancel(False)
        second = begin(pool, look)
    assert first.result() is second.result() is None
    stored = Subscription.objects.get().stripe_data
    assert state_of(stored) == state_of(stripe.object("subscription", one["id"]))
    assert not stored["cancel_at_period_end"]


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
