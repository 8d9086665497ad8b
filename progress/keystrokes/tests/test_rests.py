"""Rests between lines: a wait there is as long as the run's mean one at most."""

from hypothesis import given
from hypothesis import strategies as st

from progress.keystrokes.replay import Event, replay, without_rests
from progress.keystrokes.scoring import score

LINES = "ab\ncd\nef"


def typed(*waits: int, keys: str = LINES) -> list[Event]:
    return [Event(wait, key) for wait, key in zip(waits, keys, strict=True)]


def waits(events, *, text=LINES, mode="stop"):
    return [event.dt for event in without_rests(text, events, mode)]


def test_waits_around_line_ends_are_the_mean_of_the_others_at_most():
    assert waits(typed(0, 100, 9000, 8000, 200, 50, 7000, 300)) == [0, 100, 200, 200, 200, 50, 200, 300]


def test_an_even_run_keeps_its_speed_however_long_the_rests_are():
    even = typed(0, *[250] * 7)
    rested = typed(0, 250, 20_000, 20_000, 250, 20_000, 20_000, 250)
    speeds = [score(replay(LINES, without_rests(LINES, run, "stop"), "stop")).cpm for run in (even, rested)]
    assert speeds == [240.0, 240.0]


def test_a_wrong_key_ends_the_rest():
    events = [Event(0, "a"), Event(100, "b"), Event(100, " "), Event(5000, "x"), Event(400, "c")]
    assert waits(events, text="ab\ncd") == [0, 100, 100, 250, 400]


def test_who_goes_back_and_on_again_rests_once():
    events = [Event(0, "a"), Event(100, "\n"), Event(5000, "\b"), Event(200, "\n"), Event(300, "b")]
    assert waits(events, text="a\nbc", mode="free") == [0, 100, 250, 200, 300]


def test_a_pause_within_a_line_stays():
    assert waits(typed(0, 3000, 100, 100, 100, keys="ab\ncd"), text="ab\ncd")[1] == 3000


@given(
    st.lists(st.tuples(st.integers(-50, 20_000), st.sampled_from([*LINES, "\b", "x"])), max_size=25),
    st.sampled_from(["stop", "free"]),
)
def test_what_was_left_out_stays_so(keys, mode):
    events = [Event(*key) for key in keys]
    once = without_rests(LINES, events, mode)
    assert once == without_rests(LINES, once, mode)
    assert [event[1:] for event in once] == [event[1:] for event in events]
    assert all(new.dt <= old.dt for new, old in zip(once, events, strict=True))
