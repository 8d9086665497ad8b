"""Which keys are weak: the cost model where there are data, the simple rule before."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.words import frequent
from progress.keystrokes.costs import (
    MODEL_TIMED,
    cost_of,
    known_keys,
    known_pairs,
    predicted_gain,
    weakness_of,
    weaknesses,
)
from progress.keystrokes.logs import whole_milliseconds
from progress.keystrokes.replay import Event, replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.strengths import strengths
from progress.keystrokes.strikes import strikes
from progress.keystrokes.worth import worth_of

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
    return [key.item for key in weak_keys(skill)]


def weak_keys(skill):
    return [one for one in weaknesses(skill, LAYOUT, "ru") if not one.is_pair]


class TestSimpleRule:
    def test_a_clean_quick_run_has_no_weak_key(self):
        assert names(run()) == []

    def test_a_slow_key_is_weak(self):
        (key,) = weak_keys(run(slow="о"))
        assert (key.item, key.is_slow, key.is_missed) == ("о", True, False)
        assert key.ms == pytest.approx(500, rel=0.05)
        assert key.cost is None

    def test_a_missed_key_is_weak_and_comes_first(self):
        keys = weak_keys(run(slow="о", wrong=(0, 2, 4)))
        assert [key.item for key in keys] == ["а", "о"]
        assert keys[0].error_rate == pytest.approx(3 / 12, abs=0.01)

    def test_fifteen_percent_is_not_yet_weak(self):
        text = "а" * 20 + "о" * 20
        assert names(run(wrong=(1, 2, 3), text=text)) == []
        assert names(run(wrong=(1, 2, 3, 4), text=text)) == ["а"]

    def test_nine_tries_say_nothing(self):
        assert names(run(slow="ао", text="ао" * 9)) == []

    def test_spaces_and_line_breaks_are_no_keys_to_drill(self):
        assert set(names(run(slow="ао \n", text="оаорвл роваол\n" * 12))) == {"а", "о"}

    def test_nobody_is_slow_against_her_own_pace(self):
        """A beginner at 600 ms has no slow keys, only those that take her a third longer."""
        assert names(run(pace=600)) == []
        assert names(run(slow="в", text="аорвлп" * 10, pace=600, slow_pace=760)) == []
        assert names(run(slow="в", text="аорвлп" * 10, pace=600, slow_pace=900)) == ["в"]

    def test_what_is_as_fast_as_the_lesson_asks_is_not_slow(self):
        slow = run(slow="в", text="аорвлп" * 10, pace=300, slow_pace=450)
        assert [one.item for one in weaknesses(slow, LAYOUT, "ru", target_cpm=150)] == ["в"]
        assert weaknesses(slow, LAYOUT, "ru", target_cpm=120) == []

    def test_three_misses_are_no_accident_and_two_are(self):
        text = "ао" * 6
        assert names(run(wrong=(0, 2), text="ао" * 10)) == []
        assert names(run(wrong=(0, 2, 4), text="ао" * 10)) == ["а"]
        assert names(run(wrong=(0, 2, 4), text=text)) == []

    def test_where_nothing_was_timed_nothing_is_said(self):
        """Every key was missed at first, and so no interval counts."""
        skill = run(wrong=range(24))
        assert skill.keys["о"].tries.total == 12 and not skill.timed
        assert weaknesses(skill, LAYOUT, "ru") == known_keys(skill, LAYOUT, "ru") == []
        assert weakness_of(skill, LAYOUT, "ru", "о") is None and cost_of(skill, LAYOUT, "ru", "о") == 0

    def test_nobody_is_blamed_at_five_stars(self):
        slow = run(slow="о", wrong=(0, 2, 4))
        assert weaknesses(slow, LAYOUT, "ru", stars=4) != [] == weaknesses(slow, LAYOUT, "ru", stars=5)


class TestModel:
    TEXT = "прокопать короткая попка " * 5

    def test_it_is_the_learners_own_pace_that_counts(self):
        """The simple rule has only weak keys for the slow, and never one for the fast."""
        for pace in (60, 200, 1000):
            skill = run(slow="п", text=self.TEXT, pace=pace, slow_pace=1.9 * pace, times=5)
            assert skill.timed >= MODEL_TIMED
            assert names(skill)[0] == "п" and len(names(skill)) < 4
            assert names(run(text=self.TEXT, pace=pace, times=5)) == []

    def test_it_speaks_as_soon_as_there_are_data_and_not_before(self):
        slow = run(text=self.TEXT, pace=600)
        assert slow.timed < MODEL_TIMED and names(slow) == []
        assert names(run(slow="п", text=self.TEXT, pace=400, slow_pace=700)) == ["п"]
        assert names(run(text=self.TEXT, pace=600, times=5)) == []

    def test_mistakes_make_a_key_weak_too(self):
        text = self.TEXT
        wrong = [place for place, letter in enumerate(text) if letter == "к"][::2]
        (key, *_) = weak_keys(run(text=text, wrong=wrong, times=5))
        assert key.item == "к" and key.is_missed and not key.is_slow and key.cost > 0.05

    def test_the_share_missed_is_what_was_seen(self):
        """However surprising: somebody missed half of them, and is told so."""
        text = self.TEXT
        places = [place for place, letter in enumerate(text) if letter == "к"]
        (key, *_) = weak_keys(run(text=text, wrong=places[::2], times=5))
        assert key.error_rate == pytest.approx(len(places[::2]) / len(places), abs=0.01)
        assert key.low_error_rate <= key.error_rate <= key.high_error_rate

    @given(seed=st.integers(0, 10_000), misses=st.sampled_from([0.0, 0.02, 0.05]))
    @settings(max_examples=25)
    def test_chance_names_hardly_any_key(self, seed, misses):
        """Every key at one pace and missed alike: no more than one of thirty keys is named by chance."""
        assert len(names(simulated(seed, misses=misses))) <= 1

    def test_of_many_even_hands_hardly_one_is_blamed(self):
        """All keys and pairs alike, the intervals more uneven than the model expects."""
        blamed = [
            [one.item for one in weaknesses(simulated(seed, misses=0.08, spread=0.5), LAYOUT, "ru")]
            for seed in range(40)
        ]
        assert sum(map(bool, blamed)) <= 1, blamed

    def test_a_truly_weak_key_is_named_first(self):
        for weak, fields in (("р", {"slow": 1.7}), ("к", {"missed": 0.3})):
            found = [names(simulated(seed, misses=0.02, weak=weak, **fields)) for seed in range(30)]
            assert sum(one[:1] == [weak] for one in found) >= 24, found

    def test_a_capital_is_not_blamed_for_its_shift(self):
        """Never timed, as it begins every sentence, or timed at the pace Shift takes."""
        text = "Прокопать короткую Петину тропу. " * 4
        assert "П" not in names(run(text=text, times=5))
        inside = "кППк тППт " * 8 + "прокопать " * 8
        assert "П" not in names(run(slow="П", text=inside, pace=200, slow_pace=270, times=4))


def simulated(
    seed: int, *, misses: float, weak: str = "", slow: float = 1.0, missed: float = 0.0, spread: float = 0.3
) -> Skill:
    """Somebody's statistics after five exercises of 400 characters of ordinary words at 230 ms."""
    hand, skill = Random(seed), Skill()
    for _ in range(5):
        text = " ".join(hand.choices(frequent("ru")[:1500], k=75))[:400].strip()
        steps = []
        for letter in text:
            pace = 230 * hand.lognormvariate(0, spread) * (slow if letter == weak else 1)
            if letter.isalpha() and hand.random() < (missed if letter == weak and missed else misses):
                steps.append((pace, "ж" if letter != "ж" else "х"))
            steps.append((pace, letter))
        skill.add(typed(steps, text), strikes(LAYOUT))
    return skill


class TestPairs:
    def test_a_slow_pair_is_a_weakness(self):
        """п is slow after о only."""
        steps = []
        text = "попка капля лапа апрель шапка " * 12
        for place, letter in enumerate(text):
            steps.append((420 if text[place - 1 : place + 1] == "оп" else 200, letter))
        skill = Skill()
        for _ in range(4):
            skill.add(typed(steps, text), strikes(LAYOUT))
        (found, *_) = [one for one in weaknesses(skill, LAYOUT, "ru") if one.is_pair]
        assert found.item == "оп" and found.is_slow and found.cost > 0.05
        assert found.low_ms < found.ms < found.high_ms
        (first, *_) = known_pairs(skill, LAYOUT, "ru", most=3)
        assert first == found == weakness_of(skill, LAYOUT, "ru", "оп")

    def test_pairs_and_keys_stand_in_one_list_by_cost(self):
        found = weaknesses(simulated(1, misses=0.02, weak="р", slow=1.9), LAYOUT, "ru")
        assert [one.cost for one in found] == sorted((one.cost for one in found), reverse=True)


class TestGain:
    @given(strokes=st.integers(0, 2000), more=st.integers(1, 2000))
    def test_more_practice_gains_more_and_never_all(self, strokes, more):
        (weak, *_) = weaknesses(run(slow="п", text=TestModel.TEXT, slow_pace=420, times=5), LAYOUT, "ru")
        assert predicted_gain(weak, 0) == 0
        assert 0 <= predicted_gain(weak, strokes) < predicted_gain(weak, strokes + more) < weak.cost

    def test_nothing_is_promised_where_the_cost_is_not_known(self):
        (weak,) = weaknesses(run(slow="о"), LAYOUT, "ru")
        assert predicted_gain(weak, 100) == 0


class TestStrengths:
    def test_a_quick_key_is_one_and_a_quick_key_often_missed_is_not(self):
        text = TestModel.TEXT
        quick = run(slow="о", text=text, pace=300, slow_pace=140, times=5)
        assert strengths(quick, LAYOUT, "ru")[0].item == "о"
        wrong = [place for place, letter in enumerate(text) if letter == "о"][::3]
        missed = run(slow="о", wrong=wrong, text=text, pace=300, slow_pace=140, times=5)
        assert "о" not in [one.item for one in strengths(missed, LAYOUT, "ru")]

    def test_even_typing_has_none_and_few_data_too(self):
        assert strengths(run(text=TestModel.TEXT, times=5), LAYOUT, "ru") == []
        assert strengths(run(slow="о", slow_pace=100), LAYOUT, "ru") == []


class TestWorth:
    TEXT = " ".join(frequent("ru")[:60])

    def worth(self, skill):
        return worth_of(skill, LAYOUT, "ru")

    def test_words_with_what_is_slow_or_missed_are_worth_more(self):
        usual, slow = self.worth(run(text=self.TEXT)), self.worth(run(slow="т", text=self.TEXT))
        missed = self.worth(
            run(wrong=[place for place, one in enumerate(self.TEXT) if one == "т"], text=self.TEXT)
        )
        for worth in (slow, missed):
            assert worth("тот", "") / worth("сон", "") > 1.1 * usual("тот", "") / usual("сон", "")

    def test_rare_letters_are_worth_little_however_slow(self):
        worth = self.worth(run(slow="щ", text=self.TEXT + " щи борщ плащ"))
        assert worth("ещё", "") < worth("это", "")

    def test_pace_alone_changes_nothing(self):
        slow, fast = (self.worth(run(text=self.TEXT, pace=pace)) for pace in (400, 100))
        for word in frequent("ru")[:100]:
            assert slow(word, "") == pytest.approx(fast(word, ""), rel=0.01)

    def test_before_anything_was_typed_the_layout_tells(self):
        worth = self.worth(Skill())
        assert all(worth(word, "") > 0 for word in frequent("ru")[:100])

    def test_a_key_struck_just_before_is_worth_less_than_one_long_ago(self):
        worth = self.worth(Skill())
        other = "сумма сумма сумма"
        assert worth("лето", "лето") < worth("лето", f"лето {other}") < worth("лето", other * 3)
        for strokes in (2, 10, 39):
            assert worth("о", f"о{'у' * (strokes - 2)}") / worth("о", "") == pytest.approx(
                1 - math.exp(-strokes / 10)
            )
