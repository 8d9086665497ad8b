"""What the texts of tests are like, and that no passage comes again too soon."""

from datetime import timedelta
from itertools import product
from random import Random
from string import digits

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lessons.fresh import MAKEUPS, fresh_text, fresh_words
from lessons.languages import TYPED
from lessons.models import TypingText
from lessons.passages import met_in, passages
from lessons.prose import prose
from progress.exercises.timed_tests import WORDS, Length, timed_exercise
from progress.models import TypingSession
from tests.factories import NOW, make_test


class TestTexts:
    @given(
        st.sampled_from(["ru", "en"]),
        st.sampled_from(["easy", "ordinary", "hard"]),
        st.integers(1, 9000),
        st.integers(),
    )
    def test_they_are_long_enough_and_typeable(self, language, difficulty, length, seed):
        text = fresh_text(language, difficulty, length=length, seed=seed)
        assert length <= len(text) < length + 400
        assert text == text.strip() and "  " not in text and "\n" not in text
        assert text == fresh_text(language, difficulty, length=length, seed=seed)

    @pytest.mark.parametrize("language", TYPED)
    def test_there_is_enough_prose_and_the_hard_one_is_harder(self, language):
        ordinary, hard = prose(language)
        assert sum(map(len, ordinary)) > 10_000 and sum(map(len, hard)) > 5_000
        assert not any(character.isdigit() for line in ordinary for character in line)

    def test_another_seed_is_another_text(self):
        assert len({fresh_text("ru", "ordinary", length=300, seed=seed) for seed in range(50)}) > 40

    @given(
        st.sampled_from(list(TYPED)), st.sampled_from(list(MAKEUPS)), st.sampled_from(WORDS), st.integers()
    )
    def test_one_of_words_has_just_so_many(self, language, difficulty, words, seed):
        text = fresh_words(language, difficulty, words=words, seed=seed)
        assert sum(any(sign.isalnum() for sign in word) for word in text.split()) == words
        assert text == " ".join(text.split()) and (text[-1].isalnum() or text[-1] not in ",;:-")
        assert text == fresh_words(language, difficulty, words=words, seed=seed)

    @pytest.mark.parametrize("language", TYPED)
    @pytest.mark.parametrize("is_met", [False, True])
    def test_one_of_words_ends_within_no_number(self, language, is_met):
        """Be its passages new to the learner or not."""
        known = passages(language, hard=True)
        for words, seed in product(WORDS, range(100)):
            met = Random(seed).sample(known, len(known)) if is_met else ()
            end = fresh_words(language, "hard", words=words, seed=seed, met=met)[-20:]
            assert not end[-1].isdigit() or not any(
                f"{end} {digit}" in one for one in known for digit in digits
            )

    def test_a_few_words_of_prose_begin_a_passage(self):
        texts = {fresh_words("en", "ordinary", words=10, seed=seed) for seed in range(600)}
        assert len(texts) > 150
        assert all(any(one.startswith(text) for one in passages("en", hard=False)) for text in texts)

    @pytest.mark.parametrize("difficulty", ["ordinary", "hard"])
    def test_no_passage_comes_twice_within_fifty_tests_of_a_minute(self, anna, difficulty):
        """Each typed as far as 300 characters reach; then those come again that were met first."""
        met, known = [], passages("ru", hard=difficulty == "hard")
        for number in range(50):
            exercise = timed_exercise(anna, "ru", Length(minutes=1), difficulty)
            body = exercise.text.body
            typed = met_in([(body, 300)], known)
            assert typed and not set(typed) & set(met)
            met += typed
            session = make_test(anna, started_at=NOW + timedelta(minutes=number), difficulty=difficulty)
            text = TypingText.of(body)
            TypingSession.objects.filter(pk=session.pk).update(text=text, keystrokes=300)
        with CaptureQueriesContext(connection) as asked:
            timed_exercise(anna, "ru", Length(minutes=1), difficulty)
        assert len(asked) == 1
