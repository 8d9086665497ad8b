from datetime import timedelta

from coaching.forecast.drawing import WIDTH, drawn
from coaching.forecast.learning_curve import forecast
from coaching.forecast.tests.test_learning_curve import practice


def drawing(goal: float, *, count: int = 20):
    days = practice(count, growth=0.2)
    today = days[-1].date + timedelta(days=1)
    told = forecast(days, goal, today=today)
    return told, drawn(told, days, today=today)


def test_a_goal_ahead_has_its_dates_on_the_line():
    told, shown = drawing(230)
    assert told.is_in_reach and not told.is_reached
    assert len(shown.marks) == sum(day is not None for day in told.dates)
    assert 0 < shown.today < shown.marks[0] <= WIDTH


def test_a_goal_passed_has_no_dot():
    told, shown = drawing(60)
    assert told.is_reached and shown.marks == []


def test_words_beside_today_stand_where_there_is_room():
    _, shown = drawing(230)
    assert shown.today_place == f"{100 * shown.today / WIDTH:.1f}%"
    assert shown.is_mostly_past == (shown.today > WIDTH / 2)
