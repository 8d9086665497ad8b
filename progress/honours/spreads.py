"""How a session compares with all learners, by figures counted once a day."""

import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection, transaction

from lessons import keyboards, words
from progress.honours.leaderboards import lesson_board
from progress.models import RECORD_ACCURACY, Spread, TypingSession

LEAST_LEARNERS: Final = 20
"""Fewer say nothing, and would tell about single learners."""
KEPT_FOR: Final = 600
"""Seconds that a spread is kept in memory."""
_CENTILES: Final = [n / 100 for n in range(1, 100)]

_LESSONS = """
INSERT INTO progress_spread (scope, learners, centiles, counted_at)
SELECT 'lesson:' || lesson_id, count(*), percentile_cont(%(centiles)s) WITHIN GROUP (ORDER BY best_cpm), %(now)s
FROM progress_lessonprogress WHERE best_cpm > 0 GROUP BY lesson_id HAVING count(*) >= %(least)s
"""
_TESTS = """
INSERT INTO progress_spread (scope, learners, centiles, counted_at)
SELECT %(language)s, count(*), percentile_cont(%(centiles)s) WITHIN GROUP (ORDER BY best), %(now)s
FROM (
    SELECT max(cpm) AS best FROM progress_typingsession
    WHERE kind = 'test' AND ranked AND accuracy >= %(accuracy)s AND difficulty <> 'easy' AND layout = ANY(%(layouts)s)
    GROUP BY user_id
) AS learner HAVING count(*) >= %(least)s
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A session is faster than the best run of `percent` of `learners` of the same lesson, or tests of its language."""

    percent: int
    learners: int


def count(*, now: datetime) -> None:
    """Count every spread anew."""
    layouts: defaultdict[str, list[str]] = defaultdict(list)
    for code in keyboards.layouts():
        layouts[words.language_for(keyboards.layout(code))].append(code)
    shared: dict[str, Any] = {
        "centiles": _CENTILES,
        "now": now,
        "least": LEAST_LEARNERS,
        "accuracy": RECORD_ACCURACY,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM progress_spread")
        cursor.execute(_LESSONS, shared)
        for language, codes in layouts.items():
            cursor.execute(_TESTS, shared | {"language": language, "layouts": codes})
    _spread.cache_clear()


def comparison(session: TypingSession) -> Comparison | None:
    """Where a session's speed stands; None for a drill, an easy test, a run that sets no
    record, or among too few. One query at most."""
    is_easy = session.difficulty == TypingSession.Difficulty.EASY
    if not session.sets_records or is_easy or session.kind == TypingSession.Kind.DRILL:
        return None
    language = words.language_for(keyboards.layout(session.layout))
    scope = lesson_board(session.lesson_id) if session.lesson_id else language
    spread = _spread(scope, int(time.time() // KEPT_FOR))
    return Comparison(bisect_left(spread.centiles, session.cpm), spread.learners) if spread else None


@lru_cache(maxsize=1024)
def _spread(scope: str, _moment: int) -> Spread | None:
    return Spread.objects.filter(pk=scope).first()
