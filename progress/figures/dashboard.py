"""What a learner's practice adds up to: how far, how fast, and which keys cost time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Max, Subquery

from accounts.models import User
from lessons import keyboards, words
from lessons.models import Course, Lesson
from progress.figures.charts import Chart, chart
from progress.figures.streaks import Streak, longest, streak
from progress.keystrokes.skill import FingerLoad, KeyCost, PairCost, Skill, from_state
from progress.keystrokes.strikes import strikes
from progress.models import DailyStat, LessonProgress, SkillProfile

PERIODS: Final = ("day", "week", "month")
MEASURES: Final = ("cost", "speed", "errors")
MOST_POINTS: Final = 60
MOST_PAIRS: Final = 12
LEAST_COST: Final = 0.005
"""Cheaper pairs would be shown as costing nothing; s per 1,000 characters."""
MOST_STARS: Final = 5
"""Of a lesson."""
LEVELS: Final = 4
LEAST_TRIES: Final = 5
"""Fewer tries of a key are shown as none."""
CALENDAR_WEEKS: Final = 26
CALENDAR_MINUTES: Final = (0, 1, 5, 15, 30)
"""Minutes of a day from which on its square is as dark as its place here says; any practice is at least the second."""
RECORD_MINUTES: Final = 5
RECORD_CHARACTERS: Final = 500
"""What a day needs for its speed, or its accuracy, to be a record."""
RARE: Final = 0.001
"""The share in running text of a character that ordinary words do not have."""
_BY_DAY: Final = """
SELECT date, sum(sessions), sum(characters), sum(duration_ms)::bigint, sum(accuracy_sum), sum(consistency_sum),
    sum(consistency_characters), sum(rollover_sum), sum(rollover_characters), max(best_cpm)
FROM progress_dailystat
WHERE user_id = %(user)s AND (%(course)s::bigint IS NULL OR course_id = %(course)s::bigint)
    AND (%(layouts)s::text[] IS NULL OR layout = ANY (%(layouts)s::text[]))
GROUP BY date ORDER BY date
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look at; "" for everything, for the layout the one typed last."""

    language: str = ""
    course: str = ""
    layout: str = ""
    period: str = ""
    measure: str = MEASURES[0]


class Practice(NamedTuple):
    """What was typed on a day, summed over layouts and courses as `DailyStat` sums it."""

    date: date
    sessions: int
    characters: int
    duration_ms: int
    accuracy_sum: float
    consistency_sum: float
    consistency_characters: int
    rollover_sum: float
    rollover_characters: int
    best_cpm: float


Stats = Iterable[DailyStat | Practice]


@dataclass(frozen=True, slots=True)
class Point:
    """A day, week or month: CPM, accuracy, consistency and rollover in %, minutes; None where nothing tells it."""

    start: date
    cpm: float
    accuracy: float
    consistency: float | None
    rollover: float | None
    minutes: float


@dataclass(frozen=True, slots=True)
class HeatKey:
    """A key of the drawing; `level` from 0, nothing known, to 4, the worst."""

    key: keyboards.Key
    level: int


@dataclass(frozen=True, slots=True)
class Day:
    """A square of the calendar, `level` 0 to 4; None after today."""

    date: date
    minutes: float
    level: int | None


@dataclass(frozen=True, slots=True)
class Goal:
    """Minutes a day that a learner wants to practise, those of today, and on how many days of this week she did."""

    minutes: int
    today: float
    met: int

    @property
    def whole(self) -> int:
        """Whole minutes of today, so that as many as wanted are shown only when they are done."""
        return int(self.today)

    @property
    def part(self) -> int:
        return min(self.whole, self.minutes)


@dataclass(frozen=True, slots=True)
class Record:
    """The best there was of something, and its day; `kind` is "run", "day", "accuracy", "minutes" or "streak"."""

    kind: str
    value: float
    date: date


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the page: keys, pairs and fingers of `layout`; goal, streak and calendar of all practice; the rest
    of what the filters leave. `possible` are the stars of the chosen course, None of all courses."""

    filters: Filters
    layout: str
    period: str
    languages: Sequence[str]
    courses: Sequence[Course]
    layouts: Sequence[str]
    goal: Goal | None
    sessions: int
    minutes: float
    stars: int
    possible: int | None
    lessons: int
    best_cpm: float
    points: Sequence[Point]
    speed: Chart
    accuracy: Chart
    consistency: Chart
    rollover: Chart
    streak: Streak
    weeks: Sequence[Sequence[Day]]
    practised: int
    heat: Sequence[Sequence[HeatKey]]
    keys: Sequence[KeyCost]
    pairs: Sequence[PairCost]
    fingers: Sequence[FingerLoad]
    records: Sequence[Record]


def dashboard_of(user: User, filters: Filters, *, now: datetime) -> Dashboard:
    """The dashboard of one learner, in five queries however much she typed, six with a filter.

    The language chosen narrows the courses, and both narrow the layouts; a filter that fits nothing is as good as none.
    """
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    typed = DailyStat.objects.filter(user=user).values_list("layout", "course").annotate(last=Max("date"))
    left = list(typed.order_by("-last", "layout"))
    known_courses = {one.pk: one for one in Course.objects.filter(pk__in={course for _, course, _ in left})}
    languages = list(dict.fromkeys(_language(name) for name, _, _ in left))
    language = filters.language if filters.language in languages else ""
    left = [(name, of, last) for name, of, last in left if language in ("", _language(name))]
    courses = [known_courses[of] for of in dict.fromkeys(of for _, of, _ in left) if of in known_courses]
    course = next((one for one in courses if one.slug == filters.course), None)
    left = [(name, of, last) for name, of, last in left if course is None or course.pk == of]
    layouts = list(dict.fromkeys(name for name, _, _ in left))
    filters = replace(
        filters,
        language=language,
        course=course.slug if course else "",
        layout=filters.layout if filters.layout in layouts else "",
    )
    layout = filters.layout or next(iter(layouts), "")
    shown = every = practice_of(user)
    if course or filters.layout or filters.language:
        shown = practice_of(user, course=course, layouts=[filters.layout] if filters.layout else layouts)
    period, points = points_of(shown, filters.period)
    weeks = calendar(every, today=today)
    stars, possible = stars_of(user, filters)
    skill = skill_of(user, layout)
    known = costly_keys(skill, layout) if layout else []
    return Dashboard(
        filters=filters,
        layout=layout,
        period=period,
        languages=languages,
        courses=courses,
        layouts=layouts,
        goal=goal_of(every, user.goal_minutes, today=today) if user.goal_minutes else None,
        sessions=sum(stat.sessions for stat in shown),
        minutes=_minutes(shown),
        stars=sum(stars),
        possible=possible,
        lessons=len(stars),
        best_cpm=max((stat.best_cpm for stat in shown), default=0.0),
        points=points,
        speed=chart([point.cpm for point in points]),
        accuracy=chart([point.accuracy for point in points]),
        consistency=chart([point.consistency for point in points if point.consistency is not None]),
        rollover=chart([point.rollover for point in points if point.rollover is not None]),
        streak=streak((stat.date for stat in every), today=today),
        weeks=weeks,
        practised=sum(day.minutes > 0 for week in weeks for day in week),
        heat=heat(layout, known, filters.measure) if known else (),
        keys=known,
        pairs=[pair for pair in costly_pairs(skill, layout) if pair.cost >= LEAST_COST][:MOST_PAIRS]
        if layout
        else (),
        fingers=skill.fingers(strikes(layout)) if layout else (),
        records=[*records(shown), *streak_record(stat.date for stat in every)],
    )


def practice_of(
    user: User, *, course: Course | None = None, layouts: Sequence[str] | None = None
) -> list[Practice]:
    """What a learner typed by day, in order; of everything, or in one course or on some layouts; one query."""
    asked = {
        "user": user.pk,
        "course": course.pk if course else None,
        "layouts": None if layouts is None else list(layouts),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, asked)
        return [Practice._make(row) for row in cursor.fetchall()]


def goal_of(stats: Stats, minutes: int, *, today: date) -> Goal:
    """How a daily goal of so many minutes is met today and in the running week."""
    monday = _start(today, "week")
    typed: defaultdict[date, float] = defaultdict(float)
    for stat in stats:
        if monday <= stat.date <= today:
            typed[stat.date] += stat.duration_ms / 60_000
    return Goal(minutes, typed[today], sum(one >= minutes for one in typed.values()))


def records(days: Stats) -> list[Record]:
    """The fastest run, and of the days, which come in order, the fastest, the most accurate and the longest; the first
    of equals."""
    days = list(days)
    values = {
        "run": [(day.best_cpm, day.date) for day in days],
        "day": [
            (60_000 * day.characters / day.duration_ms, day.date)
            for day in days
            if day.duration_ms >= RECORD_MINUTES * 60_000
        ],
        "accuracy": [
            (day.accuracy_sum / day.characters, day.date)
            for day in days
            if day.characters >= RECORD_CHARACTERS
        ],
        "minutes": [(day.duration_ms / 60_000, day.date) for day in days],
    }
    best = ((kind, max(found, key=lambda one: one[0])) for kind, found in values.items() if found)
    return [Record(kind, value, day) for kind, (value, day) in best if value > 0]


def streak_record(practised: Iterable[date]) -> list[Record]:
    """The longest streak with its last day, if there was one of two days or more."""
    found = longest(practised)
    return [Record("streak", *found)] if found and found[0] > 1 else []


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


def points_of(stats: Stats, period: str) -> tuple[str, list[Point]]:
    """The period shown, and its last `MOST_POINTS` points; for "" the shortest period that has no more."""
    typed = [stat for stat in stats if stat.characters]
    for chosen in (period,) if period else PERIODS:
        if len({_start(stat.date, chosen) for stat in typed}) <= MOST_POINTS:
            break
    return chosen, points_by(chosen, typed)[-MOST_POINTS:]


def points_by(period: str, stats: Stats) -> list[Point]:
    """The days, weeks or months in which something was typed, in order."""
    grouped: defaultdict[date, list[DailyStat | Practice]] = defaultdict(list)
    for stat in stats:
        if stat.characters:
            grouped[_start(stat.date, period)].append(stat)
    return [_point(start, some) for start, some in sorted(grouped.items())]


def _start(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _point(start: date, stats: Sequence[DailyStat | Practice]) -> Point:
    characters = sum(stat.characters for stat in stats)
    even = sum(stat.consistency_characters for stat in stats)
    duration = sum(stat.duration_ms for stat in stats)
    return Point(
        start=start,
        cpm=60_000 * characters / duration if duration else 0.0,
        accuracy=sum(stat.accuracy_sum for stat in stats) / characters if characters else 0.0,
        consistency=sum(stat.consistency_sum for stat in stats) / even if even else None,
        rollover=_rollover(stats),
        minutes=_minutes(stats),
    )


def _rollover(stats: Sequence[DailyStat | Practice]) -> float | None:
    known = sum(stat.rollover_characters for stat in stats)
    return 100 * sum(stat.rollover_sum for stat in stats) / known if known else None


def _minutes(stats: Stats) -> float:
    return sum(stat.duration_ms for stat in stats) / 60_000


def calendar(stats: Stats, *, today: date) -> list[list[Day]]:
    """The last `CALENDAR_WEEKS` weeks, Monday first, the running one last."""
    typed: defaultdict[date, float] = defaultdict(float)
    for stat in stats:
        typed[stat.date] += stat.duration_ms / 60_000
    first = _start(today, "week") - timedelta(weeks=CALENDAR_WEEKS - 1)
    return [
        [_day(first + timedelta(days=7 * week + day), typed, today) for day in range(7)]
        for week in range(CALENDAR_WEEKS)
    ]


def _day(day: date, typed: dict[date, float], today: date) -> Day:
    minutes = typed.get(day, 0.0)
    level = sum(minutes >= least for least in CALENDAR_MINUTES[1:])
    return Day(day, minutes, None if day > today else max(level, int(minutes > 0)))


def skill_of(user: User, layout: str) -> Skill:
    """What is known of a learner's keys on a layout; one query."""
    state = SkillProfile.objects.filter(user=user, layout=layout).values_list("state", flat=True).first()
    return from_state(state or {})


def costly_keys(skill: Skill, layout: str) -> list[KeyCost]:
    """The characters tried often enough to tell, the costliest first."""
    costs = skill.keys_by_cost(_frequency(layout), strikes(layout))
    return [cost for cost in costs if cost.tries >= LEAST_TRIES]


def costly_pairs(skill: Skill, layout: str) -> list[PairCost]:
    """The pairs that cost anything and were tried often enough to tell, the costliest first."""
    costs = skill.pairs_by_cost(_pair_frequency(layout), strikes(layout))
    return [cost for cost in costs if cost.cost > 0 and cost.tries >= LEAST_TRIES]


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


def _frequency(layout: str) -> Callable[[str], float]:
    letters, _ = words.shares(_language(layout))
    return lambda character: letters.get(character, RARE)


def _pair_frequency(layout: str) -> Callable[[str], float]:
    _, pairs = words.shares(_language(layout))
    return lambda pair: pairs.get(pair, 0.0)
