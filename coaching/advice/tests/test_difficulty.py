import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.advice.difficulty import Level, Run, aim, difficulty, usual_cpm

runs = st.lists(st.builds(Run, st.integers(1, 400), st.floats(50, 100), st.floats(20, 600)), max_size=8)


@pytest.mark.parametrize(
    ("typed", "level", "target"),
    [
        ([], Level.SAME, 200),
        ([Run(299, 99, 250)], Level.SAME, 200),
        ([Run(300, 97.1, 200)], Level.MORE, 210),
        ([Run(300, 97, 250)], Level.SAME, 200),
        ([Run(300, 99, 199.9)], Level.SAME, 200),
        ([Run(300, 91.9, 250)], Level.LESS, 200),
        ([Run(300, 92, 250)], Level.SAME, 200),
        ([Run(30, 87.9, 100), Run(30, 87.9, 100)], Level.TWO_KEYS, 200),
        ([Run(30, 87.9, 100), Run(29, 87.9, 100)], Level.SAME, 200),
        ([Run(30, 87.9, 100), Run(30, 88.1, 100)], Level.SAME, 200),
        ([Run(60, 87.9, 100)], Level.LESS, 200),
        ([Run(59, 50, 100)], Level.SAME, 200),
        ([Run(150, 98, 260), Run(150, 97, 150), Run(300, 50, 10)], Level.MORE, 210),
    ],
)
def test_borders(typed, level, target):
    found = difficulty(typed, 200)
    assert (found.level, found.target_cpm) == (level, pytest.approx(target))


@given(runs, st.floats(20, 600))
def test_more_is_asked_only_of_the_exact(typed, target):
    found = difficulty(typed, target)
    assert found.target_cpm == target or (found.accuracy > 97 and usual_cpm(typed) >= target)


@given(runs, st.floats(20, 600))
def test_better_runs_never_make_it_easier(typed, target):
    order = [Level.TWO_KEYS, Level.LESS, Level.SAME, Level.MORE]
    better = [Run(run.keystrokes, min(100.0, run.accuracy + 5), run.cpm * 1.1) for run in typed]
    assert order.index(difficulty(better, target).level) >= order.index(difficulty(typed, target).level)


@pytest.mark.parametrize(("last", "expected"), [(None, 100), (117, 117), (118, 100), (85, 85), (84, 100)])
def test_whoever_is_far_from_it_aims_at_her_own_speed(last, expected):
    assert aim([Run(400, 95, 100)], last) == expected
