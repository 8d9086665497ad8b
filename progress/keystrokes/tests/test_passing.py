import pytest

from progress.keystrokes.passing import ACCURATE, ACCURATE_RUNS_TO_PASS, STARS_TO_PASS, Runs, is_open


def test_the_first_lesson_is_always_open():
    assert is_open(1, None, {})


def test_a_lesson_typed_once_stays_open():
    assert is_open(2, 1, {2: Runs(1, 0)})


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        (Runs(best_stars=0, accurate_runs=0), False),
        (Runs(best_stars=1, accurate_runs=2), False),
        (Runs(best_stars=2, accurate_runs=0), True),
        (Runs(best_stars=5, accurate_runs=0), True),
        (Runs(best_stars=1, accurate_runs=3), True),
    ],
)
def test_two_stars_or_three_accurate_runs_pass_a_lesson_and_open_the_next(previous, expected):
    assert previous.is_passed is is_open(2, 1, {1: previous}) is expected


def test_another_lesson_opens_nothing():
    assert not is_open(3, 2, {1: Runs(5, 9)})


def test_what_is_told_is_the_rule():
    """Sentences with the rule's numbers in words, and their translations: change them with it.

    progress/refusals.py, progress/templates/progress/_result.html and delete.html, templates/home.html
    """
    assert (STARS_TO_PASS, ACCURATE_RUNS_TO_PASS, ACCURATE) == (2, 3, 95)
