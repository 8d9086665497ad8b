from dataclasses import fields
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.keystrokes.replay import Event, replay
from progress.keystrokes.scoring import NothingToScore, Score, curve, next_star, score, stars


def typed(text: str, dt: int, mode="stop"):
    return replay(text, [Event(dt if i else 0, unit) for i, unit in enumerate(text)], mode)


@pytest.mark.parametrize(
    ("cpm", "accuracy", "expected"),
    [
        (110, 97, 5),
        (109.9, 97, 4),
        (110, 96.9, 4),
        (100, 95, 4),
        (99.9, 95, 3),
        (100, 94.9, 3),
        (90, 92, 3),
        (89.9, 92, 2),
        (90, 91.9, 2),
        (70, 88, 2),
        (69.9, 100, 1),
        (200, 87.9, 1),
        (200, 84.9, 1),
        (0, 0, 1),
        (300, 100, 5),
    ],
)
def test_stars_at_their_limits(cpm, accuracy, expected):
    assert stars(cpm, accuracy, target_cpm=100) == expected


@pytest.mark.parametrize("target", [0, -1, float("nan")])
def test_stars_need_a_target(target):
    with pytest.raises(ValueError, match="target_cpm"):
        stars(100, 100, target)


@pytest.mark.parametrize(
    ("text", "events"), [("", []), ("ab", []), ("ab", [Event(0, "\b")]), ("", [Event(0, "a")])]
)
def test_nothing_typed_is_nothing_to_score(text, events):
    with pytest.raises(NothingToScore):
        score(replay(text, events, "free"))


@given(earned=st.integers(1, 4), target=st.integers(1, 1000))
def test_the_next_star_is_what_its_figures_earn(earned, target):
    count, cpm, accuracy = next_star(earned, target)
    assert count == earned + 1 == stars(cpm, accuracy, target)
    assert stars(cpm - 1, accuracy, target) < count > stars(cpm, accuracy - 0.1, target)


def test_nothing_is_wanted_after_five_stars():
    assert next_star(5, 100) is None
    assert next_star(1, 50) == (2, 35, 88)
    with pytest.raises(ValueError):
        next_star(1, 0)


def test_rollover_is_of_characters_whatever_was_deleted_between():
    held, back, rest = Event(0, "x", 500), Event(100, "\b", 60), [Event(100, "a", 50), Event(100, "b", 40)]
    scored = score(replay("ab", [held, back, *rest], "free"))
    assert (scored.rollover, scored.keystrokes, scored.errors, scored.accuracy) == (0.5, 4, 1, 100 * 2 / 3)
    word = score(replay("ab", [held, back._replace(text="\x17"), *rest], "free"))
    assert (word.rollover, word.keystrokes, word.accuracy) == (0.5, 4, 100 * 2 / 3)


def test_the_score_counts_all_keys():
    events = [Event(0, "a"), Event(100, "x"), Event(100, "\b"), Event(100, "b")]
    scored = score(replay("abc", events, "free"))
    assert (scored.errors, scored.keystrokes, scored.duration_ms) == (1, 4, 300)


keys = st.sampled_from(["a", "b", " ", "x", "\b", "\x17", "ab"])
logs = st.lists(st.builds(Event, st.integers(0, 5000), keys, st.none() | st.integers(0, 500)), min_size=1)


@given(text=st.text("ab ", min_size=1, max_size=30), events=logs, mode=st.sampled_from(["stop", "free"]))
def test_figures_keep_to_their_ranges(text, events, mode):
    played = replay(text, events, mode)
    if not played.strokes:
        return
    scored = score(played, {"a": "left", "b": "right"})
    values = {field.name: getattr(scored, field.name) for field in fields(Score)}
    assert all(value is None or (isfinite(value) and value >= 0) for value in values.values())
    for name in ("accuracy", "consistency", "corrected_error_rate", "uncorrected_error_rate"):
        assert values[name] is None or values[name] <= 100
    for name in ("rollover", "hand_alternation"):
        assert values[name] is None or values[name] <= 1
    assert scored.cpm <= scored.raw_cpm
    points = curve(played)
    assert len(points) <= 60
    assert all(isfinite(point) and point >= 0 for point in points)


def test_the_curve_of_steady_typing_is_flat():
    points = curve(typed("a" * 301, 100))
    assert len(points) == 60
    assert points == pytest.approx([600] * 60, rel=0.05)


def test_the_curve_falls_where_mistakes_hold_up():
    events = [Event(100, "a")] * 100 + [Event(100, "x")] * 100 + [Event(100, "a")] * 100
    points = curve(replay("a" * 200, events, "stop"))
    assert points[30] == 0
    assert points[10] == pytest.approx(600, rel=0.05)
    assert points[-1] == pytest.approx(600, rel=0.05)


def test_the_curve_of_a_moment_is_empty():
    assert curve(typed("ab", 0)) == []
    assert curve(typed("a", 100)) == []


def test_the_curve_of_a_short_run_has_two_points():
    assert curve(typed("abc", 150)) == [400, 400]
