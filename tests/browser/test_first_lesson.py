"""A stranger types the first lesson and keeps it: the way the product is met."""

import json
import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from lessons.models import Lesson
from progress.keystrokes import scoring
from progress.models import TypingSession
from tests.browser.typist import Typist

MISTAKES = (5, 30, 77)
COURSES = [("ru", "ru-jcuken", "л"), ("en", "en-qwerty", "k")]


def first_lesson(course: str) -> Lesson:
    return Lesson.objects.select_related("text", "course").get(course__slug=course, number=1)


def count_independently(posted: dict, text: str) -> dict[str, float]:
    """Speed and accuracy straight from the posted events, by the definitions alone."""
    cursor = right = wrong = 0
    clock = first = last = 0.0
    for dt, key, _ in posted["events"]:
        clock += dt
        first = clock if cursor + wrong == 0 else first
        last = clock
        if key == text[cursor] or (text[cursor] == "\n" and key == " "):
            cursor, right = cursor + 1, right + 1
        else:
            wrong += 1
    return {
        "cpm": 60000 * (len(text) - 1) / (last - first),
        "accuracy": 100 * right / (right + wrong),
        "errors": wrong,
    }


@pytest.mark.parametrize(("course", "layout", "wrong"), COURSES, ids=["ru", "en"])
def test_a_guest_types_lesson_one_signs_up_and_keeps_it(
    courses, live_server, page: Page, course, layout, wrong
):
    page.goto(f"{live_server.url}/")
    page.locator(f"a[href='/practice/{course}/start/']").click()
    page.locator("[data-primary]").press("Enter")
    lesson = first_lesson(course)
    page.locator(".exercise-text .now").wait_for()
    posted: list[dict] = []
    page.on("request", lambda request: posted.append(_log(request)) if request.method == "POST" else None)
    Typist(page, layout, pace_ms=50).type(lesson.text.body, mistakes=MISTAKES, wrong=wrong)
    expect(page.locator("#result")).to_be_visible()

    session = TypingSession.objects.get()
    counted = count_independently(posted[0], lesson.text.body)
    assert session.cpm == pytest.approx(counted["cpm"], rel=0.002)
    assert session.accuracy == pytest.approx(counted["accuracy"])
    assert session.errors == counted["errors"] == 3
    assert session.stars == scoring.stars(session.cpm, session.accuracy, lesson.target_cpm)
    expect(page.locator(".stars .star.lit")).to_have_count(session.stars)
    assert page.url.endswith(f"/sessions/{session.pk}/")

    page.locator("[data-primary]").press("Enter")
    expect(page).to_have_url(re.compile(f"/practice/{course}/2/"))

    sign_up_and_confirm(page, live_server.url)
    assert User.objects.get(email="guest@example.com") == session.user
    page.goto(f"{live_server.url}/learn/{course}/")
    expect(page.locator(f"a.place[href='/practice/{course}/1/'] .lit")).to_have_count(session.stars)
    expect(page.locator(f"a.place[href='/practice/{course}/2/']")).to_be_visible()


def sign_up_and_confirm(page: Page, base: str) -> None:
    """Sign up and follow the link of the mail, a guest until then."""
    page.goto(f"{base}/accounts/signup/")
    page.locator("input[name=email]").fill("guest@example.com")
    page.locator("input[name=password1]").fill("a-long-password-of-mine")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/accounts/confirm-email/$"))
    sign_in = page.locator(".site-account a[href^='/accounts/login/']")
    expect(sign_in).to_be_visible()
    page.goto(re.search(r"http://\S+/accounts/confirm-email/\S+", mail.outbox[-1].body)[0])
    page.locator("main form button").first.click()
    expect(page).not_to_have_url(re.compile("confirm-email"))
    expect(sign_in).to_have_count(0)


def _log(request) -> dict:
    body = request.post_data_buffer.decode()
    found = re.search(r'name="log"\r\n\r\n(.*?)\r\n--', body, re.DOTALL)
    return json.loads(found[1]) if found else {}


@pytest.mark.parametrize(("course", "layout", "wrong"), COURSES, ids=["ru", "en"])
def test_the_same_without_javascript(courses, live_server, browser: Browser, course, layout, wrong):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/practice/{course}/1/")
    lesson = first_lesson(course)
    typed = "".join(wrong if place in MISTAKES else char for place, char in enumerate(lesson.text.body))
    page.locator("textarea[name=typed]").press_sequentially(typed, delay=12)
    page.locator("#practice button[type=submit], #practice noscript button").first.click()
    expect(page.locator("#result")).to_be_visible()
    session = TypingSession.objects.get()
    assert (session.source, session.errors, session.ranked) == ("plain", 3, False)
    expect(page.locator(".stars .star.lit")).to_have_count(session.stars)
    assert session.stars == scoring.stars(session.cpm, session.accuracy, lesson.target_cpm) >= 2
    sign_up_and_confirm(page, live_server.url)
    assert User.objects.get(email="guest@example.com") == session.user
    page.goto(f"{live_server.url}/sessions/{session.pk}/")
    expect(page.locator(".stars .star.lit")).to_have_count(session.stars)
    page.goto(f"{live_server.url}/learn/{course}/")
    expect(page.locator(f"a.place[href='/practice/{course}/1/'] .lit")).to_have_count(session.stars)
    page.locator(f"a.place[href='/practice/{course}/2/']").click()
    expect(page.locator("textarea[name=typed]")).to_be_visible()
    context.close()
