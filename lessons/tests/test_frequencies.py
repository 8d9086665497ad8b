from io import StringIO

import pytest
from django.core.management import call_command

from lessons import content_files
from lessons.content_files import content
from lessons.frequencies import characters, pairs, shares
from lessons.languages import TYPED
from lessons.management.commands.count_frequencies import shares_of
from lessons.words import frequent


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """The content with a folder of words of its own, and counts anew before and after."""
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.txt").write_text("tea\nat\n", "utf-8")
    for name in ("en", "ru", "layouts", "geometries"):
        (tmp_path / name).symlink_to(content(name))
    monkeypatch.setattr(content_files, "CONTENT", tmp_path)
    for kept in (shares, frequent):
        kept.cache_clear()
    yield tmp_path
    for kept in (shares, frequent):
        kept.cache_clear()


@pytest.mark.parametrize("language", TYPED.values(), ids=TYPED)
def test_shares_are_of_all_that_is_typed(language):
    single = characters(language.code)
    assert sum(single.values()) == pytest.approx(1, abs=0.01)
    assert language.alphabet < set(single) and set('0123456789 .,!?:;"()-') < set(single)
    assert {letter.upper() for letter in language.alphabet} - set(single) <= set("ЁЪЫЬ")
    assert sum(pairs(language.code).values()) < sum(
        share for letter, share in single.items() if letter.isalpha()
    )


def test_what_is_frequent():
    russian, english = characters("ru"), characters("en")
    assert sorted(russian, key=russian.get)[-5:] == ["и", "а", "е", "о", " "]
    assert sorted(english, key=english.get)[-3:] == ["t", "e", " "]
    assert russian["о"] == pytest.approx(0.09, abs=0.01) and russian["ф"] == pytest.approx(0.002, abs=0.001)
    assert pairs("en")["th"] > pairs("en")["an"] > pairs("en")["qu"] > 0 and "Th" in pairs("en")


def test_a_language_without_a_table_goes_by_its_words(elsewhere):
    # Ranks weigh 1 and 1/2: "tea " and "at ".
    assert characters("en") == pytest.approx({"t": 1.5 / 5.5, "e": 1 / 5.5, "a": 1.5 / 5.5, " ": 1.5 / 5.5})
    assert pairs("en") == pytest.approx({"te": 1 / 5.5, "ea": 1 / 5.5, "at": 0.5 / 5.5})


def test_they_are_counted_by_a_list_of_words_and_by_prose(elsewhere):
    listed = elsewhere / "list.tsv"
    listed.write_text("the\t0.6\nit's\t0.2\n'tis\t0.1\nété\t0.1\n", "utf-8")
    call_command("count_frequencies", "en", listed, stdout=StringIO())
    single = characters("en")
    assert "é" not in single and single["t"] > single["h"] == single["e"] > single["s"] > 0
    assert pairs("en")["th"] == pytest.approx(single["h"], rel=0.01) and pairs("en")["t'"] > 0
    assert sum(single.values()) == pytest.approx(1, abs=0.01)


def test_capitals_and_signs_are_those_of_the_texts():
    found = shares_of({"ab": 1.0}, {"Ab! ab b": 1.0})
    assert found["!"] == 1 / 8 and found["A"] == found["Ab"] == 1 / 8
    assert found[" "] == found["a"] == found["b"] == found["ab"] == pytest.approx(0.75 / 3)
