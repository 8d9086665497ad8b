"""Judging a recorded session: why it is not ranked, decided once it is counted already."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.merging import lock_learner
from progress.honours.leaderboards import rebuild_entries
from progress.models import TypingSession
from progress.recording.aggregates import recount


def judge_session(
    session: TypingSession, *, now: datetime, add: Sequence[str] = (), by_hand: bool = False
) -> TypingSession | None:
    """Add flags to a session that is counted already, and find the records anew that it may have set or missed.

    `by_hand`, somebody decides: nothing to add takes all flags away, and no program flags it any more. The session as
    it is now, None when its learner has deleted it meanwhile. Raises Gone.
    """
    with transaction.atomic():
        lock_learner(session.user_id)
        found = (
            TypingSession.objects.select_related("lesson").filter(pk=session.pk, user=session.user_id).first()
        )
        if found is None or (found.is_reviewed and not by_hand):
            return found
        session = found
        known = [] if by_hand and not add else session.flags
        session.flags = [*known, *(flag for flag in add if flag not in known)]
        session.is_reviewed = session.is_reviewed or by_hand
        session.ranked = session.may_be_ranked
        session.save(update_fields=["flags", "ranked", "is_reviewed"])
        rebuild_entries(session.user_id, now=now)
        recount(session)
    return session
