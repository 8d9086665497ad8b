"""What sessions of drills are called, which only a floor above knows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from progress.models import TypingSession

Names = Mapping[UUID, str]
"""By session; who has none is called by what is known of the session itself."""
Namer = Callable[[Sequence[TypingSession]], Names]
_namers: list[Namer] = []


def add_names(namer: Namer) -> None:
    """Let a floor above name drills; called once, when its app is ready."""
    _namers.append(namer)


def names_of(sessions: Iterable[TypingSession]) -> Names:
    """The names of those that are drills; no query where there are none."""
    drills = [session for session in sessions if session.kind == TypingSession.Kind.DRILL]
    return {pk: name for namer in _namers if drills for pk, name in namer(drills).items()}
