"""Sessions typed bit by bit: parts come in any order and any number of times, and together they are a log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.merging import lock_learner
from accounts.models import User
from progress.exercises.tickets import Ticket, open_ticket
from progress.keystrokes.logs import MAX_EVENTS, Fault, InvalidLog, Log, checked_entries, events_of, moment
from progress.models import OpenPart, OpenSession, TypingSession
from progress.recording.record import Conflict, record_session
from progress.recording.recorded import Recorded

DAYS: Final = 30
"""After which an open session nobody goes on with is forgotten."""
MOST_OPEN: Final = 20
"""Of one learner; the longest untouched gives way."""


class NotOpen(LookupError):
    """The learner has no such open session."""


class Incomplete(ValueError):
    """Parts are missing: what is there ends after `received` events."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


@dataclass(frozen=True, slots=True)
class OpenRun:
    """An open session as a client goes on with it: its ticket as signed, and the events from the first on that have
    arrived without a gap; `missing` says whether later ones wait behind a gap."""

    id: UUID
    signed: str
    started_at_ms: int
    events: Sequence[Any]
    missing: bool


def append_part(
    *,
    signed: str,
    ticket: Ticket,
    learner: User,
    started_at_ms: int,
    start: int,
    events: list[Any],
    now: datetime,
) -> OpenRun:
    """Keep `events` as those from number `start` on; what is there already stays. Four queries or so.

    Raises InvalidLog, Conflict (other events have that place, or the session is recorded already) or Gone.
    """
    if start + len(events) > MAX_EVENTS:
        raise InvalidLog(Fault.EVENTS, "events")
    events = checked_entries(events)
    with transaction.atomic():
        lock_learner(learner.pk)
        if TypingSession.objects.filter(pk=ticket.session).exists():
            raise Conflict
        found, is_new = OpenSession.objects.get_or_create(
            pk=ticket.session,
            defaults={
                "user": learner,
                "lesson_id": ticket.lesson,
                "ticket": signed,
                "started_at_ms": moment(started_at_ms),
                "updated_at": now,
            },
        )
        if found.user_id != learner.pk:
            raise Conflict
        if is_new:
            _forget_oldest(learner)
        parts = {part.start: part for part in found.parts.all()}
        known = parts.get(start)
        if known is None:
            parts[start] = OpenPart.objects.create(session=found, start=start, events=events)
        elif len(events) > len(known.events):
            _agree(events, known.events)
            known.events = events
            known.save(update_fields=["events"])
        else:
            _agree(known.events, events)
        OpenSession.objects.filter(pk=found.pk).update(updated_at=now)
        return _open_run(found, parts.values())


def open_session_of(learner: User, lesson: int) -> OpenRun | None:
    """The open session of a lesson that was typed in last, if there is one; two queries."""
    found = OpenSession.objects.filter(user=learner, lesson=lesson).order_by("-updated_at").first()
    return _open_run(found, found.parts.all()) if found else None


def finish_open_session(
    *, session_id: UUID, learner: User, client: dict[str, Any], now: datetime
) -> Recorded:
    """Record an open session whose parts are all there; again for one recorded already.

    Raises NotOpen, Incomplete, and what `record_session` raises; the parts stay then.
    """
    with transaction.atomic():
        lock_learner(learner.pk)
        found = OpenSession.objects.filter(pk=session_id, user=learner).first()
        if found is None:
            stored = TypingSession.objects.filter(pk=session_id, user=learner).first()
            if stored is None:
                raise NotOpen
            return Recorded.of(stored)
        ticket = open_ticket(found.ticket)
        whole = _open_run(found, found.parts.all())
        if whole.missing:
            raise Incomplete(len(whole.events))
        log = Log(
            v=1,
            ticket=found.ticket,
            started_at_ms=found.started_at_ms,
            mode=ticket.mode,  # type: ignore[arg-type]
            events=events_of(list(whole.events)),
            client_input=client.get("input", "keyboard"),
            client_untrusted=client.get("untrusted", False),
        )
        return record_session(ticket=ticket, learner=learner, log=log, now=now)


def discard_open_session(session_id: UUID, learner: User) -> None:
    """Throw away what was typed of a session: its learner begins anew."""
    OpenSession.objects.filter(pk=session_id, user=learner).delete()


def prune_open_sessions(*, now: datetime) -> int:
    """Delete the open sessions that nobody went on with for `DAYS`."""
    return OpenSession.objects.filter(updated_at__lt=now - timedelta(days=DAYS)).delete()[0]


def _open_run(session: OpenSession, parts: Any) -> OpenRun:
    events: list[Any] = []
    missing = False
    for part in sorted(parts, key=lambda part: part.start):
        if part.start > len(events):
            missing = True
            break
        _agree(events[part.start : part.start + len(part.events)], part.events)
        events += part.events[len(events) - part.start :]
    return OpenRun(session.pk, session.ticket, session.started_at_ms, events, missing)


def _agree(longer: Sequence[Any], shorter: Sequence[Any]) -> None:
    both = min(len(longer), len(shorter))
    if list(longer[:both]) != list(shorter[:both]):
        raise Conflict


def _forget_oldest(learner: User) -> None:
    kept = OpenSession.objects.filter(user=learner).order_by("-updated_at").values("pk")[:MOST_OPEN]
    OpenSession.objects.filter(user=learner).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
