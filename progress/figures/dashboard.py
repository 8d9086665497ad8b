"""The dashboard: how far, how fast, and which keys cost time, as the filters leave it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Subquery

from accounts.models import User
from lessons import keyboards, words
from lessons.models import Course, Lesson
from progress.figures.charts import Chart, chart
from progress.figures.days import (
    Day,
    Goal,
    Point,
    Record,
    calendar,
    goal_of,
    minutes_of,
    points_of,
    practice_of,
    records,
    streak_record,
)
from progress.figures.streaks import Streak, streak
from progress.keystrokes.costs import (
    FingerLoad,
    KeyCost,
    PairCost,
    WeakKey,
    costly_keys,
    costly_pairs,
    finger_loads,
    weak_keys,
)
from progress.keystrokes.scoring import MOST_STARS
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.models import DailyStat, LessonProgress, SkillProfile

MEASURES: Final = ("cost", "speed", "errors")
MOST_PAIRS: Final = 12
LEAST_COST: Final = 0.005
"""Cheaper pairs would be shown as costing nothing; s per 1,000 characters."""
LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look at; "" for everything, for the layout the one typed last."""

    language: str = ""
    course: str = ""
    layout: str = ""
    period: str = ""
    measure: str = MEASURES[0]


@dataclass(frozen=True, slots=True)
class HeatKey:
    """A key of the drawing; `level` from 0, nothing known, to 4, the worst."""

    key: keyboards.Key
    level: int


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


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of the keys of a layout: drawn as a heat map and by cost; pairs and fingers likewise; which are
    weak."""

    heat: Sequence[Sequence[HeatKey]] = ()
    costs: Sequence[KeyCost] = ()
    weak: Sequence[WeakKey] = ()
    pairs: Sequence[PairCost] = ()
    fingers: Sequence[FingerLoad] = ()


NO_KEYS: Final = Keys()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the page: keys of the layout chosen; goal, streak and calendar of all practice; the rest of what
    the filters leave. `possible` are the stars of the chosen course, None of all courses."""

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
    keys: Keys
    records: Sequence[Record]

    @property
    def practised(self) -> int:
        """Days of the calendar with practice."""
        return sum(day.minutes > 0 for week in self.weeks for day in week)

    @property
    def speed(self) -> Chart:
        return chart([point.cpm for point in self.points])

    @property
    def accuracy(self) -> Chart:
        return chart([point.accuracy for point in self.points])

    @property
    def consistency(self) -> Chart:
        return chart([point.consistency for point in self.points if point.consistency is not None])

    @property
    def rollover(self) -> Chart:
        return chart([point.rollover for point in self.points if point.rollover is not None])


def choices_of(user: User, filters: Filters) -> Choices:
    """The language chosen narrows the courses, and both narrow the layouts. Two queries."""
    typed = DailyStat.objects.filter(user=user).values_list("layout", "course").annotate(last=Max("date"))
    left = list(typed.order_by("-last", "layout"))
    known = {one.pk: one for one in Course.objects.filter(pk__in={course for _, course, _ in left})}
    languages = list(dict.fromkeys(_language(name) for name, _, _ in left))
    language = filters.language if filters.language in languages else ""
    left = [(name, of, last) for name, of, last in left if language in ("", _language(name))]
    courses = [known[of] for of in dict.fromkeys(of for _, of, _ in left) if of in known]
    course = next((one for one in courses if one.slug == filters.course), None)
    layouts = list(dict.fromkeys(name for name, of, _ in left if course is None or course.pk == of))
    chosen = replace(
        filters,
        language=language,
        course=course.slug if course else "",
        layout=filters.layout if filters.layout in layouts else "",
    )
    return Choices(chosen, languages, courses, layouts, course)


def dashboard_of(user: User, asked: Filters, *, now: datetime) -> Dashboard:
    """The dashboard of one learner, in five queries however much she typed, six with a filter."""
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    choices = choices_of(user, asked)
    filters, layout = choices.filters, choices.layout
    shown = every = practice_of(user)
    if filters.course or filters.layout or filters.language:
        layouts = [filters.layout] if filters.layout else choices.layouts
        shown = practice_of(user, course=choices.course, layouts=layouts)
    period, points = points_of(shown, filters.period)
    stars, possible = stars_of(user, filters)
    return Dashboard(
        choices=choices,
        period=period,
        goal=goal_of(every, user.goal_minutes, today=today) if user.goal_minutes else None,
        sessions=sum(stat.sessions for stat in shown),
        minutes=minutes_of(shown),
        stars=sum(stars),
        possible=possible,
        lessons=len(stars),
        best_cpm=max((stat.best_cpm for stat in shown), default=0.0),
        points=points,
        streak=streak((stat.date for stat in every), today=today),
        weeks=calendar(every, today=today),
        keys=keys_of_layout(SkillProfile.skill_of(user.pk, layout), layout, filters.measure)
        if layout
        else NO_KEYS,
        records=[*records(shown), *streak_record(stat.date for stat in every)],
    )


def keys_of_layout(skill: Skill, layout: str, measure: str) -> Keys:
    costs = costly_keys(skill, layout)
    return Keys(
        heat=heat(layout, costs, measure) if costs else (),
        costs=costs,
        weak=weak_keys(skill, layout),
        pairs=[pair for pair in costly_pairs(skill, layout) if pair.cost >= LEAST_COST][:MOST_PAIRS],
        fingers=finger_loads(skill, strikes(layout)),
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


def heat(layout: str, costs: Iterable[KeyCost], measure: str) -> list[list[HeatKey]]:
    """The keys of a layout, each as bad as its worst character; levels divide the range from best to worst evenly."""
    worth: Callable[[KeyCost], float] = {
        "speed": lambda cost: cost.ms,
        "errors": lambda cost: cost.error_rate,
    }.get(measure, lambda cost: cost.cost)
    values = {cost.character: worth(cost) for cost in costs}
    best, worst = min(values.values()), max(values.values())
    step = (worst - best) / LEVELS or 1.0

    def level(key: keyboards.Key) -> int:
        found = [values[character] for character in (key.base, key.shift) if character in values]
        return min(LEVELS, 1 + int((max(found) - best) / step)) if found else 0

    return [[HeatKey(key, level(key)) for key in row] for row in keyboards.layout(layout).rows]


def _language(layout: str) -> str:
    return words.language_for(keyboards.layout(layout))
