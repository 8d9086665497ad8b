import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons import keyboards
from lessons.frequencies import characters
from progress.keystrokes.costs import cost_of, known_keys, known_pairs
from progress.keystrokes.fingers import finger_loads
from progress.keystrokes.replay import Event, replay
from progress.keystrokes.skill import Expected, KeySums, Mean, Skill
from progress.keystrokes.skill_states import from_state, to_state
from progress.keystrokes.strikes import Strike, strikes

STRIKES = {
    "a": Strike("left", "little", False),
    "f": Strike("left", "left-index", False),
    "j": Strike("right", "right-index", False),
    "J": Strike("right", "right-index", True),
}


def typed(text, ms=200, *, slips=(), mode="stop"):
    """The replay of typing `text` every `ms`, or each character after the ms listed; a slip first at some places."""
    events = []
    for place, character in enumerate(text):
        if place in slips:
            events.append(Event(ms, "x"))
        events.append(Event(ms[place] if isinstance(ms, list) else ms, character))
    return replay(text, events, mode)


def skill_of(*replays):
    skill = Skill()
    for played in replays:
        skill.add(played, STRIKES)
    return skill


class TestCounting:
    def test_nothing_typed_is_nothing_known(self):
        skill = Skill()
        assert skill.usual_ms is None and skill.error_rate == 0.05
        assert known_keys(skill, "en-qwerty", "en") == known_pairs(skill, "en-qwerty", "en", most=9) == []

    def test_even_typing_has_that_interval(self):
        assert skill_of(typed("fjfjfjfjfj", 200)).usual_ms == pytest.approx(200, rel=1e-3)

    def test_the_first_key_and_what_follows_a_mistake_are_not_timed(self):
        skill = skill_of(typed("fjfjfjfj", 100, slips=[4]))
        assert sum(mean.weight for mean in skill.pairs.values()) == pytest.approx(6, abs=0.1)

    def test_starts_of_words_are_kept_apart(self):
        skill = skill_of(typed("fj jf fj jf", [0, 100, 100, 400, 100, 100, 400, 100, 100, 400, 100]))
        assert math.exp(skill.initial.total / skill.initial.weight) == pytest.approx(400, rel=1e-3)
        assert skill.usual_ms == pytest.approx(100, rel=1e-3)

    @pytest.mark.parametrize("odd", [29, 501, 2001, 60_000])
    def test_what_is_no_interval_is_left_out(self, odd):
        skill = skill_of(typed("fjfjfjfj", [0, 100, 100, 100, odd, 100, 100, 100]))
        assert skill.usual_ms == pytest.approx(100, rel=1e-3)

    def test_a_place_is_tried_once(self):
        skill = skill_of(typed("fjf", slips=[1]))
        assert (skill.keys["j"].tries.weight, skill.keys["j"].tries.total) == (1, 1)
        assert skill.keys["f"].tries.total == 0

    def test_a_corrected_place_in_free_mode_was_missed_once(self):
        events = [Event(0, "f"), Event(100, "x"), Event(100, "\b"), Event(100, "j"), Event(100, "f")]
        skill = skill_of(replay("fjf", events, "free"))
        assert (skill.keys["j"].tries.weight, skill.keys["j"].tries.total) == (1, 1)

    def test_a_mark_belongs_to_its_letter(self):
        skill = skill_of(replay("fа\u0301f", [Event(0, "f"), Event(99, "а\u0301"), Event(99, "f")], "stop"))
        assert "а\u0301" in skill.keys and not skill.pairs

    def test_old_sums_fade_by_half(self):
        mean = Mean()
        for _ in range(4000):
            mean.add(1.0, 1, 400)
        before = mean.total
        mean.add(0.0, 400, 400)
        assert mean.total == pytest.approx(before / 2)


def keys_of(*replays):
    """All keys with what they cost, by character, in their order."""
    return {one.item: one for one in known_keys(skill_of(*replays), "en-qwerty", "en")}


class TestReading:
    def test_a_slow_key_costs_most(self):
        keys = keys_of(*[typed("fjafjafja" * 9, [0, *[150, 450, 150] * 27][:81])] * 5)
        assert next(iter(keys)) == "a"
        assert list(keys.values()) == sorted(keys.values(), key=lambda one: -one.cost)

    def test_a_missed_key_costs_its_errors(self):
        keys = keys_of(*[typed("fj" * 60, slips=range(1, 120, 6))] * 5)
        assert keys["j"].error_rate > keys["f"].error_rate
        assert keys["j"].cost_of_misses > keys["f"].cost_of_misses == 0

    def test_little_data_says_little(self):
        once = skill_of(typed("fjfjfjfjfjafj", [0, *[100] * 9, 900, 100, 100]))
        assert Expected(once, STRIKES).ms("a") < 200
        assert {one.cost for one in known_keys(once, "en-qwerty", "en")} == {None}

    def test_the_cost_is_the_formula(self):
        """What the key loses against such keys, by its pace and by its misses."""
        text = "fafafaja" * 12
        slow = typed(text, [0, *[330, 150] * 48][:96])
        skill = skill_of(*[slow] * 5, typed(text, 200, slips=range(3, 96, 4)))
        key = next(one for one in known_keys(skill, "en-qwerty", "en") if one.item == "a")
        share, expected = characters("en")["a"], Expected(skill, strikes("en-qwerty"))
        beyond = expected.error_rate("a") - skill.error_rate
        assert key.usual_ms == pytest.approx(skill.usual_ms * math.exp(strikes("en-qwerty")["a"].prior))
        assert key.cost_of_misses == pytest.approx(share * 3 * beyond * skill.usual_ms)
        assert key.cost - key.cost_of_misses == pytest.approx(share * (key.ms - key.usual_ms))
        assert key.cost == cost_of(skill, "en-qwerty", "en", "a") > key.cost_of_misses > 0

    def test_no_session_contradicts_what_was_known_by_more_than_a_factor_of_e(self):
        mean = Mean(10, 0)
        mean.add_near(3.0, 10, math.inf)
        assert mean.total / mean.weight == pytest.approx(0.5)


@settings(max_examples=60)
@given(
    sessions=st.lists(
        st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("fjaJ \b")), min_size=1, max_size=60),
        max_size=5,
    ),
    mode=st.sampled_from(["stop", "free"]),
)
def test_any_history_is_stored_exactly_and_counted_on_from_there(sessions, mode):
    replays = [replay("fja Jfaj" * 4, [Event(*entry) for entry in entries], mode) for entries in sessions]
    stored = {}
    for played in replays:
        skill = from_state(json.loads(json.dumps(stored)))
        skill.add(played, STRIKES)
        stored = to_state(skill)
    assert stored == (to_state(skill_of(*replays)) if replays else {})
    for key in known_keys(from_state(stored), "en-qwerty", "en"):
        assert key.ms > 0 and 0 <= key.error_rate <= 1 and (key.cost or 0) >= 0


ORDER = ["left little", "left ring", "left middle", "left index"]
ORDER += [place.replace("left", "right") for place in reversed(ORDER)] + [" thumb"]


def places(loads):
    return [f"{load.hand} {load.finger}" for load in loads]


@pytest.mark.parametrize("code", keyboards.layouts())
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_fingers_share_all_hits(code, data):
    layout = strikes(code)
    text = "".join(data.draw(st.lists(st.sampled_from(sorted(layout)), min_size=3, max_size=60)))
    skill = Skill()
    skill.add(typed(text, slips=data.draw(st.sets(st.integers(0, len(text) - 1)))), layout)
    loads = finger_loads(skill, layout)
    assert places(loads) == [place for place in ORDER if place in places(loads)]
    if loads:
        assert sum(load.share for load in loads) == pytest.approx(1)
    for load in loads:
        assert 0 <= load.error_rate <= 1 and (load.ms is None or load.ms > 0)
        fingers = {
            character for character, strike in layout.items() if _place(strike) == (load.hand, load.finger)
        }
        assert load.share == pytest.approx(sum(text.count(one) for one in fingers) / len(text))


def _place(strike):
    return ("", "thumb") if strike.finger == "thumb" else (strike.hand, strike.finger.rpartition("-")[2])


def test_a_slow_finger_is_slow_and_a_missed_one_missed():
    little, index, _ = finger_loads(skill_of(typed("fja" * 18, [0, *[150, 450, 150] * 18][:54])), STRIKES)
    assert places([little, index]) == ["left little", "left index"] and little.ms > 2 * index.ms
    _, left, right = finger_loads(skill_of(typed("fja" * 18, slips=range(1, 54, 6))), STRIKES)
    assert right.error_rate > left.error_rate == 0 and right.share == pytest.approx(1 / 3)


def test_no_fingers_before_anything_was_typed():
    assert finger_loads(Skill(), STRIKES) == [] == finger_loads(skill_of(typed("xyz")), STRIKES)


VERSION_1 = {
    "v": 1,
    "speed": [2000.0, 2000 * math.log(200)],
    "initial": [300.0, 300 * math.log(320)],
    "keys": {"f": [500.0, 50.0, 480.0, 96.0, 900], "j": [300.0, 0.0, 290.0, -29.0, 400]},
    "pairs": {"fj": [200.0, 40.0]},
    "first": [5.0, 600.0],
    "began": {"f": 300.0},
}


class TestVersion1:
    def test_it_is_read_as_what_it_said(self):
        skill = from_state(VERSION_1)
        assert skill.usual_ms == pytest.approx(200, rel=0.1) and skill.timed == 2000
        assert skill.error_rate == pytest.approx(50 / 800)
        expected = Expected(skill, STRIKES)
        assert expected.ms("f") / expected.ms("j") == pytest.approx(math.exp(0.3), rel=0.05)
        assert (skill.first_cpm, skill.began, skill.keys["f"].hits) == (120, {"f": 300.0}, 900)

    def test_what_comes_after_outweighs_it_soon_and_is_stored_as_version_2(self):
        skill = from_state(VERSION_1)
        for _ in range(10):
            skill.add(typed("fj" * 60, 120), STRIKES)
        state = to_state(skill)
        assert state["v"] == 2 and to_state(from_state(json.loads(json.dumps(state)))) == state
        assert skill.usual_ms == pytest.approx(120, rel=0.1)


@settings(max_examples=40)
@given(
    order=st.permutations(sorted("fjaJ")),
    texts=st.lists(st.text("fjaJ ", min_size=5), min_size=2, max_size=5),
)
def test_the_order_of_keys_in_storage_changes_nothing(order, texts):
    """PostgreSQL's jsonb keeps keys in an order of its own."""
    straight, shuffled = Skill(), Skill()
    for text in texts:
        straight.add(typed(text), STRIKES)
        state = to_state(shuffled)
        state["keys"] = {key: state["keys"][key] for key in [*order, " "] if key in state["keys"]}
        shuffled = from_state(state)
        shuffled.add(typed(text), STRIKES)
    assert to_state(shuffled) == to_state(straight)


class TestIntervals:
    def test_more_strokes_narrow_them_and_surprises_widen_them(self):
        even = skill_of(*[typed("fjfjafja" * 6, 200)] * 8)
        expected = Expected(even, STRIKES)
        assert expected.sd("f", 3) > expected.sd("f", 30) > 0
        uneven = skill_of(*[typed("fjfjafja" * 6, ms) for ms in (150, 400, 160, 390, 150, 420, 140, 400)])
        assert Expected(uneven, STRIKES).sd("f", 30) > 1.5 * expected.sd("f", 30)

    def test_one_odd_session_moves_a_key_by_a_step_only(self):
        text = "fjfjafja" * 6
        skill = skill_of(*[typed(text, 200)] * 5, typed(text, [1900 if c == "a" else 200 for c in text]))
        assert Expected(skill, STRIKES).ms("a") < 2.8 * skill.usual_ms

    @given(tries=st.integers(0, 400), missed=st.floats(0, 1))
    def test_error_rates_lie_within_theirs(self, tries, missed):
        skill = Skill(errors=Mean(100, 5), keys={"f": KeySums(Mean(tries, tries * missed))})
        low, high = Expected(skill, STRIKES).error_interval("f")
        assert 0 <= low <= Expected(skill, STRIKES).error_rate("f") <= high <= 1
