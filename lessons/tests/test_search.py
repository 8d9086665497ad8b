"""What readers look for in the two courses, right and mistyped, and what they find first."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.models import Lesson
from lessons.search import MOST_RESULTS, _search, search

CATALOGUE = reverse("lessons:catalogue")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Both courses, once for all these tests, and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_courses")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def courses(loaded, db):
    """Both courses in the transaction of a test."""


def found(text: str, language: str = "ru") -> list[str]:
    with translation.override(language):
        return [f"{lesson.course.slug} {lesson.number}" for lesson in search(text).lessons]


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("клавиша ф", "ru", ["ru 6"]),
        ("Клавиша Ф", "en", ["ru 6"]),
        ("буква «ф»", "ru", ["ru 6"]),
        ("key f", "en", ["en 1"]),
        ("letter z", "en", ["en 26"]),
        ("Ъ и Ё", "ru", ["ru 28"]),
        ("ё", "ru", ["ru 28", "ru 9"]),
        ("е", "ru", ["ru 9"]),
        ("%", "ru", ["ru 82"]),
        ("%", "en", ["en 50"]),
        ("знак %", "ru", ["ru 82"]),
        ("'", "en", ["en 27"]),
        ("\\", "en", ["en 83"]),
        ("8", "ru", ["ru 46", "en 46"]),
        ("home row", "en", ["en 7", "en 8"]),
        ("Home-row words", "en", ["en 7", "ru 7"]),
        ("основной ряд", "ru", ["ru 7", "ru 8"]),
        ("домашний ряд", "ru", ["ru 7", "ru 8"]),
        ("цифры", "ru", ["ru 51"]),
        ("цифрами", "ru", ["ru 51"]),
        ("digits", "en", ["en 51"]),
        ("кавычки", "ru", ["ru 41", "en 41"]),
        ("quotes", "en", ["en 41", "ru 41"]),
        ("точка и запятая", "ru", ["ru 37", "en 37"]),
        ("двоет", "ru", ["ru 40"]),
        ("апостроф", "ru", ["en 27"]),
        ("right shift", "en", ["en 31", "ru 31"]),
        ("заглавне", "ru", ["ru 33", "ru 36"]),
        ("ковычки", "ru", ["ru 41"]),
        ("punctuaton", "en", ["en 44"]),
        ("punctuaiton", "en", ["en 44"]),
        ("final exma", "en", ["en 99"]),
        ("дефис и тере", "ru", ["ru 38", "en 38"]),
        ("зебра и кавычки", "ru", ["ru 41", "en 41"]),
    ],
)
def test_what_is_found_first(courses, text, language, first):
    assert found(text, language)[: len(first)] == first


def test_an_exact_title_comes_first(courses):
    for lesson in Lesson.objects.select_related("course"):
        for language, title in {"ru": lesson.title_ru, "en": lesson.title_en}.items():
            with translation.override(language):
                best = search(title.upper()).lessons[0]
            assert title in (best.title_ru, best.title_en)


def test_a_block_finds_its_lessons(courses):
    assert {f"ru {number}" for number in range(45, 52)} <= set(found("цифры"))
    assert {f"en {number}" for number in range(37, 45)} <= set(found("punctuation", "en"))


def test_the_beginning_of_a_word_is_enough(courses):
    assert set(found("предлож")) >= set(found("предложения")) - {"ru 87"}
    assert found("предлож")[0].startswith("ru") and found("предлож", "en")[0].startswith("en")


def test_yo_is_found_by_either_letter(courses):
    assert found("ребёнок пьёт чёрный") == found("ребенок пьет черный")
    assert found("путь твёрд") == found("путь тверд")


def test_it_says_what_it_did(courses):
    assert search("punctuaton").mended == "punctuation"
    assert not search("punctuation").mended and not search("punctuation").partly
    assert search("кавычки зебры").partly
    nothing = search("qwzx")
    assert (nothing.lessons, nothing.mended, nothing.partly) == ([], "", False)


def test_one_query_when_found_and_few_when_not(
    courses, django_assert_num_queries, django_assert_max_num_queries
):
    _search.cache_clear()
    with django_assert_num_queries(2):
        search("клавиша ф")
    with django_assert_num_queries(1):
        search(" Клавиша  ф")
    search("mistyepd")
    with django_assert_max_num_queries(5):
        search("mistyepd wrods")


def test_an_edit_is_found_at_once(courses):
    lesson = Lesson.objects.get(course__slug="ru", number=5)
    assert not found("зебра")
    lesson.title_ru = "Зебра"
    lesson.save()
    assert found("зебра") == found("зебро") == ["ru 5"]


def test_the_page_shows_the_lessons(courses, client):
    page = client.get(CATALOGUE, {"q": "клавиша ф"}, headers={"accept-language": "en"}).content.decode()
    lesson = Lesson.objects.select_related("course", "block").get(course__slug="ru", number=6)
    for shown in [
        f'href="{reverse("progress:practice", args=["ru", 6])}"',
        "6. Ф and Ж",
        lesson.goal_en,
        "Russian keyboard · Home row",
        "2 lessons found",
        'value="клавиша ф"',
        "free",
        "with a subscription",
    ]:
        assert shown in page


def test_a_lesson_being_written_is_no_link(courses, client):
    lesson = Lesson.objects.get(course__slug="ru", number=6)
    lesson.is_published = False
    lesson.save()
    page = client.get(CATALOGUE, {"q": "клавиша ф"}, headers={"accept-language": "ru"}).content.decode()
    assert reverse("progress:practice", args=["ru", 6]) not in page and "пишется" in page


def test_the_page_says_what_was_mended_and_what_is_missing(courses, client):
    def page(text: str) -> str:
        return client.get(CATALOGUE, {"q": text}, headers={"accept-language": "en"}).content.decode()

    assert "Searched for “punctuation”." in page("punctuaton")
    assert "these have some of them" in page("zebra quotes")
    assert "Nothing found" in page("qwzx") and "All courses" in page("qwzx")
    assert f"The {MOST_RESULTS} best matches" in page("слова буквы пары проверка знаки")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_without_words_it_is_the_catalogue(courses, client, text):
    response = client.get(CATALOGUE, {"q": text})
    assert response.status_code == 200 and "found" not in response.context
    assert reverse("progress:course", args=["ru"]) in response.content.decode()


@pytest.mark.parametrize(("text", "says"), [("x" * 101, "100"), ("а\0б", "Null")])
def test_what_cannot_be_searched_is_said(courses, client, text, says):
    response = client.get(CATALOGUE, {"q": text}, headers={"accept-language": "en"})
    assert response.status_code == 200 and says in str(response.context["form"].errors["q"])
    assert reverse("progress:course", args=["ru"]) in response.content.decode()


@pytest.mark.parametrize(
    "raw", ["q=%00", "q=%ff%fe", "q=%ed%a0%80", "q=a&q=b", "q=%27%5C%3A%2A%26%21%28", "q=%E2%84%A2"]
)
def test_no_bytes_break_it(courses, client, raw):
    assert client.get(f"{CATALOGUE}?{raw}").status_code == 200


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=100) | st.text(alphabet="а'\\:*&|!()<-> ё%", max_size=30))
def test_no_text_is_ever_a_500(courses, client, text):
    assert client.get(CATALOGUE, {"q": text.encode("utf-8", "replace")}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_search_is_only_read(db, client, method):
    assert getattr(client, method)(f"{CATALOGUE}?q=a").status_code == 405
