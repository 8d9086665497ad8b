import re
import tomllib
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from lessons.checks import check_text
from lessons.keyboards import layout

CONTENT = Path(__file__).parent.parent / "content"
COURSES = ("ru", "en")


def plan(slug):
    return tomllib.loads((CONTENT / slug / "course.toml").read_text("utf-8"))


def alphabet(slug, number):
    return "".join(lesson["new"] for lesson in plan(slug)["lesson"] if lesson["number"] <= number)


def texts():
    return [
        (slug, lesson, path)
        for slug in COURSES
        for lesson in plan(slug)["lesson"]
        if (path := CONTENT / slug / f"{lesson['number']:03}.txt").exists()
    ]


def every_text(test):
    cases = texts()
    ids = [f"{slug}-{path.stem}" for slug, _, path in cases]
    return pytest.mark.parametrize(("slug", "lesson", "path"), cases, ids=ids)(test)


@pytest.mark.parametrize("slug", COURSES)
def test_a_course_has_lessons_1_to_99_in_its_blocks_in_order(slug):
    course = plan(slug)
    assert [lesson["number"] for lesson in course["lesson"]] == list(range(1, 100))
    blocks = [block["code"] for block in course["block"]]
    assert blocks == list("ABCDEFGHIJKL")
    walked = [lesson["block"] for lesson in course["lesson"]]
    assert walked == sorted(walked)
    assert set(walked) == set(blocks)
    assert course["language"] == layout(course["layout"]).language


@pytest.mark.parametrize("slug", COURSES)
def test_the_first_fifteen_lessons_are_free(slug):
    assert [lesson["number"] for lesson in plan(slug)["lesson"] if lesson["free"]] == list(range(1, 16))


@pytest.mark.parametrize("slug", COURSES)
def test_every_character_of_the_layout_is_taught_once(slug):
    taught = alphabet(slug, 99)
    keys = (key for row in layout(plan(slug)["layout"]).rows for key in row)
    assert sorted(taught) == sorted({char for key in keys for char in key.base + key.shift} - {" "})


@pytest.mark.parametrize("slug", COURSES)
def test_every_lesson_has_a_title_a_goal_and_a_target(slug):
    lessons = plan(slug)["lesson"]
    for lesson in lessons:
        assert lesson["kind"] in {"keys", "words", "text", "test"}
        assert lesson["kind"] != "keys" or lesson["new"]
        assert 0 < lesson["target_cpm"] <= 300
        assert 90 <= lesson["accuracy"] <= 98
        for language in ("ru", "en"):
            assert 1 < len(lesson[f"title_{language}"]) <= 60
            assert re.fullmatch(r"\S.{20,118}[.!]", lesson[f"goal_{language}"])
            assert "  " not in lesson[f"goal_{language}"]
    for language in ("ru", "en"):
        titles = [lesson[f"title_{language}"] for lesson in lessons]
        assert len(titles) == len(set(titles))


def test_every_lesson_has_a_text():
    written = {(slug, lesson["number"]) for slug, lesson, _ in texts()}
    assert written == {(slug, number) for slug in COURSES for number in range(1, 100)}


@pytest.mark.parametrize("slug", COURSES)
def test_no_line_stands_twice_in_a_course(slug):
    lines = [
        line for course, _, path in texts() if course == slug for line in path.read_text("utf-8").splitlines()
    ]
    assert [line for line, times in Counter(lines).items() if times > 1] == []


@pytest.mark.parametrize("slug", COURSES)
def test_the_course_trains_the_frequent_bigrams(slug):
    """Of the language's 300 most frequent bigrams (words weighted by 1/rank, Zipf) at least 99 % occur."""
    weights = Counter()
    for rank, word in enumerate(words(slug), start=1):
        for pair in pairwise(word):
            weights["".join(pair)] += 1 / rank
    frequent = {bigram for bigram, _ in weights.most_common(300)}
    typed = " ".join(path.read_text("utf-8").lower() for course, _, path in texts() if course == slug)
    assert len({bigram for bigram in frequent if bigram in typed}) >= 0.99 * len(frequent)


@pytest.mark.parametrize("slug", COURSES)
def test_no_text_without_a_lesson(slug):
    names = {f"{number:03}.txt" for number in range(1, 100)}
    assert {path.name for path in (CONTENT / slug).iterdir()} <= names | {"course.toml"}


@every_text
def test_a_lesson_text_passes_the_checks(slug, lesson, path):
    text = path.read_text("utf-8")
    assert text.endswith("\n")
    assert text == unicodedata.normalize("NFC", text)
    problems = check_text(
        text.removesuffix("\n"),
        alphabet=alphabet(slug, lesson["number"]),
        new=lesson["new"] if lesson["kind"] == "keys" else "",
        length=lesson["length"],
        layout=layout(plan(slug)["layout"]),
    )
    assert problems == ()


@every_text
def test_a_lesson_text_trains_every_new_character(slug, lesson, path):
    assert set(lesson["new"]) <= set(path.read_text("utf-8"))


def words(language):
    return (CONTENT / "words" / f"{language}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("language", "letters"), [("ru", "[а-яё]+"), ("en", "[a-z]+")])
def test_the_word_list_is_long_clean_and_without_repeats(language, letters):
    listed = words(language)
    assert len(listed) >= 1500
    assert len(listed) == len(set(listed))
    assert [word for word in listed if not re.fullmatch(letters, word)] == []


@pytest.mark.parametrize(("language", "number", "least"), [("ru", 5, 50), ("en", 6, 40), ("en", 9, 100)])
def test_the_first_lessons_have_words(language, number, least):
    letters = set(alphabet(language, number))
    assert sum(set(word) <= letters for word in words(language)) >= least


def test_russian_words_are_spelt_with_yo():
    listed = set(words("ru"))
    assert {"ещё", "её", "всё", "идёт", "ребёнок", "чёрный", "самолёт"} <= listed
    assert not {"еще", "ее", "идет", "ребенок", "черный", "самолет", "пошел", "твердо"} & listed
