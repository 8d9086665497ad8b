"""What is said of keys and pairs: the reason given is all that their cost is made of."""

import pytest
from django.utils.translation import override

from coaching.wording import cost_sentence, noticed_sentence, weakness_reason
from progress.figures.keys import Noticed
from progress.keystrokes.costs import Weakness


def weakness(item="а", **fields):
    known = {"ms": 235.0, "usual_ms": 200.0, "error_rate": 0.06, "usual_error_rate": 0.04}
    known |= {"cost": 3.2, "cost_of_misses": 0.4, "is_slow": True, "is_missed": False}
    known |= {"low_ms": 0.0, "high_ms": 0.0, "low_error_rate": 0.0, "high_error_rate": 0.0, "tries": 90.0}
    return Weakness(item=item, is_pair=len(item) == 2, **(known | fields))


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def test_it_says_what_a_key_is_measured_by():
    assert (
        weakness_reason(weakness(cost_of_misses=0.01)) == "235\u00a0ms before it; similar keys take you 200"
    )
    pair = weakness("пр", cost_of_misses=0.0)
    assert weakness_reason(pair) == "235\u00a0ms from one to the other; similar pairs take you 200"


def test_misses_are_named_where_they_are_part_of_the_cost():
    assert weakness_reason(weakness()).endswith(", missed 6% of the time; you usually miss 4%")


def test_slowness_likewise():
    missed = weakness(is_slow=False, is_missed=True, cost_of_misses=3.18)
    assert weakness_reason(missed) == "missed 6% of the time; you usually miss 4%"
    assert weakness_reason(weakness(is_slow=False, is_missed=True)).startswith("235\u00a0ms before it; ")


def test_before_costs_are_known_her_own_pace_is_the_measure():
    early = weakness(cost=None, cost_of_misses=None, ms=900.0, usual_ms=500.0)
    assert weakness_reason(early) == cost_sentence(early) == "900\u00a0ms before it; you usually take 500"
    assert cost_sentence(weakness()) == "3.20\u00a0s per 1,000\u00a0characters"


def test_what_a_run_was_like_is_told_without_blame():
    run = Noticed([("о", 7, 22), (",", 3, 4)], [("т", 450.4)])
    told = "Missed most often in this text: “о” 7 of 22, “,” 3 of 4. "
    told += "Slowest in this text: “т” 450\u00a0ms; you usually take 400."
    assert noticed_sentence(run, 400.0) == told
    assert noticed_sentence(Noticed((), [("т", 450.4)]), 400.0).startswith("Slowest")
