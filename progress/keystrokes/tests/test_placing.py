from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from progress.keystrokes.placing import Shown, Step, opened, unknown_letters
from progress.keystrokes.scoring import stars
from progress.keystrokes.tallies import Tries

LETTERS = "abcdef"
letters = st.frozensets(st.sampled_from(LETTERS))
courses = st.lists(st.builds(Step, letters, st.floats(20, 400)), min_size=1, max_size=12)
runs = st.builds(Shown, st.floats(0, 800), st.floats(0, 100), letters)


@given(courses, runs)
def test_some_lesson_is_always_open_and_none_beyond_the_course(course, shown):
    assert 1 <= opened(course, shown) <= len(course)


@given(courses, runs, st.floats(0, 400), st.floats(0, 100), letters)
def test_who_types_better_never_gets_fewer(course, shown, faster, accuracy, more):
    better = Shown(shown.cpm + faster, max(shown.accuracy, accuracy), shown.unknown - more)
    assert opened(course, better) >= opened(course, shown)


@given(courses, runs)
def test_lessons_that_come_later_change_nothing_before(course, shown):
    count = opened(course, shown)
    if count < len(course):
        assert opened(course[:count], shown) == count
    assert opened([*course, replace(course[-1], target_cpm=1000)], shown) >= count


def test_a_letter_that_is_not_known_stops_where_it_is_taught():
    course = [Step(frozenset("ab"), 100), Step(frozenset("c"), 100), Step(frozenset("d"), 100)]
    assert opened(course, Shown(200, 99, frozenset())) == 3
    assert opened(course, Shown(200, 99, frozenset("c"))) == 2
    assert opened(course, Shown(89, 99, frozenset())) == 1
    assert opened(course, Shown(200, 91, frozenset())) == 1


def test_three_stars_are_enough_to_skip_a_lesson():
    """Accurate enough for three stars and no more, at the lesson's speed."""
    course = [Step(frozenset(), 100), Step(frozenset(), 100)]
    run = next(Shown(100, accuracy, frozenset()) for accuracy in range(100) if stars(100, accuracy, 100) == 3)
    assert opened(course, run) == 2
    assert opened(course, replace(run, accuracy=run.accuracy - 1)) == 1


def test_a_slip_is_forgiven_but_not_what_is_missed_more_often_than_not():
    tries = {"a": Tries(1, 1), "B": Tries(2, 2), "b": Tries(1, 0), "c": Tries(4, 2), "d": Tries(2, 0)}
    assert unknown_letters(tries) == {"b"}
