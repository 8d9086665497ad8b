import pytest

from lessons.unfit import holds_unfit, unfit_words

from .prose import sentence_problems


@pytest.mark.parametrize(
    "line",
    [
        "Утром выпал первый снег. Двор стал белым.",
        '- Кто там? - спросила Катя. - "Это мы!"',
        '"Where did you find them?"',
        "(And then we left.)",
        "12 апреля 1961 года, в 9 час. 7 мин. утра, он полетел!",
        "It opens at 10 a.m. and closes late...",
    ],
)
def test_a_sentence_begins_and_ends_as_it_should(line):
    assert sentence_problems(f"{line}\n{line}") == []


@pytest.mark.parametrize(
    ("spoiled", "problems"),
    [
        ("утром выпал снег.", [("start", 2)]),
        ("- кто там?", [("start", 2)]),
        ("Утром выпал снег", [("end", 2)]),
        ("Утром выпал снег,", [("end", 2)]),
        ("Утром выпал первый. снег.", [("middle", 2)]),
        ("the street is quiet", [("start", 2), ("end", 2)]),
    ],
)
def test_a_spoiled_sentence(spoiled, problems):
    assert sentence_problems(f"Good morning.\n{spoiled}") == problems


def test_unfit_words_are_found_by_stem_whatever_their_case():
    assert unfit_words("Such a Damnable day!") == {"damnable"}
    assert unfit_words("дерьмовый день") == {"дерьмовый"}


def test_fit_words_that_hold_an_unfit_one_are_fit():
    assert (
        unfit_words("class cockpit Scunthorpe cucumber мандарин сук бляха команда хлебать суккулент") == set()
    )


def test_a_group_of_letters_may_hold_none_anywhere():
    assert holds_unfit("ухуй") and holds_unfit("XSHIT") and not holds_unfit("фывап")


def test_a_whole_word_is_no_stem():
    assert (unfit_words("hell"), unfit_words("hello")) == ({"hell"}, set())
