"""What of a model's answer is used."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.language_model.checking import Unfit, Wanted, check, check_beginning, plain, typable
from coaching.language_model.prompting import fenced, without_person
from lessons.languages import ENGLISH, RUSSIAN
from tests.fakes.llm.payloads import XSS
from tests.fakes.llm.says import ADVICE, EXERCISE

WANTED = {
    "ru": Wanted(RUSSIAN.alphabet, least=2, most=1500),
    "en": Wanted(ENGLISH.alphabet, least=2, most=1500),
}
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,.;'\"-")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_good_answers_pass(language):
    check(ADVICE[language], WANTED[language])
    check(EXERCISE[language], WANTED[language])
    check("Клавиша «@» есть на английской раскладке." if language == "ru" else "Press ф.", WANTED[language])


@pytest.mark.parametrize(
    "text",
    [
        "",
        ADVICE["ru"],
        "See https://example.com for more.",
        "Read [this](http://x.y).",
        "Learn more on evil-typing.com today.",
        "so and so " * 30,
        "key key key key " + ADVICE["en"][:60] + " key key key key key",
        ADVICE["en"] + " 汉字",
        ADVICE["en"] + " ☃",
        "long enough words of every kind " * 100,
    ],
)
def test_bad_ones_do_not(text):
    with pytest.raises(Unfit):
        check(text, WANTED["en"])


def test_characters_that_cannot_be_typed():
    wanted = Wanted(ENGLISH.alphabet, least=10, most=400, letters=LETTERS)
    check('He said "no" - and it\'s fine, she thought; well.', wanted)
    with pytest.raises(Unfit):
        check("Twenty € for a long day's work", wanted)
    assert typable("“No” — it’s…\nfine «yes»", LETTERS) == '"No" - it\'s... fine "yes"'


def test_ornament_and_what_is_unseen_go():
    assert plain("## Title\n**bold** `code`\u202e x\u200b\n\n\n\n* one") == "Title\nbold code x\n\none"


@pytest.mark.parametrize("payload", XSS)
def test_no_payload_is_used_as_markup(payload):
    """Whatever has a tag or a link in it is refused; the rest is words, which pages escape."""
    try:
        check_beginning(payload, WANTED["en"])
    except Unfit:
        return
    assert "<" not in payload.replace("< ", "") or not any(
        char.isalpha() for char in payload.split("<", 1)[1][:1]
    )


@given(st.text(max_size=400))
def test_any_text_is_judged(text):
    for wanted in WANTED.values():
        with suppress(Unfit):
            check(plain(text), wanted)


@given(st.text(max_size=100))
def test_a_fence_holds_whatever_stands_in_it(text):
    first, *inside, last = fenced("question", text).split("\n")
    assert "\n".join(inside) == text and last == f"</{first[1:]}" and first not in text


def test_neither_mail_nor_name():
    told = without_person("I'm Anna Secretova (anna@example.org), why is anna slow?", "Anna Secretova")
    assert "nna" not in told and "Secretova" not in told and "example" not in told


@pytest.mark.parametrize(
    "case",
    ["Анна", "Анне", "Анной", "анну", "Высоцкого", "ВЫСОЦКИМ", "Игорь", "Игорем", "Дмитрия", "Дмитрию"],
)
def test_no_name_in_another_case(case):
    names = "Анна Высоцкий Игорь Дмитрий"
    assert without_person(f"спроси у {case}, как набрать «@»", names) == "спроси у […], как набрать «@»"


def test_a_sign_is_no_address():
    assert without_person("shift+@, «@» or @?\tme@x", "") == "shift+@, «@» or @?\t[…]"


HOSTILE = ["@" * 666 + "." * 334, ("a@" * 500), "a" * 500 + "@" * 500, ".@a" * 333, " @" * 500, "@ " * 500]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_no_text_keeps_the_processor(text):
    began = time.process_time()
    without_person(text, "Анна Секретова")
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "piece",
    ["<", "< ", "&a", "&", "data:", "data:a", "* ", "\t", "\n", "`", "#", "_", "]", "a.", "java", "так "],
)
def test_no_answer_keeps_the_processor(piece):
    text = (piece * 6000)[:5999]
    began = time.process_time()
    with suppress(Unfit):
        check_beginning(text, WANTED["en"])
    with suppress(Unfit):
        check(plain(text + "x"), WANTED["en"])
    assert time.process_time() - began < 0.2
