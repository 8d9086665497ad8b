"""Stored keystrokes, played again."""

from progress.keystrokes import packing
from progress.keystrokes.replay import Replay, replay
from progress.models import KeystrokeLog, TypingSession


def replay_of(session: TypingSession) -> Replay | None:
    """A session's keystrokes played again; None where there are none (any more)."""
    log = KeystrokeLog.objects.filter(session_id=session.pk).first()
    return play(session, log) if log else None


def play(session: TypingSession, log: KeystrokeLog) -> Replay:
    """The keystrokes of a session that comes with its text."""
    mode, events = packing.unpack(session.text.body, bytes(log.packed))
    return replay(session.text.body, events, mode, session.limit_ms)
