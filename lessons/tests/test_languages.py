import pytest

from lessons import keyboards, words
from lessons.content_files import content
from lessons.course_files import read_course
from lessons.languages import ENGLISH, RUSSIAN, TYPED, NoLanguage, choices, first_for, of_layout, twins_of

every_language = pytest.mark.parametrize("language", TYPED.values(), ids=TYPED)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("ёж", "Cyrillic"),
        ("7 Äpfel", "Latin"),
        ("θάλασσα", "Greek"),
        ("ש", "Hebrew"),
        ("ქ", "Georgian"),
        ("ªµ№ Ж", "Cyrillic"),
        ("ʰ5%", ""),
        ("", ""),
    ],
)
def test_a_script_is_that_of_the_first_letter(text, script):
    assert keyboards.script_of(text) == script


@pytest.mark.parametrize("code", keyboards.layouts())
def test_a_layout_without_a_language_of_its_own_is_for_one_of_its_script(code):
    found = of_layout(code)
    assert found.script == keyboards.layout(code).script
    assert found.code == {"ru": "ru", "en": "en", "fr": "en", "de": "en"}.get(
        keyboards.layout(code).language, "ru"
    )


def test_a_layout_in_the_letters_of_no_language(monkeypatch):
    monkeypatch.delitem(TYPED, "en")
    assert of_layout("kk-jcuken") is RUSSIAN
    with pytest.raises(NoLanguage):
        of_layout("en-dvorak")


@every_language
def test_a_language_has_its_files(language):
    layout = keyboards.layout(language.layout)
    assert of_layout(layout.code) is language
    assert all(layout.types(letter) for letter in language.alphabet)
    assert keyboards.script_of(min(language.alphabet)) == language.script
    assert set("".join(words.frequent(language.code))) == language.alphabet
    assert read_course(content(language.code, "course.toml")).language == language.code


def test_the_language_one_reads_is_the_first_one_to_type():
    assert (first_for("en"), first_for("ru"), first_for("de")) == (ENGLISH, RUSSIAN, RUSSIAN)
    assert choices() == [("ru", "Русский"), ("en", "English")]


ON_SIGN_KEYS = dict(zip("жэхбюъёЖЭХБЮЪЁ", ";'[,.]`:\"{<>}~", strict=True))


def test_signs_tell_the_wrong_layout_by_their_key():
    told = twins_of("ru-jcuken").split(" ")
    layout = keyboards.layout("ru-jcuken")
    for letter, sign in ON_SIGN_KEYS.items():
        key, _shifted = layout.key_for(letter)
        assert f"{key.code}{letter}{sign}" in told and f"{key.code}{sign}" in told
    assert 'Digit2"@' in told and "Slash.?" in told


@pytest.mark.parametrize("code", keyboards.layouts())
def test_no_sign_of_a_layout_tells_that_it_is_the_wrong_one(code):
    told = twins_of(code)
    assert told[0] == told[-1] == " "
    for row in keyboards.layout(code).drawn("iso"):
        for key in row:
            for own in {key.base, key.shift} - {""}:
                assert f" {key.code}{own} " not in told
