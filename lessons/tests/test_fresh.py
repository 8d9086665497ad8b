import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.fresh import SPACED, text_of_all_letters
from lessons.languages import TYPED

VECTORS = Path(__file__).parents[2] / "tests" / "vectors" / "spaced" / "words.json"


@given(st.sampled_from(sorted(TYPED)), st.integers(0, 10_000), st.integers(10, 600))
def test_every_letter_comes_in_a_text_of_all_letters(language, seed, length):
    alphabet = TYPED[language].alphabet
    text = text_of_all_letters(language, alphabet, length=length, seed=seed)
    assert alphabet <= set(text.lower()) and len(text) >= length and "\n" not in text
    assert text == text_of_all_letters(language, alphabet, length=length, seed=seed)


@pytest.mark.parametrize(("text", "words"), json.loads(VECTORS.read_text()))
def test_words_are_counted_as_the_page_counts_them(text, words):
    assert SPACED.findall(text) == words
