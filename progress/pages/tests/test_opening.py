"""The page before the first lesson, its place in the help, and what lessons show of hands."""

import pytest
from django.urls import reverse

from progress.pages.tests.posting import fresh_ticket, post
from tests.factories import lesson_of, make_test, signed_in

START = "/practice/ru/start/"
LESSON = "/practice/ru/1/"


def test_a_newcomer_sees_it_once(course, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        page = client.get(START, headers={"Accept-Language": "ru"})
    shown = page.content.decode()
    assert page.status_code == 200 and f'href="{LESSON}"' in shown
    assert "На клавишах А и О" in shown and "Ф Ы В А" in shown and "О Л Д Ж" in shown
    assert "Пробел" in shown and "Backspace" in shown
    again = client.get(START)
    assert again.status_code == 302 and again["Location"] == LESSON


def test_who_has_typed_a_lesson_does_not_see_it_and_who_typed_a_line_does(course, anna, boris):
    post(signed_in(anna), fresh_ticket(anna, lesson_of(course)))
    make_test(boris, kind="line", minutes=None)
    assert signed_in(anna).get(START)["Location"] == LESSON
    assert signed_in(boris).get(START).status_code == 200


def test_the_front_page_leads_a_stranger_there(course, client):
    assert f'href="{START}"' in client.get("/").content.decode()


def test_a_course_that_is_not_there_is_not_found(course, client):
    assert client.get("/practice/xx/start/").status_code == 404


@pytest.mark.parametrize("url", [START, "/help/typing/"])
def test_it_is_only_read(course, client, url):
    assert client.post(url).status_code == 405


def test_the_help_shows_it_always_and_tells_of_screen_readers(course, anna):
    assert reverse("progress:how_to_sit") == "/help/typing/"
    for _ in range(2):
        shown = signed_in(anna).get("/help/typing/", headers={"Accept-Language": "en"}).content.decode()
        assert "F and J have small bumps" in shown and "F2" in shown


def test_the_map_leads_a_newcomer_there(course, client):
    assert f'href="{START}"' in client.get("/learn/ru/").content.decode()


@pytest.mark.parametrize(
    ("agent", "keys"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Alt + Shift"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "Control + Space"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", "Ctrl + Shift + Space"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Super"),
    ],
)
def test_the_warning_of_the_layout_says_how_this_system_switches(course, client, agent, keys):
    page = client.get(LESSON, headers={"User-Agent": agent, "Accept-Language": "en"}).content.decode()
    assert keys in page.split('data-warn-layout="')[1].split('"')[0]


@pytest.mark.parametrize(
    "agent", ["Mozilla/5.0 (Linux; Android 10; K)", "Mozilla/5.0 (iPhone; Mac OS X)", ""]
)
def test_of_other_systems_nothing_is_said(course, client, agent):
    page = client.get(LESSON, headers={"User-Agent": agent, "Accept-Language": "en"}).content.decode()
    assert "Space" not in page.split('data-warn-layout="')[1].split('"')[0]


def test_hands_are_drawn_in_lessons_with_new_keys_until_hidden(course, client):
    course.lessons.filter(number=1).update(new_characters="фы")
    page = client.get(LESSON, headers={"Accept-Language": "ru"}).content.decode()
    assert page.count('class="hand"') == 2 and "левый мизинец" in page
    client.cookies["view"] = "show_hands:off"
    assert 'data-show-hands="off"' in client.get(LESSON).content.decode()
    course.lessons.filter(number=1).update(new_characters="")
    assert 'class="hand"' not in client.get(LESSON).content.decode()
