"""What must follow a commit: `add` inside the transaction, `relay` afterwards, at least once each."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from .models import OutboxEvent

BATCH = 100

Send = Callable[[OutboxEvent], object]


class BrokerAway(Exception):
    """The message broker did not take a task; it waits in the outbox."""


def add(task: str, *, now: datetime, due_at: datetime | None = None, **payload: Any) -> OutboxEvent:
    """Remember that the Celery task named `task` must run with `payload` once this transaction commits.

    Not before `due_at`, which Celery's own countdown is no good for: a broker hands out again, every minute, what a
    worker holds for longer.

    Raises TransactionManagementError outside a transaction, where the promise would mean nothing.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("outbox.add belongs in the transaction it follows")
    return OutboxEvent.objects.create(task=task, payload=payload, created_at=now, due_at=due_at)


def add_each(task: str, payloads: Iterable[Mapping[str, Any]], *, now: datetime) -> None:
    """As `add` for each of `payloads`, in one query."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("outbox.add_each belongs in the transaction it follows")
    OutboxEvent.objects.bulk_create(
        OutboxEvent(task=task, payload=dict(payload), created_at=now) for payload in payloads
    )


def send_to_celery(event: OutboxEvent) -> None:
    """Publish one event. Raises BrokerAway within about two seconds when nobody answers."""
    try:
        current_app.send_task(
            event.task,
            kwargs=event.payload,
            task_id=f"outbox-{event.id}",
            retry=True,
            retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0},
        )
    except (OperationalError, OSError) as error:
        raise BrokerAway(str(error)) from error


def relay(*, now: datetime, send: Send = send_to_celery) -> int:
    """Send up to `BATCH` waiting events that are due, oldest first, and mark them sent; how many went.

    Relays may run side by side: each skips the rows another holds. When the broker is away, what could not go
    stays for the next call and BrokerAway is raised; a crash between sending and commit sends again, so every
    task must bear running twice.
    """
    sent: list[int] = []
    away: BrokerAway | None = None
    with transaction.atomic():
        is_due = Q(due_at=None) | Q(due_at__lte=now)
        waiting = OutboxEvent.objects.filter(is_due, sent_at=None).order_by("id")
        for event in waiting.select_for_update(skip_locked=True)[:BATCH]:
            try:
                send(event)
            except BrokerAway as error:
                away = error
                break
            sent.append(event.id)
        OutboxEvent.objects.filter(id__in=sent).update(sent_at=now)
    if away:
        raise away
    return len(sent)


def prune_events(*, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
    """Delete events sent longer than `keep` ago; how many went."""
    return OutboxEvent.objects.filter(sent_at__lt=now - keep).delete()[0]
