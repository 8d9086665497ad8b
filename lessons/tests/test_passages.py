"""The passages of tests: enough of them, each standing by itself, and what becomes of them."""

import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.content_files import content
from lessons.course_files import texts_in
from lessons.keyboards import layout
from lessons.languages import TYPED
from lessons.passages import KEY, in_new_order, met_in, passages
from lessons.unfit import unfit_words

from .prose import sentence_problems

LEAST = {False: 150, True: 100}
LENGTHS = range(120, 361)
ORDINARY = re.compile(r"[\w .,!?:;\"'()-]+")
CODE = set("*=\\_@<>#&[]{}^~`|")
every = pytest.mark.parametrize(("language", "hard"), [(one, hard) for one in ("ru", "en") for hard in LEAST])


def faults(language, passage, *, hard):
    """What keeps a passage out of tests, in words."""
    typed = TYPED[language]
    found = []
    if not all(layout(typed.layout).types(sign) for sign in passage if sign != " "):
        found.append("cannot be typed")
    if len(passage) not in LENGTHS or "  " in passage:
        found.append("too short or too long")
    if sentence_problems(passage):
        found.append("is torn out")
    if unfit_words(passage):
        found.append("is unfit for a classroom")
    if hard and (CODE & set(passage) or sum(sign.isdigit() for sign in passage) < 2):
        found.append("is code, or has no figures")
    if not hard and (not ORDINARY.fullmatch(passage) or any(sign.isdigit() for sign in passage)):
        found.append("has figures or signs")
    return found


@every
def test_there_are_enough_and_all_are_fit(language, hard):
    known = passages(language, hard=hard)
    assert len(known) >= LEAST[hard]
    assert {one[:60]: wrong for one in known if (wrong := faults(language, one, hard=hard))} == {}
    assert [key for key, times in Counter(one[:KEY] for one in known).items() if times > 1] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_none_is_in_a_lesson_nor_among_the_others(language):
    both = [*passages(language, hard=False), *passages(language, hard=True)]
    assert len(both) == len(set(both))
    lessons = " ".join(
        " ".join(texts_in(path.read_text("utf-8"))) for path in content(language).glob("*.txt")
    )
    assert [one for one in both if one[: 2 * KEY] in lessons] == []


@pytest.mark.parametrize(
    ("passage", "fault"),
    [
        ("Кот спал.", "too short or too long"),
        ("и кот спал на печи, " * 8 + "да.", "is torn out"),
        ("Кот спал на печи 7 часов, а мышь ела сыр. " * 5, "has figures or signs"),
        ("Кот « спал на печи, а мышь тем временем ела сыр. " * 4, "cannot be typed"),
    ],
)
def test_a_spoiled_passage_is_found(passage, fault):
    assert fault in faults("ru", passage.strip(), hard=False)


@given(st.integers(), st.integers(0, 40), st.integers(1, 1500))
def test_what_was_met_comes_last(seed, count, typed):
    known = passages("en", hard=False)
    ordered = in_new_order(known, known[:count], Random(seed))
    assert sorted(ordered) == sorted(known)
    assert ordered[len(known) - count :] == list(reversed(known[:count]))
    met = met_in([(" ".join(ordered), typed)], known)
    assert met == ordered[: len(met)] and met
    assert len(" ".join(met)) + 1 >= min(typed, len(" ".join(ordered)))
