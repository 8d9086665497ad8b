import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plausibility import again, copied, forged, human
from lessons.models import Lesson
from progress.keystrokes.logs import Log, parse_log
from progress.keystrokes.plausibility import Flag, flags, rhythm_digest, same_rhythm
from progress.keystrokes.replay import Event, replay
from progress.models import KeystrokeLog
from progress.recording.record import record_session
from progress.tasks import session_recorded
from tests.factories import NOW, TEXT, make_course, make_learner, make_log, make_ticket
from tests.hands import COPIES, FORGERIES, Typist, sped_up


def human_intervals(count, seed=7):
    rng = random.Random(seed)
    return [round(rng.lognormvariate(5, 0.3)) for _ in range(count)]


def judged(intervals, *, age=10**9, source="keyboard", untrusted=False, texts=None, **also):
    text = "a" * (len(intervals) + 1)
    events = tuple(Event(dt, "a") for dt in [0, *intervals])
    if texts:
        events = tuple(Event(event.dt, typed) for event, typed in zip(events, texts, strict=False))
        text = "".join(texts)
    log = Log(1, "t", 1_750_000_000_000, "stop", events, source, untrusted)
    return flags(log, replay(text, events, "stop"), ticket_age_ms=age, **also)


def test_a_human_log_has_no_flag():
    assert judged(human_intervals(200)) == ()


def test_typing_cannot_last_longer_than_the_ticket_exists():
    intervals = human_intervals(100)
    assert judged(intervals, age=sum(intervals) - 900) == ()
    assert judged(intervals, age=sum(intervals) - 1100) == (Flag.CLOCK,)


@pytest.mark.parametrize(("error", "expected"), [(43_200_000, ()), (43_200_001, (Flag.CLOCK,))])
def test_a_clock_that_is_wrong_by_more_than_half_a_day(error, expected):
    assert judged(human_intervals(30), clock_error_ms=error) == expected


def test_a_clock_put_back_meanwhile():
    assert judged([*human_intervals(30), -1, 150]) == (Flag.CLOCK,)


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


@pytest.mark.parametrize("factor", [0.3, 0.6, 0.9, 1, 1.7])
def test_a_rhythm_made_faster_or_slower_is_the_same(factor):
    intervals = human_intervals(60)
    assert same_rhythm(played(intervals), played([round(ms * factor) for ms in intervals]))


def test_another_rhythm_is_another():
    assert not same_rhythm(played(human_intervals(60, seed=1)), played(human_intervals(60, seed=2)))
    assert not same_rhythm(played(human_intervals(60)), played(human_intervals(61)))
    assert not same_rhythm(played(human_intervals(19)), played(human_intervals(19)))
    assert not same_rhythm(played([100] * 30), played([100] * 30))


@given(st.lists(st.integers(0, 5000), max_size=60), st.lists(st.integers(0, 5000), max_size=60))
def test_sameness_has_no_side(one, other):
    assert same_rhythm(played(one), played(other)) == same_rhythm(played(other), played(one))


def test_evenly_thrown_intervals_are_no_hand_s():
    dice = random.Random(5)
    intervals = [dice.randint(80, 160) for _ in range(200)]
    assert judged(intervals) == (Flag.STEADY,)
    assert judged(intervals, source="ime") == (Flag.STEADY,)


@pytest.mark.parametrize("source", ["keyboard", "ime", "touch"])
def test_words_at_once_are_not_ranked_whatever_enters_them(source):
    intervals = human_intervals(59)
    texts = ["abc" if place % 12 == 5 else "x" for place in range(60)]
    assert Flag.WORDS in judged(intervals, source=source, texts=texts)
    texts[5:] = ["abc", "x", "abc"] + ["x"] * 52
    assert Flag.WORDS not in judged(intervals, source=source, texts=texts)


class TestCorpus:
    """bench/plausibility.py in short; the whole runs there."""

    def test_human_hands_are_believed(self):
        flagged = [number for number in range(600) if human(number)]
        assert len(flagged) <= 1

    def test_a_hand_that_types_a_text_again_does_not_copy_itself(self):
        assert not any(again(number) for number in range(8))

    @pytest.mark.parametrize("kind", FORGERIES)
    def test_naive_forgeries_are_not(self, kind):
        assert sum(bool(forged(kind, number)) for number in range(60)) >= 57

    @pytest.mark.parametrize("kind", COPIES)
    def test_nor_are_copies(self, kind):
        assert sum(bool(copied(kind, number)) for number in range(60)) >= 57


@pytest.mark.django_db
class TestCopies:
    """In the database: the task finds them among the learner's own."""

    def record(self, learner, log, *, after=0):
        lesson = Lesson.objects.select_related("course", "text").get(number=1)
        now = NOW + timedelta(minutes=5 + after)
        ticket = make_ticket(learner, lesson, issued_at=NOW)
        events = [list(event) for event in log.events]
        posted = parse_log(make_log(ticket, events))
        session = record_session(ticket=ticket, learner=learner, log=posted, now=now).session
        session_recorded(str(session.pk))
        session.refresh_from_db()
        return session

    def test_a_sped_up_log_is_found_and_an_honest_one_is_not(self):
        make_course()
        anna, typist, hand = make_learner(), Typist.any(3), random.Random(1)
        typist.mistakes = 0.0
        original = typist.log(TEXT)
        assert self.record(anna, original).ranked
        assert self.record(anna, typist.log(TEXT), after=1).ranked
        copy = self.record(anna, sped_up(original, hand), after=2)
        assert (copy.ranked, copy.flags) == (False, ["repeated"])

    def test_without_the_earlier_keystrokes_it_is_not_judged(self):
        make_course()
        anna, typist = make_learner(), Typist.any(3)
        typist.mistakes = 0.0
        original = typist.log(TEXT)
        self.record(anna, original)
        KeystrokeLog.objects.all().delete()
        assert self.record(anna, sped_up(original, random.Random(1)), after=1).ranked
