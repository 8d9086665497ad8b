"""Finding sessions that are copies of earlier ones."""

from typing import Final

from progress.keystrokes.plausibility import same_rhythm
from progress.models import KeystrokeLog, TypingSession
from progress.recording.playing import play, replay_of

LOOKED_AT: Final = 20
"""Earlier sessions that one is compared with."""


def is_copy(session: TypingSession) -> bool:
    """Whether a session, which comes with its text, has the rhythm of one of its learner's last `LOOKED_AT` over the
    same text, be it made faster or slower. Four queries at most.

    A copy fits the same text only, with as many keystrokes. The very same intervals, whoever typed them, are found when
    a session is recorded.
    """
    earlier = TypingSession.objects.filter(
        user=session.user_id,
        text=session.text_id,
        keystrokes=session.keystrokes,
        counted_at__lt=session.counted_at,
    )
    newest = list(earlier.order_by("-recorded_at").values_list("pk", flat=True)[:LOOKED_AT])
    played = replay_of(session) if newest else None
    if played is None:
        return False
    logs = KeystrokeLog.objects.filter(session__in=newest).select_related("session__text")
    return any(same_rhythm(played, play(log.session, log)) for log in logs)
