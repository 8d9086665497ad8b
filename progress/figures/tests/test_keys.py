"""What is said of a learner's keys after a run."""

from itertools import pairwise

from progress.figures.keys import KnownKeys
from progress.keystrokes.replay import Event, replay
from progress.keystrokes.skill import Skill
from progress.keystrokes.strikes import strikes
from progress.keystrokes.tests import test_costs

LAYOUT = "ru-jcuken"
TEXT = "кот пора рот пар топор " * 8


def played(*, slow="", missed=()):
    """A text at 200 ms, some letters at 300, each first of those missed at the first four places it comes."""
    events, left = [], dict.fromkeys(missed, 4)
    for letter in TEXT:
        if left.get(letter):
            left[letter] -= 1
            events.append(Event(200, "ж"))
        events.append(Event(300 if letter in slow else 200, letter))
    return replay(TEXT, events, "stop")


def known(times: int, *, stars: int | None = 3) -> KnownKeys:
    skill = Skill()
    for _ in range(times):
        skill.add(played(), strikes(LAYOUT))
    return KnownKeys(skill, LAYOUT, stars)


def test_the_slowest_and_the_most_missed_are_told_three_at_most():
    told = known(5).noticed_in(played(slow="котр", missed="а"))
    assert told.missed == [("а", 4, 16)] and len(told.slow) == 2
    assert {one for one, _ in told.slow} <= set("котр") and told.slow[0][1] >= told.slow[1][1] > 250


def test_nothing_at_five_stars_nor_where_all_went_as_usual():
    run = played(slow="котр", missed="а")
    assert not known(5, stars=5).noticed_in(run)
    assert not known(5).noticed_in(played())


def test_what_is_usual_must_be_known_to_call_a_key_slow():
    told = known(1).noticed_in(played(slow="к", missed="о"))
    assert told.slow == [] and [one for one, *_ in told.missed] == ["о"]


def test_what_is_named_is_not_told_twice():
    weak = known(1)
    for _ in range(5):
        weak.skill.add(played(slow="к", missed="к"), strikes(LAYOUT))
    run = played(slow="к", missed="ко")
    named = weak.named_after(run)
    told = weak.noticed_in(run, named)
    assert "к" in [one.weakness.item for one in named]
    assert "к" not in [one for one, *_ in (*told.missed, *told.slow)]
    assert len(named) + len(told.missed) + len(told.slow) <= 3


def test_of_a_pair_no_misses_are_told():
    """They would be those of its second key, after whatever key."""
    weak, text = known(5), "кот поза топот зола лоза пот " * 8
    events = [Event(500 if before + key == "по" else 200, key) for before, key in pairwise(" " + text)]
    for _ in range(5):
        weak.skill.add(replay(text, events, "stop"), strikes(LAYOUT))
    [pair] = [one for one in weak.named_after(played(missed="о")) if one.weakness.is_pair]
    assert pair.weakness.item == "по" and (pair.tries, pair.missed) == (0, 0) and pair.ms


def test_only_what_a_run_had_is_a_strength_of_it():
    text = test_costs.TestModel.TEXT
    keys = KnownKeys(test_costs.run(slow="о", text=text, pace=300, slow_pace=140, times=5), test_costs.LAYOUT)
    assert keys.strengths[0].item == "о"
    for typed, found in ((text, ["о"]), ("фыва", [])):
        run = test_costs.typed([(200, letter) for letter in typed], typed)
        assert [one.item for one in keys.strengths_in(run)][:1] == found
