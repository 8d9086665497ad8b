import pytest

from progress.keystrokes.passing import Runs, is_open


def test_the_first_lesson_is_always_open():
    assert is_open(None, first=True)


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        (None, False),
        (Runs(best_stars=0, accurate_runs=0), False),
        (Runs(best_stars=1, accurate_runs=2), False),
        (Runs(best_stars=2, accurate_runs=0), True),
        (Runs(best_stars=5, accurate_runs=0), True),
        (Runs(best_stars=1, accurate_runs=3), True),
    ],
)
def test_two_stars_or_three_accurate_runs_open_the_next(previous, expected):
    assert is_open(previous, first=False) is expected
