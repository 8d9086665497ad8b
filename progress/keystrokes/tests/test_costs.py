"""Which keys are weak: the cost model where there are data, the simple rule before."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from progress.keystrokes.costs import MODEL_TIMED, MOST_WEAK, costly_keys, weak_keys
from progress.keystrokes.logs import whole_milliseconds
from progress.keystrokes.replay import Event, replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes

LAYOUT = "ru-jcuken"
TEXT = "ао" * 12


def typed(steps: list[tuple[float, str]], text: str):
    times = whole_milliseconds([dt for dt, _ in steps])
    return replay(text, [Event(dt, key) for dt, (_, key) in zip(times, steps, strict=True)], "stop")


def run(
    slow: str = "", wrong=(), text: str = TEXT, *, pace: float = 200, slow_pace: float = 500, times: int = 1
):
    """The statistics of somebody who typed a text `times` over."""
    steps = []
    for position, letter in enumerate(text):
        if position in wrong:
            steps.append((pace, "ж"))
        steps.append((slow_pace if letter in slow else pace, letter))
    skill = Skill()
    for _ in range(times):
        skill.add(typed(steps, text), strikes(LAYOUT))
    return skill


def names(skill) -> list[str]:
    return [key.character for key in weak_keys(skill, LAYOUT, "ru")]


class TestSimpleRule:
    def test_a_clean_quick_run_has_no_weak_key(self):
        assert names(run()) == []

    def test_a_slow_key_is_weak(self):
        (key,) = weak_keys(run(slow="о"), LAYOUT, "ru")
        assert (key.character, key.is_slow, key.is_missed) == ("о", True, False)
        assert key.ms == pytest.approx(500, rel=0.05)
        assert key.cost is None

    def test_a_missed_key_is_weak_and_comes_first(self):
        keys = weak_keys(run(slow="о", wrong=(0, 2)), LAYOUT, "ru")
        assert [key.character for key in keys] == ["а", "о"]
        assert keys[0].error_rate == pytest.approx(2 / 12, abs=0.01)

    def test_fifteen_percent_is_not_yet_weak(self):
        text = "а" * 20 + "о" * 20
        assert names(run(wrong=(1, 2, 3), text=text)) == []
        assert names(run(wrong=(1, 2, 3, 4), text=text)) == ["а"]

    def test_nine_tries_say_nothing(self):
        assert names(run(slow="ао", text="ао" * 9)) == []

    def test_spaces_and_line_breaks_are_no_keys_to_drill(self):
        assert set(names(run(slow="ао \n", text="оао оао\n" * 12))) == {"а", "о"}


class TestModel:
    TEXT = "прокопать короткая попка " * 5

    def test_it_is_the_learners_own_pace_that_counts(self):
        """The simple rule has only weak keys for the slow, and never one for the fast."""
        for pace in (60, 200, 1000):
            skill = run(slow="п", text=self.TEXT, pace=pace, slow_pace=1.9 * pace, times=5)
            assert skill.speed.weight >= MODEL_TIMED
            assert names(skill)[0] == "п" and len(names(skill)) < 4
            assert names(run(text=self.TEXT, pace=pace, times=5)) == []

    def test_it_speaks_as_soon_as_there_are_data_and_not_before(self):
        slow = run(text=self.TEXT, pace=600)
        assert slow.speed.weight < MODEL_TIMED and len(names(slow)) == MOST_WEAK
        assert names(run(text=self.TEXT, pace=600, times=5)) == []

    def test_mistakes_make_a_key_weak_too(self):
        text = self.TEXT
        wrong = [place for place, letter in enumerate(text) if letter == "к"][::2]
        (key, *_) = weak_keys(run(text=text, wrong=wrong, times=5), LAYOUT, "ru")
        assert key.character == "к" and key.is_missed and not key.is_slow and key.cost > 0.05

    @given(
        slow=st.sets(st.sampled_from("прокатья"), max_size=4),
        factor=st.floats(1.0, 3.0),
        pace=st.floats(80, 900),
    )
    def test_weak_keys_are_among_the_costly_ones_in_their_order(self, slow, factor, pace):
        skill = run(slow="".join(slow), text=self.TEXT, pace=pace, slow_pace=pace * factor, times=6)
        assume(skill.speed.weight >= MODEL_TIMED)
        order = [key.character for key in costly_keys(skill, LAYOUT, "ru")]
        weak = names(skill)
        assert len(weak) <= MOST_WEAK
        assert weak == sorted(weak, key=order.index)
