from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.plans.generator import LENGTH, LINES, drill_text
from lessons.words import frequent

LANGUAGES = st.sampled_from(["ru", "en"])


def letters(language: str) -> list[str]:
    return sorted({letter for word in frequent(language) for letter in word if letter.isalpha()})


@st.composite
def drills(draw):
    language = draw(LANGUAGES)
    learned = draw(st.lists(st.sampled_from(letters(language)), min_size=2, unique=True))
    weak = draw(st.lists(st.sampled_from(learned), min_size=1, max_size=5, unique=True))
    return language, learned, weak, draw(st.integers())


@given(drills())
def test_a_drill_holds_what_it_is_for_in_learned_letters_only(case):
    language, learned, weak, seed = case
    text = drill_text(frequent(language), weak=weak, learned=learned, seed=seed)
    words = text.split()
    assert set(text) <= {*learned, " ", "\n"}
    assert sum(bool(set(word) & set(weak)) for word in words) >= 0.6 * len(words)
    assert all(one != other for one, other in pairwise(words))
    assert LENGTH - 1 <= len(text) <= LENGTH + 20
    assert text.count("\n") == LINES - 1
    assert text == drill_text(frequent(language), weak=weak, learned=learned, seed=seed)


def test_a_drill_of_known_letters_is_made_of_words():
    text = drill_text(frequent("ru"), weak=["к"], learned=letters("ru"), seed=1)
    assert set(text.split()) <= set(frequent("ru"))


def test_other_seeds_give_other_drills():
    texts = {drill_text(frequent("en"), weak=["e"], learned=letters("en"), seed=seed) for seed in range(5)}
    assert len(texts) == 5


@pytest.mark.parametrize(("weak", "learned"), [([], "ао"), (["ж"], "ао"), (["а"], "а")])
def test_nothing_to_drill_is_an_error(weak, learned):
    with pytest.raises(ValueError, match="learned letters"):
        drill_text(frequent("ru"), weak=weak, learned=set(learned), seed=1)
