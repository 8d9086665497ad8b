import unicodedata

import pytest

from lessons.checks import Problem, check_text
from lessons.keyboards import layout

GOOD = "вол лов вол вал\nовал лава алло вола\nлов олово вал"
PLANNED = len(GOOD)


def problems(text, *, alphabet="аовл", new="вл", length=PLANNED, code="ru-jcuken"):
    return check_text(text, alphabet=alphabet, new=new, length=length, layout=layout(code))


def codes(text, **plan):
    return [problem.code for problem in problems(text, **plan)]


def test_a_good_text_has_no_problem():
    assert problems(GOOD) == ()


def test_a_decomposed_letter_is_the_letter():
    assert codes(unicodedata.normalize("NFD", "её её"), alphabet="её", new="ё", length=5) == []


@pytest.mark.parametrize(
    ("spoiled", "problem"),
    [
        (GOOD.replace("лава", "дача"), Problem("untaught", {"characters": "дч"})),
        (GOOD.replace("лава", "lava"), Problem("untypeable", {"characters": "alv"})),
        (GOOD.replace("лава", "л—а"), Problem("untypeable", {"characters": "—"})),
        (GOOD[:-4], None),
        (GOOD[:-6], Problem("length", {"actual": 43, "planned": 49})),
        (GOOD + " вол", None),
        (GOOD + " олово", Problem("length", {"actual": 55, "planned": 49})),
        (GOOD.replace("вол вал", "вол вол вол"), Problem("word_thrice", {"line": 1, "word": "вол"})),
        (GOOD.replace("овал", "вал вал"), Problem("word_thrice", {"line": 2, "word": "вал"})),
        (GOOD.replace("вол лов", "вол  лов"), Problem("edge_space", {"line": 1})),
        (GOOD.replace("вал\n", "вал \n"), Problem("edge_space", {"line": 1})),
        (GOOD.replace("\nовал", "\n овал"), Problem("edge_space", {"line": 2})),
        (GOOD.replace("вал\n", "вал\t\n"), Problem("edge_space", {"line": 1})),
        (GOOD + "\n", Problem("edge_space", {"line": 4})),
    ],
)
def test_a_spoiled_text(spoiled, problem):
    found = problems(spoiled)
    assert (problem in found) if problem else found == ()


def test_a_word_over_and_over_is_told_once():
    found = problems(GOOD.replace("вол вал", "вол вол вол вол вол"))
    assert found.count(Problem("word_thrice", {"line": 1, "word": "вол"})) == 1


def test_a_repeated_line():
    text = "вол лов\nвал овал\nвол лов"
    assert problems(text, length=len(text)) == (Problem("repeated_line", {"line": 3}),)


def test_one_to_five_lines():
    five = "вол\nлов\nвал\nовал\nлава"
    assert codes(five, length=len(five)) == []
    assert problems(five + "\nвола", length=len(five) + 5) == (Problem("lines", {"count": 6, "most": 5}),)
    assert Problem("lines", {"count": 0, "most": 5}) in problems("")


def test_new_characters_are_a_quarter_of_the_text():
    assert codes("ааа в аааааа", length=12) == ["new_share"]
    assert problems("ооов оооо", length=9) == (Problem("new_share", {"share": 11, "least": 25}),)
    assert codes("оов оов", length=7) == []
    assert codes("ооов оооо", new="", length=9) == []


def test_a_space_is_not_a_word_and_needs_no_lesson():
    assert codes("f j f j", alphabet="fj", new="fj", length=7, code="en-qwerty") == []
