from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.figures.streaks import Streak, longest, streak

TODAY = date(2026, 11, 21)


def days(*ago):
    return [TODAY - timedelta(days=n) for n in ago]


@pytest.mark.parametrize(
    ("practised", "expected"),
    [
        ([], Streak(0, 0, 0)),
        (days(0), Streak(1, 1, 0)),
        (days(1), Streak(1, 1, 0)),
        (days(2), Streak(0, 1, 0)),
        (days(0, 1, 2, 2), Streak(3, 3, 0)),
        (days(0, 2), Streak(1, 1, 0)),
        (days(*range(7)), Streak(7, 7, 1)),
        (days(*range(1, 8)), Streak(7, 7, 1)),
        (days(*range(2, 9)), Streak(7, 7, 0)),
        (days(*range(3, 10)), Streak(0, 7, 0)),
        (days(0, *range(2, 9)), Streak(8, 8, 0)),
        (days(*range(40)), Streak(40, 40, 2)),
        (days(0, 3, *range(6, 27)), Streak(1, 22, 0)),
        (days(-1, 0), Streak(2, 2, 0)),
    ],
)
def test_a_streak(practised, expected):
    assert streak(practised, today=TODAY) == expected


@given(st.lists(st.integers(0, 60)), st.integers(0, 60))
def test_one_more_day_never_shortens_it(ago, more):
    before, after = (streak(days(*some), today=TODAY) for some in (ago, [*ago, 0]))
    assert after.days >= before.days and after.longest >= before.longest
    assert 0 <= before.days <= before.longest <= len(set(ago))
    assert streak(days(*ago, more), today=TODAY).longest >= before.longest


@pytest.mark.parametrize(
    ("practised", "expected"),
    [
        ([], None),
        (days(3), (1, TODAY - timedelta(days=3))),
        (days(0, 1, 5, 6), (2, TODAY - timedelta(days=5))),
        (days(0, 1, 2, 8, 9), (3, TODAY)),
        (days(0, *range(2, 9)), (8, TODAY)),
        (days(*range(40)), (40, TODAY)),
    ],
)
def test_the_longest_of_equals_is_the_first(practised, expected):
    assert longest(practised) == expected


@given(st.lists(st.integers(0, 60), min_size=1))
def test_the_longest_ends_on_a_day_of_practice(ago):
    found, last = longest(days(*ago))
    assert last in days(*ago) and found == streak(days(*ago), today=TODAY).longest
    assert streak([day for day in days(*ago) if day <= last], today=last).days == found
