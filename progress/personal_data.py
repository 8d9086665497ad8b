"""What a learner has in progress: in her archive, and erased with her."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personal_data.registry import Row, excluded, exported, when_erased, when_requested
from lessons.personal_data import forget_unused
from progress import models
from progress.honours.leaderboards import forget_standings
from progress.keystrokes import packing
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD
from progress.keystrokes.skill_states import to_state

AT_ONCE: Final = 500
LESSON: Final = {"course": "lesson__course__slug", "lesson_number": "lesson__number"}
KEYS: Final = {BACKSPACE: "Backspace", DELETE_WORD: "Ctrl+Backspace", "\n": "Enter"}
"""Keys that type nothing one could read."""

logger = logging.getLogger(__name__)


def register() -> None:
    exported(
        models.TypingSession,
        "sessions",
        _("What you typed, when, how fast and how accurately"),
        without={
            "submission_sha256": "a checksum of the keystrokes, which are there themselves",
            "rhythm": "a checksum of the keystrokes' rhythm",
        },
        also=LESSON | {"text": "text__body"},
        order=("started_at", "pk"),
    )
    exported(
        models.KeystrokeLog,
        "keystrokes",
        _(
            "Every key you pressed: milliseconds since the one before, what it typed, for how long you held it"
        ),
        owner="session__user",
        without={"packed": "written out key by key"},
        order=("session__started_at", "session_id"),
        rows=keystrokes,
        each="keys",
    )
    exported(
        models.OpenSession,
        "open_sessions",
        _("Exercises you began elsewhere and have not finished"),
        without={"ticket": "a signature of ours that lets it be finished"},
        also=LESSON,
    )
    exported(models.OpenPart, "open_parts", _("Keystrokes of unfinished exercises"), owner="session__user")
    _register_counts()
    when_requested(hide)
    when_erased(erase_sessions)


def _register_counts() -> None:
    """What sessions add up to, earn and lead to."""
    exported(models.LessonProgress, "lessons", _("What you reached in each lesson"), also=LESSON)
    exported(
        models.DailyStat,
        "days",
        _("What you typed on each day"),
        also={"course": "course__slug"},
        order=("date", "pk"),
    )
    exported(
        models.SkillProfile,
        "keys",
        _("How fast and sure you are at each key and pair of keys"),
        shown={"skill": to_state},
    )
    exported(models.Placement, "placements", _("Lessons that a placement test opened"), also=LESSON)
    exported(models.Award, "achievements", _("Your achievements"), order=("earned_at", "pk"))
    exported(models.BoardEntry, "leaderboards", _("Your places on leaderboards"))
    exported(models.Certificate, "certificates", _("Your certificates"), order=("issued_at", "pk"))
    excluded("a number that her days are counted under for staff", models.CountedLearner, owner="user")
    excluded(
        "counts of all learners, which name nobody",
        models.LearnerDay,
        models.ChangedDay,
        models.BusinessDay,
        models.Retention,
        models.Spread,
    )


def keystrokes(keys: list[Any]) -> Iterator[Row]:
    """The logs with these primary keys, each a session with its keystrokes."""
    found = models.KeystrokeLog.objects.filter(session_id__in=[session for session, _month in keys])
    by_session = {log.session_id: log for log in found.select_related("session__text")}
    for session, _month in keys:
        if log := by_session.get(session):
            try:
                mode, events = packing.unpack(log.session.text.body, bytes(log.packed))
            except packing.UnreadableLog:
                logger.error("The keystrokes of session %s are damaged; no export has them", session)
                continue
            yield {
                "session_id": session,
                "month": log.month,
                "mode": mode,
                "keys": [
                    {"ms": event.dt, "key": KEYS.get(event.text, event.text), "hold_ms": event.hold}
                    for event in events
                ],
            }


def hide(user: User, now: datetime) -> None:
    """Lists that are kept for a minute don't show her any longer."""
    forget_standings(models.BoardEntry.objects.filter(user=user))


def erase_sessions(user: User, now: datetime) -> None:
    """Delete what she typed, some at a time, with the texts that nobody else typed."""
    hide(user, now)
    while True:
        with transaction.atomic():
            some = models.TypingSession.objects.filter(user=user).values_list("pk", "text_id")[:AT_ONCE]
            batch = dict(some)
            models.TypingSession.objects.filter(pk__in=batch).delete()
            forget_unused(set(batch.values()))
        if len(batch) < AT_ONCE:
            return
