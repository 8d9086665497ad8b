"""What a learner has typed, run by run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from accounts.models import User
from lessons.models import Course
from progress.figures.headings import Names, names_of
from progress.models import DailyStat, TypingSession

PAGE: Final = 50
LONGEST_DAY: Final = timedelta(hours=50)
"""From where a day begins first on earth to where it ends last."""
SORTS: Final = {
    "speed": ("-cpm", "-started_at", "-id"),
    "accuracy": ("-accuracy", "-cpm", "-started_at", "-id"),
}
"""What sessions can be sorted by instead of by time, the best first."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class InvalidCursor(ValueError):
    """It names no place in a history."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a history: where a session is, or was before it was deleted."""

    started_at: datetime
    id: UUID

    @classmethod
    def of(cls, session: TypingSession) -> "Cursor":
        return cls(session.started_at, session.pk)

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """What `str` made. Raises InvalidCursor."""
        microseconds, _, digits = text.partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(microseconds)), UUID(digits))
        except (ValueError, OverflowError) as error:
            raise InvalidCursor(text[:80]) from error

    def __str__(self) -> str:
        return f"{(self.started_at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"


@dataclass(frozen=True, slots=True)
class HistoryFilters:
    """What to look at; "" for everything."""

    course: str = ""
    kind: str = ""
    layout: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """A page of sessions, newest first, with the filters that hold and those that could; sorted, the best of all.

    `newer` and `older` are where the neighbouring pages begin, `better` and `worse` how many better sessions stand
    before those of a sorted list; None at either end. `has_kinds`: not only lessons were typed. `records` are the best
    speeds, CPM, by layout.
    """

    filters: HistoryFilters
    courses: Sequence[Course]
    layouts: Sequence[str]
    has_kinds: bool
    records: Mapping[str, float]
    sessions: Sequence[TypingSession]
    names: Names
    newer: Cursor | None
    older: Cursor | None
    better: int | None
    worse: int | None

    @property
    def is_untouched(self) -> bool:
        """Nothing was typed at all."""
        return not (self.sessions or self.layouts)

    def is_record(self, session: TypingSession) -> bool:
        """Whether nothing on its layout was faster."""
        return session.sets_records_of_all and session.cpm >= self.records.get(session.layout, 0.0)


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """A day's sessions of a page, with how many there are of that day on all pages and how long they took."""

    date: date
    exercises: int
    minutes: float
    sessions: Sequence[TypingSession]


def history_of(
    user: User,
    filters: HistoryFilters,
    *,
    before: Cursor | None = None,
    after: Cursor | None = None,
    skip: int = 0,
    most: int = PAGE,
) -> History:
    """The page of older sessions next to `before`, else of newer ones next to `after`, else the newest; of a sorted
    list those behind the first `skip`.

    Filters that name nothing of hers are dropped. Three queries, a fourth where the asked place is at the end.
    """
    days = DailyStat.objects.filter(user=user).order_by()
    best = days.values_list("course", "layout").annotate(Max("best_cpm"))
    typed: dict[tuple[int | None, str], float] = {(course, layout): cpm for course, layout, cpm in best}
    courses = list(Course.objects.filter(pk__in={course for course, _ in typed}))
    layouts = sorted({layout for _, layout in typed})
    filters = HistoryFilters(
        course=filters.course if filters.course in {course.slug for course in courses} else "",
        kind=filters.kind if filters.kind in TypingSession.Kind.values else "",
        layout=filters.layout if filters.layout in layouts else "",
        sort=filters.sort if filters.sort in SORTS else "",
    )
    found = _sessions(user, filters, courses)
    newer = older = has_worse = False
    if filters.sort:
        sessions = list(found.order_by(*SORTS[filters.sort])[skip : skip + most + 1])
        sessions, has_worse = sessions[:most], len(sessions) > most
    else:
        sessions, newer, older = _page(found, before, after, most)
    return History(
        filters=filters,
        courses=courses,
        layouts=layouts,
        has_kinds=any(course is None for course, _ in typed),
        records={name: max(cpm for (_, on), cpm in typed.items() if on == name) for name in layouts},
        sessions=sessions,
        names=names_of(sessions),
        newer=Cursor.of(sessions[0]) if newer else None,
        older=Cursor.of(sessions[-1]) if older else None,
        better=max(skip - most, 0) if filters.sort and skip else None,
        worse=skip + most if has_worse else None,
    )


def neighbours(session: TypingSession) -> tuple[TypingSession | None, TypingSession | None]:
    """The learner's sessions before and after one. Two queries."""
    own = TypingSession.objects.filter(user=session.user_id).only("id")
    here = Cursor.of(session)
    before = own.filter(_beyond(here, "lt")).order_by("-started_at", "-id").first()
    after = own.filter(_beyond(here, "gt")).order_by("started_at", "id").first()
    return before, after


def days_of(user: User, history: History) -> list[HistoryDay]:
    """The sessions of a page that is not sorted, by the day they were counted in. One query."""
    by_day: defaultdict[date, list[TypingSession]] = defaultdict(list)
    for session in history.sessions:
        by_day[session.local_date].append(session)
    if not by_day:
        return []
    around = (history.sessions[-1].started_at - LONGEST_DAY, history.sessions[0].started_at + LONGEST_DAY)
    found = _sessions(user, history.filters, history.courses).filter(
        started_at__range=around, local_date__in=list(by_day)
    )
    days = found.order_by().values_list("local_date").annotate(Count("pk"), Sum("duration_ms"))
    sums = {day: (count, ms) for day, count, ms in days}
    return [
        HistoryDay(day, sums[day][0], sums[day][1] / 60_000, some)
        for day, some in by_day.items()
        if day in sums
    ]


def _sessions(user: User, filters: HistoryFilters, courses: Sequence[Course]) -> QuerySet[TypingSession]:
    sessions = TypingSession.objects.filter(user=user).select_related("lesson__course")
    if filters.course:
        sessions = sessions.filter(lesson__course=next(c for c in courses if c.slug == filters.course))
    if filters.kind:
        sessions = sessions.filter(kind=filters.kind)
    if filters.layout:
        sessions = sessions.filter(layout=filters.layout)
    return sessions


def _page(
    sessions: QuerySet[TypingSession], before: Cursor | None, after: Cursor | None, most: int
) -> tuple[list[TypingSession], bool, bool]:
    """The sessions of a page, and whether there are newer and older ones; the newest page for a place at an end."""
    newest_first = sessions.order_by("-started_at", "-id")
    if before:
        found = list(newest_first.filter(_beyond(before, "lt"))[: most + 1])
        if found:
            return found[:most], True, len(found) > most
    elif after:
        found = list(sessions.order_by("started_at", "id").filter(_beyond(after, "gt"))[: most + 1])
        if len(found) > most:
            return found[most - 1 :: -1], True, True
    found = list(newest_first[: most + 1])
    return found[:most], False, len(found) > most


def _beyond(at: Cursor, side: str) -> Q:
    """The first condition is the one an index can follow."""
    tie = Q(**{f"started_at__{side}": at.started_at}) | Q(**{f"id__{side}": at.id})
    return Q(**{f"started_at__{side}e": at.started_at}) & tie
