"""Telling learners: queued with what it follows, and sent once to each place, also when a worker dies meanwhile.

The row that says so is written in the transaction that sends. Only where the other side took something and the worker
died before it could commit is it sent again: a mail with the same Message-ID, a push message that replaces the first
one, and no text message, as the provider is asked for those it has.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from accounts.models import Channel, Notification, NotificationChoice, User
from accounts.preferences import language_of
from outbox import events

from . import by_mail, by_push, by_sms
from .kinds import KINDS
from .places import Gone, Place, Refused, TryLater
from .wanted import wanting

TASK: Final = "accounts.tasks.send_notification"
BATCH: Final = 1000
MOST_TRIES: Final = 6
WAIT: Final = 60
"""Seconds until the second try."""
KEPT: Final = timedelta(days=90)
PLACES: Final[Mapping[str, Callable[[User], list[Place]]]] = {
    Channel.EMAIL: by_mail.places_of,
    Channel.PUSH: by_push.places_of,
    Channel.SMS: by_sms.places_of,
}

log = logging.getLogger(__name__)


def tell_learner(user_id: UUID, kind: str, about: str, *, now: datetime) -> None:
    """Within a transaction, have a learner told of something by every channel she chose for it."""
    chosen = NotificationChoice.objects.filter(user=user_id, kind=kind).values_list("channel", flat=True)
    events.add_each(TASK, [_payload(user_id, kind, channel, about) for channel in chosen], now=now)


def queue(learners: QuerySet[User], kind: str, channel: str, about: str, *, now: datetime) -> int:
    """Have each of `learners` who was not told of it by this channel yet told now; how many."""
    told = Notification.objects.filter(kind=kind, channel=channel, about=about)
    due = learners.exclude(pk__in=told.values("user")).order_by("pk").values_list("pk", flat=True)
    queued = 0
    batch = list(due[:BATCH])
    while batch:
        with transaction.atomic():
            events.add_each(TASK, [_payload(pk, kind, channel, about) for pk in batch], now=now)
        queued += len(batch)
        batch = list(due.filter(pk__gt=batch[-1])[:BATCH])
    return queued


def send_now(*, user_id: UUID, kind: str, channel: str, about: str, now: datetime) -> int:
    """Tell a learner of something by one channel, unless she was told or wants it no more; how many places got it now.

    Raises TryLater, or OSError, when a place does not take it now; nothing is noted of that place then. What a place
    will never take counts as sent.
    """
    user = wanting(kind, channel).filter(pk=user_id).first()
    if user is None or kind not in KINDS:
        return 0
    sent, trouble = 0, None
    with translation.override(language_of(user)), timezone.override(user.timezone):
        for place in PLACES[channel](user):
            try:
                sent += _send_once(user, kind, channel, about, place, now=now)
            except Gone:
                place.forget()
            except (TryLater, OSError) as error:
                trouble = error
    if trouble:
        raise trouble
    return sent


def send_or_wait(*, user_id: UUID, kind: str, channel: str, about: str, tries: int, now: datetime) -> int:
    """As `send_now`; what is not taken now is tried again later, `MOST_TRIES` times, each wait twice as long."""
    try:
        return send_now(user_id=user_id, kind=kind, channel=channel, about=about, now=now)
    except (TryLater, OSError) as error:
        if tries >= MOST_TRIES:
            log.warning("%s of %s by %s to %s is given up: %s", kind, about, channel, user_id, error)
            return 0
        seconds = max(WAIT * 2**tries, error.seconds if isinstance(error, TryLater) else 0)
        with transaction.atomic():
            again = _payload(user_id, kind, channel, about)
            events.add(TASK, now=now, due_at=now + timedelta(seconds=seconds), tries=tries + 1, **again)
        return 0


def prune_notifications(*, now: datetime) -> int:
    """Forget what was told longer ago than it could be told again; how many."""
    return Notification.objects.filter(sent_at__lt=now - KEPT).delete()[0]


def _send_once(user: User, kind: str, channel: str, about: str, place: Place, *, now: datetime) -> bool:
    with transaction.atomic():
        _row, is_new = Notification.objects.get_or_create(
            user=user, kind=kind, channel=channel, about=about, place=place.key, defaults={"sent_at": now}
        )
        if not is_new:
            return False
        try:
            was_sent = place.send(KINDS[kind], about, now)
        except Refused as why:
            log.warning("%s of %s by %s to %s is refused for good: %s", kind, about, channel, user.pk, why)
            return False
        if not was_sent:
            transaction.set_rollback(True)
    return was_sent


def _payload(user_id: UUID, kind: str, channel: str, about: str) -> dict[str, str]:
    return {"user_id": str(user_id), "kind": kind, "channel": channel, "about": about}
