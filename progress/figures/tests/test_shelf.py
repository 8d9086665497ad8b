"""How far a learner is in what she has not achieved yet."""

from datetime import timedelta

import pytest
from django.test import Client

from progress.figures.shelf import AT_ONCE, Record, record_of, shelves
from progress.models import Award, DailyStat, LessonProgress
from progress.tests.practice import make_sessions
from tests.factories import NOW, lesson_of, make_course, make_learner, make_test, signed_in

pytestmark = pytest.mark.django_db


def told(user) -> dict[str, str]:
    """What is said of every achievement under way, by its code."""
    shown = [one for shelf in shelves(user) for one in shelf.achievements]
    return {one.achievement.code: one.progress("wpm") for one in shown if one.is_under_way}


def passes(user, course, *numbers, stars=2):
    LessonProgress.objects.bulk_create(
        LessonProgress(user=user, lesson=lesson_of(course, number), runs=1, best_stars=stars, last_at=NOW)
        for number in numbers
    )


def test_of_a_course_it_counts_the_lessons_passed():
    anna, course = make_learner(), make_course(lessons=6, free=3)
    passes(anna, course, 1, 2)
    passes(anna, course, 3, stars=1)
    said = told(anna)
    assert (said["free-lessons"], said["whole-course"]) == ("2 of 3 lessons", "2 of 6 lessons")


def test_of_two_courses_the_one_in_which_most_is_done():
    anna, course, other = (
        make_learner(),
        make_course(lessons=6, free=6),
        make_course(slug="en", lessons=2, free=2),
    )
    passes(anna, course, 1, 2)
    passes(anna, other, 1)
    assert record_of(anna).lessons == (1, 2)
    passes(anna, course, 3, 4)
    assert record_of(anna).lessons == (4, 6)


def test_of_days_and_of_exercises_in_a_row():
    anna = make_learner()
    for day in range(3):
        DailyStat.objects.create(
            user=anna, date=NOW.date() - timedelta(days=2 * day), layout="ru-jcuken", characters=100
        )
    for ago, accuracy in enumerate([99.0, 98.0, 97.9, 100.0]):
        make_test(anna, accuracy=accuracy, started_at=NOW - timedelta(hours=ago))
    make_test(anna, accuracy=50, ranked=False, started_at=NOW + timedelta(hours=1))
    make_test(anna, accuracy=50, cpm=19, started_at=NOW + timedelta(hours=1))
    said = told(anna)
    assert (said["days-7"], said["accurate-ten"]) == ("3 of 7 days", "2 of 10 exercises")


def test_of_speed_the_fastest_run_that_proves_it_however_many_do_not():
    anna, course = make_learner(), make_course()
    make_sessions(anna, lesson_of(course), count=AT_ONCE + 1, cpm=400.0, accuracy=99.0)
    make_test(anna, cpm=390, accuracy=94.9)
    make_test(anna, cpm=380, ranked=False)
    assert record_of(anna).fastest == 0
    make_test(anna, cpm=250, accuracy=95)
    assert record_of(anna).fastest == 250


def test_what_is_earned_comes_first():
    anna = make_learner()
    [days] = [
        shelf
        for shelf in shelves(anna)
        if any(one.achievement.code == "days-30" for one in shelf.achievements)
    ]
    last = days.achievements[-1].achievement.code
    Award.objects.create(user=anna, code=last, earned_at=NOW)
    first = [next(iter(shelf.achievements)) for shelf in shelves(anna) if shelf.name == days.name]
    assert [one.achievement.code for one in first] == [last] != [days.achievements[0].achievement.code]


def test_who_has_done_nothing_is_told_of_nothing(client: Client):
    make_course()
    anna = make_learner()
    assert told(anna) == {} and record_of(anna) == Record(free_lessons=(0, 2), lessons=(0, 3))
    for visitor in (client, signed_in(anna)):
        page = visitor.get("/achievements/")
        assert page.status_code == 200 and b'class="reached"' not in page.content
    assert client.post("/achievements/").status_code == 405


def test_queries(django_assert_max_num_queries):
    anna, course = make_learner(), make_course(lessons=20, free=10)
    passes(anna, course, *range(1, 20))
    shelves(anna)
    with django_assert_max_num_queries(7):
        shelves(anna)
