"""Merging a guest's sessions, with all that they are counted in, into an account."""

from django.utils import timezone

from accounts.models import User
from progress import models
from progress.honours.leaderboards import rebuild_entries
from progress.models import Award, OpenSession, Placement, TypingSession
from progress.recording.aggregates import Aggregates, next_moment, save_rows
from progress.recording.rebuilding import with_logs


def move_sessions(guest: User, into: User) -> None:
    """Give a guest's sessions to an account and count them there, after what is counted already."""
    sessions = TypingSession.objects.filter(user=guest).order_by("counted_at", "id")
    aggregates = Aggregates(into.pk)
    for session, played in with_logs(sessions.select_related("lesson", "text")):
        session.user = into
        session.counted_at = next_moment(session.counted_at, aggregates.profile(session.layout))
        session.save(update_fields=["user", "counted_at"])
        aggregates.add(session, played)
    save_rows(aggregates.counted.values())
    for kind in models.AGGREGATES:
        kind._default_manager.filter(user=guest).delete()
    Award.objects.filter(user=guest, code__in=Award.objects.filter(user=into).values("code")).delete()
    Award.objects.filter(user=guest).update(user=into)
    Placement.objects.filter(user=guest).update(user=into)
    OpenSession.objects.filter(user=guest).update(user=into)
    rebuild_entries(into.pk, now=timezone.now())
