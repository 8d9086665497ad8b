import re
from pathlib import Path

import pytest

from lessons.unfit import unfit_words
from lessons.words import frequent

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(("language", "letters"), [("ru", "[а-яё]+"), ("en", "[a-z]+")])
def test_the_word_list_is_long_clean_and_without_repeats(language, letters):
    listed = frequent(language)
    assert len(listed) >= 1500
    assert len(listed) == len(set(listed))
    assert [word for word in listed if not re.fullmatch(letters, word)] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_word_list_is_fit_for_a_classroom(language):
    assert unfit_words(" ".join(frequent(language))) == set()


def covered(language, listed):
    """How much of what wordfreq's first thousand words cover of running text a list's first thousand do.

    `data/<code>-wordfreq.csv` has wordfreq's first 3,000 words of letters, without ё; those not fit to be written here
    are left blank.
    """
    rows = (DATA / f"{language}-wordfreq.csv").read_text("utf-8").splitlines()
    table = [(word, float(share)) for word, share in (row.split(",") for row in rows)]
    shares = {word: share for word, share in table if word}
    ours = {word.replace("ё", "е") for word in listed[:1000]}
    return sum(shares.get(word, 0) for word in ours) / sum(share for _, share in table[:1000])


@pytest.mark.parametrize(("language", "least"), [("ru", 0.975), ("en", 0.965)])
def test_the_first_thousand_words_are_those_of_today(language, least):
    listed = frequent(language)
    assert covered(language, listed) >= least
    # Without every tenth word, or in another order, they would not be.
    assert covered(language, [word for rank, word in enumerate(listed) if rank % 10]) < least
    assert covered(language, sorted(listed)) < least


@pytest.mark.parametrize(
    ("language", "old"),
    [
        ("ru", "увидал увидала искренно непременно оттого отчего позвольте прибавил возразил очутился вздор"),
        ("en", "countenance parlor exceedingly scarcely recollect particulars heartily gravely"),
    ],
)
def test_the_words_of_old_novels_are_not_frequent(language, old):
    assert set(frequent(language)) & set(old.split()) == set()


def test_russian_words_are_spelt_with_yo():
    listed = set(frequent("ru"))
    assert {"ещё", "её", "всё", "идёт", "ребёнок", "чёрный", "самолёт"} <= listed
    assert not {"еще", "ее", "идет", "ребенок", "черный", "самолет", "пошел", "твердо"} & listed
