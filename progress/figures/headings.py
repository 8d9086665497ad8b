"""What sessions of drills are called, which only a floor above knows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from progress.models import TypingSession

Namer = Callable[[Sequence[TypingSession]], Mapping[UUID, str]]
_namers: list[Namer] = []


def add_names(namer: Namer) -> None:
    """Let a floor above name drills; called once, when its app is ready."""
    _namers.append(namer)


def name_drills(sessions: Iterable[TypingSession]) -> None:
    """Give sessions of drills their names; no query where there are none."""
    drills = [session for session in sessions if session.kind == TypingSession.Kind.DRILL]
    if drills:
        for namer in _namers:
            names = namer(drills)
            for session in drills:
                session.name = names.get(session.pk, session.name)
