"""What is said of a learner's keys after a run."""

from progress.figures.keys import KnownKeys
from progress.keystrokes.tests import test_costs


def test_only_what_a_run_had_is_a_strength_of_it():
    text = test_costs.TestModel.TEXT
    keys = KnownKeys(test_costs.run(slow="о", text=text, pace=300, slow_pace=140, times=5), test_costs.LAYOUT)
    assert keys.strengths[0].item == "о"
    assert keys.strengths_in(played(text))[0].item == "о"
    assert keys.strengths_in(played("фыва")) == []


def played(text: str):
    return test_costs.typed([(200, letter) for letter in text], text)
