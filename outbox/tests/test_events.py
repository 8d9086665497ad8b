from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from celery import Celery, current_app
from django.core.management import call_command
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from outbox import events
from outbox.models import OutboxEvent

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def put(*names: str) -> None:
    with transaction.atomic():
        for name in names:
            events.add(name, now=NOW, n=1)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        events.add("x", now=NOW)
    with pytest.raises(TransactionManagementError):
        events.add_each("x", [{"n": 1}], now=NOW)
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_what_rolls_back_leaves_no_event():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.add("x", now=NOW)
        raise ZeroDivisionError
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_many_events_in_one_query(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        events.add_each("x", ({"n": n} for n in range(50)), now=NOW)
    assert [event.payload["n"] for event in OutboxEvent.objects.order_by("id")] == list(range(50))


@pytest.mark.django_db
def test_relay_sends_in_order_once():
    put("a", "b", "c")
    sent: list[str] = []
    assert events.relay(now=NOW, send=lambda event: sent.append(event.task)) == 3
    assert sent == ["a", "b", "c"]
    assert events.relay(now=NOW, send=lambda event: sent.append(event.task)) == 0
    assert OutboxEvent.objects.filter(sent_at=NOW).count() == 3


@pytest.mark.django_db
def test_what_is_due_later_waits_until_then():
    with transaction.atomic():
        events.add("later", now=NOW, due_at=NOW + timedelta(minutes=2), n=1)
    put("now")
    sent: list[str] = []
    for minutes in (0, 1, 2, 3):
        events.relay(now=NOW + timedelta(minutes=minutes), send=lambda event: sent.append(event.task))
        assert sent == ["now"] + ["later"] * (minutes >= 2)


@pytest.mark.django_db
def test_a_broker_that_goes_away_keeps_the_rest():
    put("a", "b", "c")

    def send(event: OutboxEvent) -> None:
        if event.task == "b":
            raise events.BrokerAway("gone")

    with pytest.raises(events.BrokerAway):
        events.relay(now=NOW, send=send)
    assert list(OutboxEvent.objects.filter(sent_at=None).values_list("task", flat=True)) == ["b", "c"]


@pytest.mark.django_db(transaction=True)
def test_two_relays_never_send_the_same_event():
    put(*(f"task{n}" for n in range(60)))
    sent: list[str] = []
    together = Barrier(2)

    def run() -> None:
        together.wait()
        try:
            events.relay(now=NOW, send=lambda event: sent.append(event.task))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events.relay(now=NOW, send=lambda event: sent.append(event.task))
    assert sorted(sent) == sorted(f"task{n}" for n in range(60))


@pytest.mark.django_db
def test_a_dead_broker_is_named_quickly_and_loses_nothing(monkeypatch):
    put("a")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis+socket:///nowhere/valkey.sock")
    app = current_app._get_current_object()
    Celery("dead").set_current()
    try:
        with pytest.raises(events.BrokerAway):
            events.relay(now=NOW)
    finally:
        app.set_current()
    assert OutboxEvent.objects.filter(sent_at=None).count() == 1


@pytest.mark.django_db
def test_the_command_hands_the_task_to_the_broker():
    put("outbox.tasks.prune_nothing_here")
    call_command("relay", "--once")
    assert not OutboxEvent.objects.filter(sent_at=None).exists()


@pytest.mark.django_db
def test_prune_forgets_only_what_was_sent_long_ago():
    put("waiting", "fresh", "old")
    OutboxEvent.objects.filter(task="fresh").update(sent_at=NOW - timedelta(days=6))
    OutboxEvent.objects.filter(task="old").update(sent_at=NOW - timedelta(days=8))
    assert events.prune_events(now=NOW) == 1
    assert set(OutboxEvent.objects.values_list("task", flat=True)) == {"waiting", "fresh"}
