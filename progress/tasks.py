"""What the workers do: second looks, rebuilding, partitions, daily figures, weekly reports, reminders."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.merging import Gone
from accounts.models import User
from progress import mailing, reminding
from progress.business import counting
from progress.honours import leaderboards, spreads
from progress.keystrokes.plausibility import Flag
from progress.models import TypingSession
from progress.recording import open_sessions, partitions
from progress.recording.copies import is_copy
from progress.recording.judging import judge_session
from progress.recording.rebuilding import rebuild_aggregates


@shared_task(autoretry_for=(Gone,), retry_backoff=True)
def session_recorded(session_id: str) -> None:
    """Look once more at a recorded session: the rhythm of an earlier one over the same text is no ranked session."""
    session = TypingSession.objects.select_related("text").filter(pk=session_id).first()
    if session and session.ranked and is_copy(session):
        judge_session(session, now=timezone.now(), add=[Flag.REPEATED])


@shared_task
def rebuild_learner(user_id: str) -> None:
    """Count a learner's sessions anew, unless she is gone or was merged, which counts them too."""
    with suppress(User.DoesNotExist):
        rebuild_aggregates(UUID(user_id))
        counting.recount_learner(UUID(user_id))


@shared_task
def count_business() -> None:
    """Bring the business figures of learning up to date with what was recorded since they last were."""
    counting.refresh(now=timezone.now())


@shared_task
def keep_partitions() -> list[str]:
    """Keep the coming months' partitions ready, and drop those that outlived `KEYSTROKE_LOG_DAYS`."""
    today = timezone.now().date()
    return partitions.make(today=today) + partitions.drop(today=today, days=settings.KEYSTROKE_LOG_DAYS)


@shared_task
def roll_up() -> None:
    """What is counted once a day: how fast all learners are; leaderboards long over and runs never finished go."""
    now = timezone.now()
    spreads.count_spreads(now=now)
    leaderboards.prune_entries(now=now)
    open_sessions.prune_open_sessions(now=now)


@shared_task
def weekly_reports() -> int:
    """Queue the weekly reports that are due; how many."""
    return mailing.queue_reports(now=timezone.now())


@shared_task
def remind() -> int:
    """Queue the reminders and warnings of streaks that are due; how many."""
    return reminding.queue_reminders(now=timezone.now())
