"""What other programs call the sessions they report. Ids follow from learner and name, so that no name is kept."""

import uuid
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import MergedGuest, User
from progress.models import TypingSession


def id_of_report(learner: User, name: str) -> uuid.UUID:
    """The id a report of that name is stored under: the same for the same name, another for another learner."""
    for session in _reported(learner, name, TypingSession.objects.all()):
        return session.pk
    return uuid.uuid5(learner.pk, name)


def name_of_report(client_id: str) -> str:
    """The name of a report whose program calls its session `client_id`, however that spells a UUID."""
    as_uuid = _uuid(client_id)
    return f"session {client_id}" if as_uuid is None else str(as_uuid)


def session_called(
    learner: User, called: str, sessions: QuerySet[TypingSession] | None = None
) -> TypingSession:
    """The learner's own session by its id, or by the one its program knows it by; another's looks like none.

    Raises Http404.
    """
    among = TypingSession.objects.all() if sessions is None else sessions
    if (pk := _uuid(called)) and (found := among.filter(user=learner, pk=pk).first()):
        return found
    for session in _reported(learner, name_of_report(called), among):
        return session
    raise Http404


def _reported(learner: User, name: str, sessions: QuerySet[TypingSession]) -> Iterator[TypingSession]:
    """The session reported by that name, if there is one, by the learner or by a guest she was."""
    guests = MergedGuest.objects.filter(into=learner).values_list("guest_id", flat=True)
    ids = [uuid.uuid5(owner, name) for owner in (learner.pk, *guests)]
    yield from sessions.filter(user=learner, pk__in=ids).order_by("recorded_at")[:1]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
