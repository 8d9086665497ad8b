"""How a session compares with all learners, by figures counted once a day."""

import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import Aggregate, Count, FloatField, Max

from lessons import keyboards
from progress.honours.leaderboards import board_like, lesson_board, tests_board
from progress.models import LessonProgress, Spread, TypingSession

LEAST_LEARNERS: Final = 20
"""Fewer say nothing, and would tell about single learners."""
KEPT_FOR: Final = 600
"""Seconds that a spread is kept in memory."""


class Centiles(Aggregate):
    """The 1st to the 99th centile of a figure, each a value that there is: as many of them are below a figure as there
    are per cent of the values, however few there are."""

    function = "percentile_disc"
    template = (
        f"%(function)s(ARRAY{[n / 100 for n in range(1, 100)]}) WITHIN GROUP (ORDER BY %(expressions)s)"
    )
    output_field = ArrayField(FloatField())


@dataclass(frozen=True, slots=True)
class Comparison:
    """A session is faster than the best run of `percent` of `learners` of the same lesson, or tests of its language."""

    percent: int
    learners: int


def count_spreads(*, now: datetime) -> None:
    """Count every spread anew."""
    best = LessonProgress.objects.filter(best_cpm__gt=0).order_by().values("lesson")
    of_lessons = best.annotate(learners=Count("user"), centiles=Centiles("best_cpm"))
    rows = [
        Spread(scope=lesson_board(lesson), learners=learners, centiles=centiles, counted_at=now)
        for lesson, learners, centiles in of_lessons.filter(learners__gte=LEAST_LEARNERS).values_list(
            "lesson", "learners", "centiles"
        )
    ]
    for board, layouts in _layouts_by_board().items():
        tests = TypingSession.objects.records().comparable()
        tests = tests.filter(kind=TypingSession.Kind.TEST, layout__in=layouts)
        best_of_each = tests.order_by().values("user").annotate(best=Max("cpm"))
        found = best_of_each.aggregate(learners=Count("user"), centiles=Centiles("best"))
        if found["learners"] >= LEAST_LEARNERS:
            rows.append(Spread(scope=board, counted_at=now, **found))
    with transaction.atomic():
        Spread.objects.all().delete()
        Spread.objects.bulk_create(rows)
    _spread.cache_clear()


def _layouts_by_board() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for layout in keyboards.layouts():
        found[tests_board(layout)].append(layout)
    return found


def comparison(session: TypingSession) -> Comparison | None:
    """Where a session's speed stands; None for a drill, an easy test, a run that sets no
    record, or among too few. One query at most."""
    if not (session.sets_records and session.is_comparable):
        return None
    spread = _spread(board_like(session), int(time.time() // KEPT_FOR))
    return Comparison(bisect_left(spread.centiles, session.cpm), spread.learners) if spread else None


@lru_cache(maxsize=1024)
def _spread(scope: str, _moment: int) -> Spread | None:
    return Spread.objects.filter(pk=scope).first()
