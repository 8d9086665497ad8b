"""Making aggregates anew from the sessions they count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from progress.honours import leaderboards
from progress.keystrokes.replay import Replay
from progress.models import DailyStat, KeystrokeLog, LessonProgress, SkillProfile, TypingSession
from progress.recording.playing import play

AT_ONCE = 200
"""Sessions whose logs are read together."""


@dataclass
class Aggregates:
    """Unsaved rows of one learner."""

    lessons: dict[int, LessonProgress] = field(default_factory=dict)
    profiles: dict[str, SkillProfile] = field(default_factory=dict)
    days: dict[object, DailyStat] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    """Layouts on which some sessions have no keystroke log any more."""


def rebuild(user_id: UUID) -> None:
    """Replace a learner's aggregates by what her recorded sessions add up to.

    A skill profile that counts keystroke logs which have expired since stays as it is.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        made = aggregates(user_id)
        LessonProgress.objects.filter(user=user_id).delete()
        LessonProgress.objects.bulk_create(made.lessons.values())
        DailyStat.objects.filter(user=user_id).delete()
        DailyStat.objects.bulk_create(made.days.values())
        SkillProfile.objects.filter(user=user_id).exclude(layout__in=made.expired).delete()
        SkillProfile.objects.bulk_create(
            profile for profile in made.profiles.values() if profile.layout not in made.expired
        )
        leaderboards.rebuild_entries(user_id, now=timezone.now())


def aggregates(user_id: UUID) -> Aggregates:
    """What all sessions of a learner add up to."""
    made = Aggregates()
    sessions = TypingSession.objects.filter(user=user_id).order_by("counted_at", "id")
    for session, played in with_logs(sessions.select_related("lesson", "text")):
        if session.lesson:
            lesson = cast(int, session.lesson_id)
            if lesson not in made.lessons:
                made.lessons[lesson] = LessonProgress(
                    user_id=user_id, lesson_id=lesson, last_at=session.recorded_at
                )
            made.lessons[lesson].add(session)
        day = DailyStat.of(session)
        if day.key in made.days:
            made.days[day.key].add(day)
        else:
            made.days[day.key] = day
        if played:
            if session.layout not in made.profiles:
                made.profiles[session.layout] = SkillProfile(user_id=user_id, layout=session.layout)
            made.profiles[session.layout].add(session, played)
        elif session.source != TypingSession.Source.PLAIN:
            made.expired.add(session.layout)
    return made


def with_logs(sessions: QuerySet[TypingSession]) -> Iterator[tuple[TypingSession, Replay | None]]:
    """Each session with its keystrokes played again, None without them; sessions come with their texts."""
    batch: list[TypingSession] = []
    for session in sessions.iterator(chunk_size=AT_ONCE):
        batch.append(session)
        if len(batch) == AT_ONCE:
            yield from _logs_of(batch)
            batch = []
    yield from _logs_of(batch)


def _logs_of(sessions: list[TypingSession]) -> Iterator[tuple[TypingSession, Replay | None]]:
    logs = {log.session_id: log for log in KeystrokeLog.objects.filter(session__in=sessions)}
    for session in sessions:
        log = logs.get(session.pk)
        yield session, play(session, log) if log else None
