"""The dashboard: how far, how fast, and which keys cost time, as the filters leave it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Subquery

from accounts.models import User
from lessons.languages import of_layout
from lessons.models import Course, Lesson
from progress.figures.charts import Chart, chart
from progress.figures.days import (
    Day,
    Goal,
    Growth,
    Point,
    Practice,
    Record,
    Typed,
    calendar,
    goal_of,
    growth_of,
    minutes_of,
    points_of,
    practice_in,
    practised,
    records,
    streak_record,
    typed_by,
)
from progress.figures.keys import MEASURES, HeatKey, KnownKeys, heat
from progress.figures.layouts import last_layout
from progress.figures.streaks import Streak, streak
from progress.keystrokes.scoring import MOST_STARS
from progress.models import LessonProgress


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look at; "" for everything, for the layout the one typed last."""

    language: str = ""
    course: str = ""
    layout: str = ""
    period: str = ""
    measure: str = MEASURES[0]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters can be set to, and what they are; a filter that fits nothing is as good as none."""

    filters: Filters
    languages: Sequence[str]
    courses: Sequence[Course]
    layouts: Sequence[str]
    course: Course | None

    @property
    def layout(self) -> str:
        """The one whose keys are shown: the chosen one, else the one typed on last; "" where nothing was typed."""
        return self.filters.layout or next(iter(self.layouts), "")


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page: keys, days of practice and growth of the layout chosen; goal, streak and calendar of all
    practice; the rest of what the filters leave. `possible` are the stars of the chosen course, None of all courses;
    `is_first_week` from the first day of practice on."""

    choices: Choices
    period: str
    goal: Goal | None
    sessions: int
    minutes: float
    stars: int
    possible: int | None
    lessons: int
    best_cpm: float
    points: Sequence[Point]
    streak: Streak
    weeks: Sequence[Sequence[Day]]
    heat: Sequence[Sequence[HeatKey]]
    keys: KnownKeys | None
    practice: Sequence[Practice]
    records: Sequence[Record]
    growth: Growth | None
    is_first_week: bool

    @property
    def practised(self) -> int:
        """Days of the calendar with practice."""
        return sum(day.minutes > 0 for week in self.weeks for day in week)

    @property
    def is_beyond_best(self) -> bool:
        """The latest speed is more than that of the best run: it counts runs that set no record, too."""
        return self.speed.latest > self.best_cpm

    @cached_property
    def speed(self) -> Chart:
        return chart([(point.start, point.cpm) for point in self.points])

    @cached_property
    def accuracy(self) -> Chart:
        return chart([(point.start, point.accuracy) for point in self.points])

    @cached_property
    def consistency(self) -> Chart:
        return chart([(point.start, point.consistency) for point in self.points])

    @cached_property
    def rollover(self) -> Chart:
        return chart([(point.start, point.rollover) for point in self.points])


@dataclass(frozen=True, slots=True)
class BoardSection:
    """A part of the dashboard that a higher floor adds: what it shows, templates for the sentence and the button on
    top, one below, and one above the keys."""

    context: dict[str, Any]
    lead: str
    primary: str
    template: str = ""
    keys: str = ""


BoardBuilder = Callable[[User, Dashboard, datetime], BoardSection | None]
_builders: list[BoardBuilder] = []


def add_to_dashboard(builder: BoardBuilder) -> None:
    """Let a floor above put a section on every dashboard; called once, when its app is ready."""
    _builders.append(builder)


def sections_of(user: User, dashboard: Dashboard, *, now: datetime) -> list[BoardSection]:
    """What the floors above add to a dashboard on which something was typed."""
    if not dashboard.choices.layouts:
        return []
    return [section for build in _builders if (section := build(user, dashboard, now))]


def choices_of(user: User, typed: Sequence[Typed], filters: Filters) -> Choices:
    """The language chosen narrows the courses, and both narrow the layouts. At most two queries."""
    last_day = {(layout, course): day.date for layout, course, day in typed}
    left = sorted(last_day, key=lambda one: (-last_day[one].toordinal(), one[0]))
    known = {one.pk: one for one in Course.objects.filter(pk__in={course for _, course in left})}
    languages = list(dict.fromkeys(_language(name) for name, _ in left))
    language = filters.language if filters.language in languages else ""
    left = [(name, of) for name, of in left if language in ("", _language(name))]
    courses = [known[of] for of in dict.fromkeys(of for _, of in left) if of in known]
    course = next((one for one in courses if one.slug == filters.course), None)
    layouts = list(dict.fromkeys(name for name, of in left if course is None or course.pk == of))
    # Of two typed on the same day, the one typed on last comes first.
    last = last_layout(user) if len(layouts) > 1 else None
    layouts.sort(key=lambda layout: layout != last)
    chosen = replace(
        filters,
        language=language,
        course=course.slug if course else "",
        layout=filters.layout if filters.layout in layouts else "",
    )
    return Choices(chosen, languages, courses, layouts, course)


def dashboard_of(user: User, asked: Filters, *, now: datetime) -> Dashboard:
    """The dashboard of one learner, in four queries however much she typed, one more for who has typed on several
    layouts, and one for who has typed little."""
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    typed = typed_by(user)
    choices = choices_of(user, typed, asked)
    filters, layout = choices.filters, choices.layout
    keys = KnownKeys.of(user.pk, layout) if layout else None
    shown = every = practice_in(typed)
    if filters.course or filters.layout or filters.language:
        layouts = [filters.layout] if filters.layout else choices.layouts
        shown = practice_in(typed, course=choices.course, layouts=layouts)
    days, practice = practised(every), practice_in(typed, layouts=[layout])
    period, points = points_of(shown, filters.period)
    stars, possible = stars_of(user, filters)
    return Dashboard(
        choices=choices,
        period=period,
        goal=goal_of(days, user.goal_minutes, today=today) if user.goal_minutes else None,
        sessions=sum(stat.sessions for stat in shown),
        minutes=minutes_of(shown),
        stars=sum(stars),
        possible=possible,
        lessons=len(stars),
        best_cpm=max((stat.best_cpm for stat in shown), default=0.0),
        points=points,
        streak=streak((day.date for day in days), today=today),
        weeks=calendar(days, today=today),
        heat=heat(layout, keys.all, filters.measure) if keys and keys.all else (),
        keys=keys,
        practice=practice,
        growth=growth_of(practice, today=today),
        is_first_week=not days or (today - days[0].date).days < 7,
        records=[*records(shown), *streak_record(day.date for day in days)],
    )


def stars_of(user: User, filters: Filters) -> tuple[list[int], int | None]:
    """The stars of every lesson that has some, by language and course; one query.

    With them how many that course has, None of all courses or where lessons with stars were taken back.
    """
    done = LessonProgress.objects.filter(user=user, best_stars__gt=0)
    if filters.language:
        done = done.filter(lesson__course__language=filters.language)
    if not filters.course:
        return list(done.values_list("best_stars", flat=True)), None
    lessons = Lesson.objects.ready().of_course(filters.course).values("course").values(lessons=Count("pk"))
    found = done.filter(lesson__course__slug=filters.course).values_list("best_stars", Subquery(lessons))
    stars = [best for best, _ in found]
    possible = MOST_STARS * max((lessons or 0 for _, lessons in found), default=0)
    return stars, possible if possible >= sum(stars) else None


def _language(layout: str) -> str:
    return of_layout(layout).code
