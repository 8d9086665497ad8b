"""Texts of the words worth most: the rules of a text with them, and that they are indeed worth more."""

import time
from itertools import pairwise
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons import frequencies, words
from lessons.languages import TYPED
from lessons.text_maker import LEAST_RATE, MOST_RATE, STRIKES, WORST_STRIKES, Wish, make_text
from lessons.text_pieces import pieces_in, strikes, words_of
from lessons.worthwhile import Bounds, worthwhile

SIGNS = frozenset('.,;!?()"0123456789')


def worth_by(seed: int):
    """Some learner's: every letter gains what the dice say."""
    dice = Random(seed)
    gains = {
        letter: dice.random() ** 3 for language in TYPED.values() for letter in sorted(language.alphabet)
    }
    return lambda word, _="": sum(gains.get(letter, 0.0) for letter in word) / (len(word) + 1)


@st.composite
def wishes(draw, *, small=False):
    language = draw(st.sampled_from(sorted(TYPED)))
    letters = TYPED[language].alphabet
    every = (
        letters | {letter.upper() for letter in letters} | SIGNS
        if not small and draw(st.booleans())
        else letters
    )
    pairs = sorted(pair for pair in frequencies.pairs(language) if every.issuperset(pair))
    return Wish(
        language=language,
        letters=every,
        weak=draw(
            st.dictionaries(
                st.sampled_from(sorted(every)) | st.sampled_from(pairs), st.floats(0.01, 10), max_size=4
            )
        ),
        length=draw(st.integers(60, 500)),
        avoid=frozenset(draw(st.lists(st.sampled_from(words.frequent(language)), max_size=600))),
        seed=draw(st.integers()),
        frequent=3000,
        worth=worth_by(draw(st.integers(0, 9))),
    )


@given(wishes())
@settings(max_examples=50)
def test_what_is_named_keeps_the_rules(wish):
    made = make_text(wish)
    assert made == make_text(wish)
    assert set(made.text) <= wish.letters | {" ", "\n"} and len(made.text) >= wish.length - 1
    known = sum(frequencies.characters(wish.language).get(letter, 1e-5) for letter in wish.letters | {" "})
    for place, item in enumerate(made.items):
        assert item.item in wish.weak
        assert item.strikes == strikes(item.item, made.text) >= (STRIKES if place else WORST_STRIKES)
        assert item.share >= LEAST_RATE * item.natural
        if len(item.item) == 1:
            assert item.strikes <= max(MOST_RATE * item.natural / known * len(made.text), WORST_STRIKES + 1)


@given(wishes(small=True))
def test_words_come_once_and_none_that_is_avoided(wish):
    made = make_text(wish).text.split()
    assert len(set(made)) == len(made)
    assert not wish.avoid & words_of(" ".join(made))
    assert set(made) <= set(pieces_in(wish.language, wish.letters).words[:3000])


@pytest.mark.parametrize("language", sorted(TYPED))
def test_every_weak_letter_is_named(language):
    for letter in TYPED[language].alphabet:
        made = make_text(
            Wish(
                language=language,
                letters=TYPED[language].alphabet,
                weak={letter: 1.0},
                length=300,
                worth=worth_by(1),
            )
        )
        assert [item.item for item in made.items] == [letter]


@pytest.mark.parametrize("weak", [{}, {"e": 1.0, "th": 0.5}])
def test_they_are_worth_more(weak):
    worth = worth_by(3)
    wish = {"language": "en", "letters": TYPED["en"].alphabet, "weak": weak, "length": 400, "frequent": 3000}
    by_worth, ordinary = (
        mean(worth(word) for word in make_text(Wish(**wish, worth=one)).text.split()) for one in (worth, None)
    )
    assert by_worth > 1.5 * ordinary


def test_capitals_and_digits_come_among_words_worth_most():
    worth = worth_by(3)
    wish = {"language": "en", "letters": TYPED["en"].alphabet | SIGNS, "weak": {"4": 1.0}, "length": 400}
    by_worth, ordinary = (
        mean(worth(word) for word in make_text(Wish(**wish, worth=one)).text.split() if word.isalpha())
        for one in (worth, None)
    )
    assert by_worth > 1.3 * ordinary


def test_with_few_words_known_there_is_nothing_to_choose():
    wish = {"language": "ru", "letters": frozenset("аовлыдфпр"), "weak": {"ф": 1.0}, "seed": 1}
    assert make_text(Wish(**wish, worth=lambda word, _: len(word))) == make_text(Wish(**wish))


def test_an_item_has_its_strikes():
    known = words.frequent("en")[:3000]
    for bounds in (Bounds("z", 2, 5), Bounds("e", 0, 3), Bounds("th", 6, 9)):
        made = worthwhile(known, worth_by(2), [bounds], length=200, random=Random(1))
        assert bounds.least <= sum(strikes(bounds.item, word) for word in made) <= bounds.most
        assert len(" ".join(made)) >= 200 and all(one != other for one, other in pairwise(made))


def test_words_come_after_those_they_are_worth_most_after():
    """Where a letter just struck is worth nothing, none comes in two words running."""
    known = words.frequent("en")[:3000]

    def worth(word, before):
        return -len(set(word) & set(before.split(" ")[-1]))

    made = worthwhile(known, worth, [], length=300, random=Random(1))
    assert sum(len(set(one) & set(other)) for one, other in pairwise(made)) < 0.2 * len(made)


def test_a_hundred_texts_take_a_second():
    worth = worth_by(1)
    began = time.process_time()
    for seed in range(100):
        make_text(
            Wish(
                language="ru",
                letters=TYPED["ru"].alphabet,
                weak={"ф": 3.0, "о": 1.0, "пр": 2.0, "ъ": 1.0},
                length=300,
                seed=seed,
                frequent=3000,
                worth=worth,
            )
        )
    assert time.process_time() - began < 3
