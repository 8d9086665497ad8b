from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.merging import Gone
from accounts.models import User

from . import boards, counting, partitions, spreads
from .models import TypingSession
from .plausibility import Flag
from .rebuilding import rebuild


@shared_task(autoretry_for=(Gone,), retry_backoff=True)
def session_recorded(session_id: str) -> None:
    """Look once more at a recorded session: the rhythm of another, typed again, is no ranked session."""
    session = TypingSession.objects.filter(pk=session_id).first()
    if session is None or not session.ranked:
        return
    earlier = TypingSession.objects.filter(rhythm=session.rhythm, recorded_at__lt=session.recorded_at)
    if session.rhythm and earlier.exists():
        counting.judge(session, [*session.flags, Flag.REPEATED], now=timezone.now())


@shared_task
def rebuild_learner(user_id: str) -> None:
    """Count a learner's sessions anew, unless she is gone or was merged, which counts them too."""
    with suppress(User.DoesNotExist):
        rebuild(UUID(user_id))


@shared_task
def keep_partitions() -> list[str]:
    """Keep the coming months' partitions ready, and drop those that outlived `KEYSTROKE_LOG_DAYS`."""
    today = timezone.now().date()
    return partitions.make(today=today) + partitions.drop(today=today, days=settings.KEYSTROKE_LOG_DAYS)


@shared_task
def roll_up() -> None:
    """What is counted once a day: how fast all learners are; and the leaderboards of days long over go."""
    now = timezone.now()
    spreads.count(now=now)
    boards.prune(now=now)
