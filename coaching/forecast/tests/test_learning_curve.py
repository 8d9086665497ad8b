import math
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.forecast.learning_curve import (
    CHANCES,
    FARTHEST_DAYS,
    HEAD_START,
    PractisedDay,
    forecast,
    learning_curve,
    minutes_a_day,
)
from coaching.forecast.plateau import is_plateau

FIRST = date(2026, 1, 1)


def practice(
    count: int, *, growth: float, minutes: float = 12, cpm: float = 100, scatter: float = 0.05, seed: int = 1
) -> list[PractisedDay]:
    random, level = Random(seed), math.log(cpm) - growth * math.log(HEAD_START)
    days = []
    for place in range(count):
        log = level + growth * math.log(minutes * (place + 0.5) + HEAD_START) + random.gauss(0, scatter)
        days.append(PractisedDay(FIRST + timedelta(days=place), minutes, math.exp(log)))
    return days


some_days = st.lists(
    st.tuples(st.floats(0.1, 120), st.floats(5, 900), st.integers(1, 20)), min_size=0, max_size=40
).map(
    lambda rows: [
        PractisedDay(FIRST + timedelta(days=sum(gap for *_, gap in rows[: place + 1])), minutes, cpm)
        for place, (minutes, cpm, _) in enumerate(rows)
    ]
)


def test_nothing_is_foretold_of_two_days():
    assert learning_curve([]) is None
    assert forecast(practice(2, growth=0.2), 200, today=FIRST) is None
    assert forecast(practice(3, growth=0.2), 200, today=FIRST) is not None


@pytest.mark.parametrize("growth", [0.05, 0.15, 0.25, 0.35])
def test_the_growth_is_found(growth):
    curve = learning_curve(practice(120, growth=growth))
    assert curve.growth.mean == pytest.approx(growth, abs=3 * curve.growth.stdev)
    assert curve.growth.stdev < 0.02


def test_the_dates_cover_what_they_say():
    """Of learners as the model supposes them, so many reach the goal by each date as its chance says."""
    random, by = Random(7), [0, 0, 0]
    learners, days = 400, 15
    for seed in range(learners):
        growth = random.gauss(0.20, 0.10)
        typed = practice(days, growth=growth, scatter=0.08, seed=seed)
        truth = [
            math.log(100) + growth * (math.log(12 * d + HEAD_START) - math.log(HEAD_START))
            for d in range(days, days + FARTHEST_DAYS)
        ]
        goal = math.exp(truth[0] + 0.15)
        told = forecast(typed, goal, today=typed[-1].date)
        for place, wanted in enumerate(told.dates):
            # As far as is looked: what comes later counts as not reached by both.
            left = FARTHEST_DAYS - 1 if wanted is None else (wanted - typed[-1].date).days
            reached = truth[min(left, FARTHEST_DAYS - 1)] >= math.log(goal)
            by[place] += reached and wanted is not None
    shares = [count / learners for count in by]
    assert shares[0] == pytest.approx(0.1, abs=0.06)
    assert shares[1] == pytest.approx(0.5, abs=0.1)
    # Who hardly grows reaches it never; no date is given then.
    assert 0.6 <= shares[2] <= 0.95


@given(some_days, st.floats(10, 1500), st.floats(1.01, 2))
def test_a_farther_goal_takes_longer(days, goal, more):
    today = days[-1].date if days else FIRST
    near, far = forecast(days, goal, today=today), forecast(days, goal * more, today=today)
    if near is None:
        assert far is None
        return
    for one, other in zip(near.dates, far.dates, strict=True):
        assert other is None or (one is not None and one <= other)
    told = [day for day in near.dates if day is not None]
    assert told == sorted(told)
    assert near.dates[: len(told)] == tuple(told)
    assert all(today <= day <= today + timedelta(days=FARTHEST_DAYS) for day in told)


@given(some_days)
def test_a_goal_reached_long_ago_is_of_today(days):
    today = days[-1].date if days else FIRST
    told = forecast(days, 0.5, today=today)
    if told:
        assert told.is_reached
        assert told.dates[0] == today


def test_the_pace_is_that_of_the_last_four_weeks():
    days = [PractisedDay(FIRST, 600, 100), *practice(28, growth=0.2, minutes=14)]
    assert minutes_a_day(days[1:], today=FIRST + timedelta(days=27)) == 14
    assert minutes_a_day(days[1:15], today=FIRST + timedelta(days=27)) == 7
    assert minutes_a_day(days[:1], today=FIRST + timedelta(days=28)) == 0
    assert minutes_a_day(days[:1], today=FIRST + timedelta(days=1)) == 300


def test_without_practice_the_goal_is_out_of_reach():
    days = practice(20, growth=0.2)
    told = forecast(days, 400, today=FIRST + timedelta(days=200))
    assert (told.minutes_a_day, told.dates, told.is_in_reach) == (0, (None,) * len(CHANCES), False)


class TestPlateau:
    def test_a_standstill_is_seen(self):
        assert is_plateau(practice(60, growth=0.0))

    def test_who_came_with_a_speed_of_her_own_is_seen_within_a_month(self):
        stuck = [
            is_plateau(practice(30, growth=0.0, minutes=10, scatter=0.05, seed=seed)) for seed in range(40)
        ]
        assert sum(stuck) >= 30

    def test_slow_growth_is_seldom_taken_for_none(self):
        slow = [
            is_plateau(practice(24, growth=0.12, minutes=6, scatter=0.08, seed=seed)) for seed in range(40)
        ]
        assert sum(slow) <= 4

    def test_growth_is_none(self):
        assert not any(is_plateau(practice(60, growth=0.2, seed=seed)) for seed in range(20))

    def test_a_standstill_after_growth_is_seen(self):
        grown = practice(40, growth=0.25)
        flat = [
            PractisedDay(FIRST + timedelta(days=40 + place), 12, grown[-1].cpm * (0.97 + 0.03 * (place % 3)))
            for place in range(60)
        ]
        assert is_plateau([*grown, *flat])

    @pytest.mark.parametrize(("count", "minutes"), [(6, 60), (40, 1)])
    def test_too_little_is_none(self, count, minutes):
        assert not is_plateau(practice(count, growth=0, minutes=minutes, scatter=0.001))

    def test_the_least_is_enough(self):
        days = practice(30, growth=0, minutes=2, scatter=0.001)
        assert sum(day.minutes for day in days) == 60
        assert is_plateau(days)

    def test_it_takes_a_probability_of_four_in_five(self):
        """Of days that are looked at as one: there are no more than an hour's."""
        chances = []
        for seed in range(60):
            days = practice(10, growth=0.0, minutes=6, seed=seed)
            chances.append(learning_curve(days).growth.cdf(0.05))
            assert is_plateau(days) == (chances[-1] > 0.8)
        assert any(0.8 < one < 0.9 for one in chances) and any(0.7 < one < 0.8 for one in chances)


class TestCeiling:
    def test_a_few_even_days_promise_nothing_unheard_of(self):
        days = practice(4, growth=0.0, cpm=370, minutes=10, scatter=0.001)
        told = forecast(days, 400, today=days[-1].date)
        year = told.curve.practised + 365 * told.minutes_a_day
        assert 370 < told.curve.cpm(year, 0.5) <= told.curve.cpm(year, 0.9) == 600
        assert forecast(days, 601, today=days[-1].date).dates == (None, None, None)

    def test_who_is_beyond_it_has_a_goal_too(self):
        days = practice(40, growth=0.15, cpm=500)
        now = forecast(days, 1, today=days[-1].date).now_cpm
        assert now > 600
        assert forecast(days, 1.1 * now, today=days[-1].date).is_in_reach


@pytest.mark.parametrize("goal", [140, 180, 230, 300])
def test_the_date_is_the_first_day_of_its_chance(goal):
    days = practice(40, growth=0.18)
    today = days[-1].date
    told = forecast(days, goal, today=today)
    for wanted, chance in zip(told.dates, CHANCES, strict=True):
        by_day = (
            day
            for day in range(FARTHEST_DAYS + 1)
            if told.curve.chance(goal, told.curve.practised + told.minutes_a_day * day) >= chance
        )
        first = next(by_day, None)
        assert wanted == (None if first is None else today + timedelta(days=first))
