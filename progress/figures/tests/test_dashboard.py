from datetime import date, timedelta

import pytest

from lessons import keyboards
from lessons.models import Lesson
from progress.figures.dashboard import Filters, dashboard_of
from progress.figures.days import (
    CALENDAR_WEEKS,
    Goal,
    Practice,
    calendar,
    goal_of,
    points_of,
    practice_of,
    records,
    streak_record,
)
from progress.figures.keys import heat
from progress.figures.reports import report_of
from progress.figures.totals import totals_of
from progress.keystrokes.costs import KeyCost
from progress.models import DailyStat, LessonProgress
from progress.tests.practice import make_sessions, run
from tests.factories import NOW, signed_in


def stat(day, *, minutes=2.0, cpm=150.0, accuracy=96.0, layout="ru-jcuken"):
    characters = round(minutes * cpm)
    return DailyStat(
        date=day,
        layout=layout,
        sessions=1,
        characters=characters,
        duration_ms=round(minutes * 60_000),
        accuracy_sum=accuracy * characters,
        consistency_sum=80 * characters,
        consistency_characters=characters,
        best_cpm=cpm,
    )


def test_five_queries_whatever_the_filters(course, anna, django_assert_num_queries):
    run(anna, course)
    everything = Filters(language="ru", course=course.slug, layout="ru-jcuken")
    # One of them is for who has typed little, as what her last lesson asked of her holds.
    for filters in (Filters(), everything):
        with django_assert_num_queries(5):
            dashboard_of(anna, filters, now=NOW)


def test_lessons_taken_back_leave_the_stars(course, anna):
    run(anna, course)
    Lesson.objects.update(is_published=False)
    LessonProgress.objects.update(best_stars=5)
    board = dashboard_of(anna, Filters(course=course.slug), now=NOW)
    assert (board.stars, board.possible) == (5, None)


def test_the_learners_own_day_is_today(course, anna):
    anna.timezone = "Pacific/Kiritimati"
    anna.save()
    run(anna, course)
    board = dashboard_of(anna, Filters(), now=NOW)
    assert board.streak.days == 1
    assert board.weeks[-1][board.points[-1].start.weekday()].minutes > 0


class TestPoints:
    def test_speed_is_characters_over_time(self):
        period, [point] = points_of(
            [stat(date(2026, 1, 5), minutes=1, cpm=100), stat(date(2026, 1, 5), minutes=3, cpm=200)], "day"
        )
        assert (period, point.cpm, point.minutes) == ("day", pytest.approx(175), 4)

    def test_weeks_begin_on_monday_and_months_on_the_first(self):
        stats = [stat(date(2026, 3, day)) for day in (1, 2, 8, 31)]
        _, weeks = points_of(stats, "week")
        _, months = points_of(stats, "month")
        starts = [date(2026, 2, 23), date(2026, 3, 2), date(2026, 3, 30)]
        assert [point.start for point in weeks] == starts
        assert [point.start for point in months] == [date(2026, 3, 1)]

    @pytest.mark.parametrize(("days", "period"), [(60, "day"), (61, "week"), (500, "month"), (3000, "month")])
    def test_the_period_follows_the_time(self, days, period):
        stats = [stat(date(2018, 1, 1) + timedelta(days=n)) for n in range(days)]
        chosen, points = points_of(stats, "")
        assert chosen == period and len(points) <= 60

    def test_nothing_is_nothing(self):
        assert points_of([], "") == ("day", [])


class TestCalendar:
    def test_it_ends_with_this_week(self):
        today = date(2026, 11, 18)
        weeks = calendar([stat(today), stat(today - timedelta(days=400))], today=today)
        assert len(weeks) == CALENDAR_WEEKS and all(len(week) == 7 for week in weeks)
        days = {day.date: day for week in weeks for day in week}
        assert days[today].level == 1 and days[today + timedelta(days=1)].level is None
        assert sum(day.minutes for day in days.values()) == 2

    @pytest.mark.parametrize(("minutes", "level"), [(0.1, 1), (1, 1), (5, 2), (15, 3), (29.9, 3), (200, 4)])
    def test_longer_is_darker(self, minutes, level):
        today = date(2026, 11, 18)
        day = calendar([stat(today, minutes=minutes)], today=today)[-1][2]
        assert f"heat-{day.level}" == f"heat-{level}"


def test_the_worst_key_is_the_darkest():
    costs = [
        KeyCost(c, 10, ms, errors, cost)
        for c, ms, errors, cost in [("ф", 300, 0.01, 1.0), ("ы", 200, 0.2, 2.0), ("в", 100, 0.1, 9.0)]
    ]
    for measure, worst, best in [("cost", "в", "ф"), ("speed", "ф", "в"), ("errors", "ы", "ф")]:
        levels = {place.key.base: place.level for row in heat("ru-jcuken", costs, measure) for place in row}
        assert (levels[worst], levels[best], levels["я"]) == (4, 1, 0)
    assert keyboards.layout("ru-jcuken").types("ф")


class TestGoal:
    MONDAY = date(2026, 11, 16)

    def test_today_and_the_days_of_this_week(self):
        stats = [
            stat(self.MONDAY - timedelta(days=1), minutes=60),
            stat(self.MONDAY, minutes=8),
            stat(self.MONDAY, minutes=7, layout="en-qwerty"),
            stat(self.MONDAY + timedelta(days=1), minutes=14.9),
            stat(self.MONDAY + timedelta(days=2), minutes=16),
        ]
        goal = goal_of(stats, 15, today=self.MONDAY + timedelta(days=2))
        assert (goal.minutes, goal.today, goal.met) == (15, 16, 2)

    @pytest.mark.parametrize(
        ("typed", "whole", "part"), [(0, 0, 0), (14.9, 14, 14), (15, 15, 15), (21.5, 21, 15)]
    )
    def test_minutes_are_shown_when_they_are_full(self, typed, whole, part):
        goal = Goal(15, typed, 0)
        assert (goal.whole, goal.part) == (whole, part)


class TestRecords:
    DAY = date(2026, 11, 1)

    def found(self, *stats):
        days = [Practice._make(getattr(one, name) for name in Practice._fields) for one in stats]
        return {record.kind: (round(record.value, 1), record.date.day) for record in records(days)}

    def test_each_is_the_best_of_its_kind(self):
        assert self.found(
            stat(self.DAY, minutes=10, cpm=200, accuracy=90),
            stat(self.DAY + timedelta(days=1), minutes=6, cpm=150, accuracy=99),
            stat(self.DAY + timedelta(days=2), minutes=1, cpm=400, accuracy=100),
        ) == {"run": (400, 3), "day": (200, 1), "accuracy": (99, 2), "minutes": (10, 1)}

    def test_of_equals_the_first(self):
        assert (
            self.found(stat(self.DAY, minutes=6), stat(self.DAY + timedelta(days=1), minutes=6))["day"][1]
            == 1
        )

    def test_a_few_keys_or_nothing_but_mistakes_are_no_record(self):
        assert self.found(stat(self.DAY, minutes=0.1)) == {}
        assert set(self.found(stat(self.DAY, minutes=10, accuracy=3.9))) == {"run", "minutes"}

    def test_no_day_is_faster_than_the_fastest_run(self):
        unranked = stat(self.DAY, minutes=10, cpm=400)
        unranked.best_cpm = 0
        found = self.found(unranked, stat(self.DAY + timedelta(days=1), minutes=10, cpm=200))
        assert found["run"] == found["day"] == (200, 2)

    def test_nothing_is_no_record(self):
        assert records([]) == [] == streak_record([])

    def test_the_longest_streak_ends_on_its_last_day(self):
        days = [self.DAY + timedelta(days=n) for n in (0, 1, 2, 9, 10)]
        [record] = streak_record(days)
        assert (record.kind, record.value, record.date) == ("streak", 3, days[2])
        assert streak_record(days[:1]) == []


def test_rollover_is_weighed_by_characters():
    one, other = stat(date(2026, 11, 1)), stat(date(2026, 11, 2))
    one.rollover_characters, one.rollover_sum = 100, 30.0
    _, points = points_of([one, other], "month")
    assert points[0].rollover == 30
    _, points = points_of([other], "day")
    assert points[0].rollover is None


def test_filters_by_language(course, anna):
    run(anna, course)
    DailyStat.objects.create(user=anna, date=NOW.date(), layout="en-dvorak", sessions=7, duration_ms=60_000)
    everything = dashboard_of(anna, Filters(), now=NOW)
    assert set(everything.choices.languages) == {"ru", "en"} and everything.sessions == 8
    english = dashboard_of(anna, Filters(language="en"), now=NOW)
    assert (english.sessions, english.choices.layout, english.stars) == (7, "en-dvorak", 0)
    assert dashboard_of(anna, Filters(language="ru"), now=NOW).stars == everything.stars > 0
    assert dashboard_of(anna, Filters(language="de"), now=NOW).choices.filters.language == ""


def test_the_language_narrows_courses_and_they_the_layouts(course, anna):
    run(anna, course)
    for layout in ("en-dvorak", "ru-jcuken-mac"):
        DailyStat.objects.create(user=anna, date=NOW.date(), layout=layout, sessions=7, duration_ms=60_000)
    russian = dashboard_of(anna, Filters(language="ru"), now=NOW)
    assert set(russian.choices.layouts) == {"ru-jcuken", "ru-jcuken-mac"} and russian.sessions == 8
    assert dashboard_of(anna, Filters(course=course.slug), now=NOW).choices.layouts == ["ru-jcuken"]
    english = dashboard_of(anna, Filters(language="en", course=course.slug, layout="ru-jcuken"), now=NOW)
    assert (english.choices.courses, english.choices.layouts, english.sessions) == ([], ["en-dvorak"], 7)


def test_days_are_summed_over_layouts_and_courses(course, anna):
    values = {name: number for number, name in enumerate(Practice._fields[1:-1], 1)}
    for times, of in ((1, course), (100, None)):
        sums = {name: times * value for name, value in values.items()}
        DailyStat.objects.create(
            user=anna, date=NOW.date(), layout="ru-jcuken", course=of, best_cpm=times, **sums
        )
    [day] = practice_of(anna)
    assert day.best_cpm == 100
    assert all(getattr(day, name) == 101 * value for name, value in values.items() if name in day._fields)
    [alone] = practice_of(anna, course=course)
    assert (alone.sessions, alone.best_cpm) == (values["sessions"], 1)
    assert practice_of(anna, layouts=["ru-jcuken"]) == [day]
    assert practice_of(anna, layouts=[]) == []


class TestDaysOfPractice:
    def test_a_few_keys_are_none(self, course, anna):
        make_sessions(anna, kind="test", minutes=1, cpm=5.0, keystrokes=6, accuracy=100.0, duration_ms=60_000)
        board, totals = dashboard_of(anna, Filters(), now=NOW), totals_of(anna, now=NOW)
        assert board.streak.days == totals.streak.days == board.practised == 0
        assert board.records == totals.records == [] == board.points
        assert report_of(anna, NOW.date() - timedelta(days=NOW.weekday())) is None

    def test_what_was_typed_on_the_whole_day_counts(self, course, anna):
        make_sessions(anna, count=5, cpm=5.0, duration_ms=60_000)
        board = dashboard_of(anna, Filters(), now=NOW)
        assert board.streak.days == board.practised == 1

    @pytest.mark.parametrize(
        ("ranked", "cpm", "said"),
        [
            (True, 150, "best run 30"),
            (False, 165, "best ranked run 30; the speed counts all runs"),
            (None, 150, "no ranked run yet"),
        ],
    )
    def test_a_speed_beyond_the_best_run_says_why(self, course, anna, ranked, cpm, said):
        make_sessions(anna, ranked=ranked is not None)
        make_sessions(anna, ranked=bool(ranked), cpm=float(cpm))
        page = signed_in(anna).get("/dashboard/", headers={"Accept-Language": "en"}).content.decode()
        assert said in page
