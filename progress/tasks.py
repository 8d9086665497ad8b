from celery import shared_task
from django.utils import timezone

from . import partitions
from .models import TypingSession
from .plausibility import Flag


@shared_task
def session_recorded(session_id: str) -> None:
    """Look once more at a recorded session: the rhythm of another, typed again, is no ranked session."""
    session = TypingSession.objects.filter(pk=session_id).first()
    if session is None or session.rhythm is None or Flag.REPEATED in session.flags:
        return
    earlier = TypingSession.objects.filter(rhythm=session.rhythm, recorded_at__lt=session.recorded_at)
    if earlier.exists():
        session.flags = [*session.flags, Flag.REPEATED]
        session.ranked = False
        session.save(update_fields=["flags", "ranked"])


@shared_task
def make_partitions() -> list[str]:
    """Keep the coming months' partitions ready."""
    return partitions.make(today=timezone.now().date())
