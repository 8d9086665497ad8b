"""The pure parts of the figures, and which days a period has."""

from datetime import date, timedelta
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.business.figures import PERIODS, Cohort, cohorts_of, median_place, period_of, retention_of
from progress.business.tests.typing import at
from progress.figures.charts import HEIGHT, WIDTH, path
from progress.models import BusinessDay, Retention
from progress.models.business import STEPS

TODAY = date(2026, 11, 21)


def make_day(day: date, **fields) -> BusinessDay:
    figures: dict = {"durations": [0] * (STEPS + 1)} | dict.fromkeys(
        ("active", "week", "month", "newcomers", "sessions", "duration_ms", "lessons", "passed"), 0
    )
    return BusinessDay.objects.create(date=day, counted_at=at("2026-11-21"), **(figures | fields))


@given(st.lists(st.integers(0, STEPS), max_size=60))
def test_the_median_of_a_histogram_is_that_of_the_values(values):
    counts = [values.count(place) for place in range(STEPS + 1)]
    assert median_place(counts) == (median_low(values) if values else None)


@given(st.lists(st.none() | st.floats(0, 1000), min_size=1, max_size=40))
def test_a_path_has_each_value_within_the_box_and_no_more(values):
    known = [value for value in values if value is not None]
    places = [
        part.removesuffix("h0").split() for part in path(values, top=1000).replace("M", "L").split("L")[1:]
    ]
    assert len(places) == len(known)
    for (x, y), value in zip(places, known, strict=True):
        assert 0 <= float(x) <= WIDTH and float(y) == pytest.approx(HEIGHT * (1 - value / 1000), abs=0.06)


def test_a_path_begins_anew_after_a_gap():
    assert path([1, None, 2], top=2) == f"M0.0 {HEIGHT / 2:.1f}h0M{WIDTH:.1f} 0.0h0"
    assert path([None], top=0) == "" and path([0, 0], top=0).count("L") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("length", PERIODS)
def test_a_period_ends_yesterday_and_is_compared_with_as_many_days_before(length):
    for ago in range(2 * length + 2):
        durations = [2 * length + 2 - ago] * STEPS + [0]
        make_day(
            TODAY - timedelta(days=ago),
            active=2 * length + 1 - ago,
            month=1000,
            sessions=1,
            durations=durations,
        )
    report = period_of(length, today=TODAY)
    assert (report.now.days[0].date, report.now.days[-1].date) == (
        TODAY - timedelta(days=length),
        TODAY - timedelta(days=1),
    )
    assert report.before.days[-1].date == report.now.start - timedelta(days=1)
    assert len(report.before.days) == length and report.today.date == TODAY
    assert [len(step.days) for step in report.steps] == [PERIODS[length]] * (length // PERIODS[length])
    assert report.now.daily == sum(range(length + 1, 2 * length + 1)) / length
    assert sum(report.now.until) - sum(report.now.earlier) == length * STEPS
    assert [one.median_s for one in (report.now, report.before, *report.steps)] == [295] * (
        2 + len(report.steps)
    )
    assert report.now.stickiness == pytest.approx(report.now.daily / 1000)


@pytest.mark.django_db
def test_with_days_missing_nothing_is_compared():
    for ago in range(1, 60):
        make_day(TODAY - timedelta(days=ago), sessions=1)
    assert period_of(30, today=TODAY).before is None
    make_day(TODAY - timedelta(days=60))
    assert period_of(30, today=TODAY).before is not None


@pytest.mark.django_db
def test_before_the_first_day_is_over_there_is_nothing():
    make_day(TODAY, sessions=5)
    report = period_of(30, today=TODAY)
    assert report.is_empty and report.now is None and report.today.sessions == 5
    tomorrow = TODAY + timedelta(days=1)
    assert period_of(30, today=tomorrow).is_empty, "what was counted of it is not the whole day"
    BusinessDay.objects.update(counted_at=at("2026-11-22"))
    assert not period_of(30, today=tomorrow).is_empty


@pytest.mark.django_db
def test_a_missed_midnight_leaves_the_days_before():
    for ago in range(3, 40):
        make_day(TODAY - timedelta(days=ago), sessions=1)
    assert period_of(30, today=TODAY).now.sessions == 30
    assert period_of(91, today=TODAY).now.sessions == 37


@pytest.mark.django_db
def test_a_cohort_is_followed_as_far_as_weeks_are_over():
    first, second = date(2026, 11, 2), date(2026, 11, 9)
    for cohort, week, learners in ((0, 0, 10), (0, 1, 4), (0, 2, 9), (1, 1, 30), (1, 2, 5), (2, 2, 7)):
        Retention.objects.create(
            cohort=first + timedelta(weeks=cohort), week=first + timedelta(weeks=week), learners=learners
        )
    cohorts = cohorts_of(30, today=date(2026, 11, 22))
    assert cohorts == [Cohort(second, [30]), Cohort(first, [10, 4])]
    assert retention_of(cohorts) == [1, 0.4] and cohorts[1].shares == [1, 0.4]
    assert [one.active for one in cohorts_of(30, today=date(2026, 11, 23))] == [[7], [30, 5], [10, 4, 9]]
    assert retention_of([]) == []
