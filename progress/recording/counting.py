"""Counting a session into its learner's aggregates, as it comes."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.merging import lock_learner
from progress.honours import leaderboards
from progress.models import RECORD_ACCURACY, DailyStat, LessonProgress, SkillProfile, TypingSession
from progress.statements import Statement

_FIELDS = ("user_id", "date", "layout", "course_id", *DailyStat.SUMS, "best_cpm")
_ADD_DAY = f"""
INSERT INTO progress_dailystat AS day ({", ".join(_FIELDS)}) VALUES ({", ".join(["%s"] * len(_FIELDS))})
ON CONFLICT (user_id, date, layout, course_id) DO UPDATE SET
{", ".join(f"{name} = day.{name} + excluded.{name}" for name in DailyStat.SUMS)},
best_cpm = greatest(day.best_cpm, excluded.best_cpm)
"""  # noqa: S608 (names of columns)


def profile_of(user_id: UUID, layout: str) -> SkillProfile:
    """The learner's statistics on a layout, unsaved where there are none; one query, under the learner's lock."""
    found = SkillProfile.objects.filter(user=user_id, layout=layout).first()
    return found or SkillProfile(user_id=user_id, layout=layout)


def moment(now: datetime, profile: SkillProfile | None) -> datetime:
    """`now`, or just after what the profile counted last, should clocks or waiting have changed the order."""
    if profile is None or profile.counted_at is None:
        return now
    return max(now, profile.counted_at + timedelta(microseconds=1))


def adding_day(session: TypingSession) -> Statement:
    """Counts a session into its learner's day."""
    day = DailyStat.of(session)
    return Statement(_ADD_DAY, [getattr(day, name) for name in _FIELDS])


def keeping(row: LessonProgress | SkillProfile) -> Statement:
    """Stores an aggregate, new or not."""
    sql, names = _upsert(type(row))
    return Statement(sql, [_stored(getattr(row, name)) for name in names])


@cache
def _upsert(model: type[LessonProgress] | type[SkillProfile]) -> tuple[str, list[str]]:
    names = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    unique = {LessonProgress: ("user_id", "lesson_id"), SkillProfile: ("user_id", "layout")}[model]
    changing = ", ".join(f"{name} = excluded.{name}" for name in names if name not in unique)
    table, places = model._meta.db_table, ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}) "  # noqa: S608 (names of columns)
    return f"{sql}ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {changing}", names


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


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
        leaderboards.rebuild_entries(session.user_id, now=now)
        clean = TypingSession.objects.filter(user=session.user_id, ranked=True, accuracy__gte=RECORD_ACCURACY)
        if session.lesson_id:
            LessonProgress.objects.filter(user=session.user_id, lesson=session.lesson_id).update(
                best_cpm=_best(clean.filter(lesson=session.lesson_id))
            )
        day = DailyStat.of(session)
        of_day = clean.filter(local_date=day.date, layout=day.layout)
        of_course = (
            of_day.filter(lesson__course=day.course_id) if day.course_id else of_day.filter(lesson=None)
        )
        DailyStat.objects.filter(
            user=session.user_id, date=day.date, layout=day.layout, course=day.course_id
        ).update(best_cpm=_best(of_course))
    return session


def _best(sessions: QuerySet[TypingSession]) -> float:
    return sessions.aggregate(best=Max("cpm"))["best"] or 0.0
