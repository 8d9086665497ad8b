"""Making aggregates anew from the sessions they count."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from progress import models
from progress.honours.leaderboards import rebuild_entries
from progress.keystrokes.replay import Replay
from progress.models import KeystrokeLog, TypingSession
from progress.recording.aggregates import Aggregates, RowKey, places_of, save_rows
from progress.recording.playing import play

AT_ONCE: Final = 200
"""Sessions whose logs are read together."""


def rebuild_aggregates(user_id: UUID) -> None:
    """Replace a learner's aggregates by what her recorded sessions add up to.

    A row that needs keystroke logs of which some have expired since stays as it is. Raises User.DoesNotExist.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        made, expired = aggregates_of(user_id)
        for kind in models.AGGREGATES:
            stored = kind._default_manager.filter(user=user_id)
            for _, key in filter(lambda place: place[0] is kind, expired):
                stored = stored.exclude(**dict(zip(kind.KEY, key, strict=True)))
            stored.delete()
        save_rows(row for place, row in made.rows.items() if place not in expired)
        rebuild_entries(user_id, now=timezone.now())


def aggregates_of(user_id: UUID) -> tuple[Aggregates, set[RowKey]]:
    """What all sessions of a learner add up to, unsaved; and the rows that miss expired keystroke logs."""
    made, expired = Aggregates(user_id, is_complete=True), set[RowKey]()
    sessions = TypingSession.objects.filter(user=user_id).order_by("counted_at", "id")
    for session, played in with_logs(sessions.select_related("lesson", "text")):
        made.add(session, played)
        if played is None and session.source != TypingSession.Source.PLAIN:
            expired |= {place for place in places_of(session) if place[0].needs_keystrokes}
    return made, expired


def with_logs(sessions: QuerySet[TypingSession]) -> Iterator[tuple[TypingSession, Replay | None]]:
    """Each session with its keystrokes played again, None without them; sessions come with their texts."""
    batch: list[TypingSession] = []
    for session in sessions.iterator(chunk_size=AT_ONCE):
        batch.append(session)
        if len(batch) == AT_ONCE:
            yield from _logs_of(batch)
            batch = []
    yield from _logs_of(batch)


def _logs_of(sessions: list[TypingSession]) -> Iterator[tuple[TypingSession, Replay | None]]:
    logs = {log.session_id: log for log in KeystrokeLog.objects.filter(session__in=sessions)}
    for session in sessions:
        log = logs.get(session.pk)
        yield session, play(session, log) if log else None
