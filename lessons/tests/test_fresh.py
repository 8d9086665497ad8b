from hypothesis import given
from hypothesis import strategies as st

from lessons.fresh import text_of_all_letters
from lessons.languages import TYPED


@given(st.sampled_from(sorted(TYPED)), st.integers(0, 10_000), st.integers(10, 600))
def test_every_letter_comes_in_a_text_of_all_letters(language, seed, length):
    alphabet = TYPED[language].alphabet
    text = text_of_all_letters(language, alphabet, length=length, seed=seed)
    assert alphabet <= set(text.lower()) and len(text) >= length and "\n" not in text
    assert text == text_of_all_letters(language, alphabet, length=length, seed=seed)
