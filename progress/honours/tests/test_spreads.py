import uuid

from accounts.models import User
from progress.honours import spreads
from progress.models import LessonProgress, Spread, TypingSession
from progress.tasks import roll_up
from tests.factories import NOW, make_course, make_test


def crowd(count=spreads.LEAST_LEARNERS) -> list[User]:
    return [User.objects.create_guest(uuid.uuid4(), now=NOW) for _ in range(count)]


def test_a_lesson_is_compared_with_everybody_s_best(anna):
    lesson = make_course().lessons.get(number=1)
    for n, learner in enumerate(crowd(100), 1):
        LessonProgress.objects.create(user=learner, lesson=lesson, best_cpm=n, runs=1, last_at=NOW)
    spreads.count_spreads(now=NOW)
    typed = TypingSession(
        kind="lesson", lesson=lesson, layout="ru-jcuken", ranked=True, accuracy=95, cpm=75.5
    )
    assert spreads.comparison(typed) == spreads.Comparison(75, 100)
    assert (
        spreads.comparison(
            TypingSession(kind="lesson", lesson=lesson, layout="ru-jcuken", ranked=True, accuracy=95, cpm=0.5)
        ).percent
        == 0
    )
    assert (
        spreads.comparison(
            TypingSession(kind="lesson", lesson=lesson, layout="ru-jcuken", ranked=True, accuracy=95, cpm=500)
        ).percent
        == 99
    )


def test_among_few_no_more_is_said_than_is_true(anna):
    lesson = make_course().lessons.get(number=1)
    for n, learner in enumerate([anna, *crowd(20)]):
        cpm = 290 if learner == anna else 100 + 9 * n
        LessonProgress.objects.create(user=learner, lesson=lesson, best_cpm=cpm, runs=1, last_at=NOW)
    spreads.count_spreads(now=NOW)

    def percent(cpm: float) -> int:
        typed = TypingSession(
            kind="lesson", lesson=lesson, layout="ru-jcuken", ranked=True, accuracy=95, cpm=cpm
        )
        return spreads.comparison(typed).percent

    assert [percent(cpm) for cpm in (100, 110, 199.5, 289, 300)] == [0, 4, 52, 95, 99]


def test_tests_are_compared_by_language_and_learner(anna):
    for n, learner in enumerate(crowd(50), 1):
        make_test(learner, cpm=n, layout="en-dvorak" if n % 2 else "en-qwerty")
        make_test(learner, cpm=n / 2)
        make_test(learner, cpm=1000, ranked=False)
        make_test(learner, cpm=1000, accuracy=50)
        make_test(learner, cpm=1000, difficulty="easy")
    roll_up()
    own = make_test(anna, cpm=25.2)
    assert spreads.comparison(own) == spreads.Comparison(50, 50)
    assert spreads.comparison(make_test(anna, cpm=25, layout="ru-jcuken")) is None


def test_too_few_tell_nothing(anna):
    for learner in crowd(spreads.LEAST_LEARNERS - 1):
        make_test(learner, cpm=100)
    spreads.count_spreads(now=NOW)
    assert not Spread.objects.exists()
    assert spreads.comparison(make_test(anna)) is None


def test_drills_and_flagged_runs_are_not_compared(anna):
    for learner in crowd():
        make_test(learner)
    spreads.count_spreads(now=NOW)
    assert spreads.comparison(make_test(anna)) is not None
    assert spreads.comparison(make_test(anna, flags=["idle"], ranked=False)) is None
    assert spreads.comparison(make_test(anna, kind="drill", minutes=None)) is None
