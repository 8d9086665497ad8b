import random

import pytest

from progress.logs import Log
from progress.plausibility import Flag, flags, rhythm_digest
from progress.replay import Event, replay


def human_intervals(count, seed=7):
    rng = random.Random(seed)
    return [round(rng.lognormvariate(5, 0.3)) for _ in range(count)]


def judged(intervals, *, age=10**9, source="keyboard", untrusted=False, texts=None, **also):
    text = "a" * (len(intervals) + 1)
    events = tuple(Event(dt, "a") for dt in [0, *intervals])
    if texts:
        events = tuple(Event(event.dt, typed) for event, typed in zip(events, texts, strict=False))
        text = "".join(texts)
    log = Log(1, "t", 1_750_000_000_000, "stop", events, "", source, untrusted)
    return flags(log, replay(text, events, "stop"), ticket_age_ms=age, **also)


def test_a_human_log_has_no_flag():
    assert judged(human_intervals(200)) == ()


def test_typing_cannot_last_longer_than_the_ticket_exists():
    intervals = human_intervals(100)
    assert judged(intervals, age=sum(intervals) - 900) == ()
    assert judged(intervals, age=sum(intervals) - 1100) == (Flag.CLOCK,)


def test_events_made_by_a_script():
    assert judged(human_intervals(30), untrusted=True) == (Flag.UNTRUSTED,)


@pytest.mark.parametrize(("source", "expected"), [("keyboard", (Flag.PASTED,)), ("ime", ()), ("touch", ())])
def test_three_characters_at_one_key_are_pasted_unless_composed(source, expected):
    assert judged([150, 180], source=source, texts=["a", "bcd", "e"]) == expected


def test_two_characters_at_one_key_may_be_a_dead_key():
    assert judged([150, 180], texts=["a", "´b", "e"]) == ()


@pytest.mark.parametrize(("fast", "expected"), [(10, ()), (11, (Flag.BURST,))])
def test_more_than_a_tenth_below_20_ms(fast, expected):
    intervals = [19] * fast + [20] + human_intervals(99 - fast)
    assert len(intervals) == 100
    assert judged(intervals) == expected


def test_no_hand_is_that_even():
    rng = random.Random(3)
    assert judged([round(150 * rng.lognormvariate(0, 0.02)) for _ in range(60)]) == (Flag.STEADY,)
    assert judged([round(150 * rng.lognormvariate(0, 0.1)) for _ in range(60)]) == ()


def test_rhythm_is_judged_from_twenty_intervals_on():
    assert judged([10] * 19) == ()
    assert judged([10] * 20) == (Flag.BURST, Flag.STEADY)


def test_idle_is_more_than_five_seconds():
    assert judged([5000, *human_intervals(30)]) == ()
    assert judged([5001, *human_intervals(30)]) == (Flag.IDLE,)


def test_the_caller_knows_of_repetition():
    assert judged(human_intervals(30), repeated=True) == (Flag.REPEATED,)


def played(intervals, text="a"):
    return replay(text * (len(intervals) + 1), [Event(dt, text) for dt in [0, *intervals]], "stop")


def test_the_digest_knows_the_same_intervals_again_whatever_was_typed():
    intervals = human_intervals(40)
    assert rhythm_digest(played(intervals)) == rhythm_digest(played(intervals, "b"))
    assert rhythm_digest(played(intervals)) != rhythm_digest(played([*intervals[:-1], intervals[-1] + 1]))
    assert len(rhythm_digest(played(intervals))) == 16


def test_the_digest_of_a_short_run_would_tell_nothing():
    assert rhythm_digest(played(human_intervals(19))) is None
    assert rhythm_digest(played(human_intervals(20))) is not None


def test_what_follows_the_end_does_not_change_the_digest():
    intervals = human_intervals(30)
    events = [Event(dt, "a") for dt in [0, *intervals]]
    more = [*events, Event(33, "x"), Event(44, "y")]
    assert rhythm_digest(replay("a" * 31, more, "stop")) == rhythm_digest(replay("a" * 31, events, "stop"))
