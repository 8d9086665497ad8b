"""The end of an exercise in Chromium: sent, kept while the server is away, its result read out."""

import re

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Lesson
from tests.browser.stage import ORIGIN
from tests.browser.typist import Typist

KEPT = """async () => {
  const { all } = await import("/static/typing/store.js");
  return (await all()).map(({ ticket }) => ticket);
}"""


def forgotten(page: Page) -> None:
    page.wait_for_function("!document.cookie.includes('unsent')")
    assert page.evaluate(KEPT) == []


def test_the_result_takes_the_focus_and_enter_goes_on(stage, typist, page):
    stage("sad").open()
    typist.type("sad")
    expect(page.locator("#result-title")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url == f"{ORIGIN}/"
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ORIGIN}/next/")


@pytest.mark.parametrize("answer", [None, (503, "down")], ids=["no connection", "no server"])
def test_nothing_is_lost_while_the_server_is_away(stage, typist, page, answer):
    stage = stage("sad").open()
    stage.answer = answer
    typist.type("sad")
    expect(page.get_by_text("Saved here; will be sent when the connection is back.")).to_be_visible()
    assert page.evaluate(KEPT) == ["ticket-1"]
    stage.answer = (200, "<section id='result'><h1>Well done</h1></section>")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#result")).to_be_visible()
    forgotten(page)
    assert stage.posts[0]["log"] == stage.posts[1]["log"]


def test_the_next_page_sends_what_was_kept(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = None
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    stage.answer = (200, "")
    stage.context["ticket"] = "ticket-2"
    stage.open()
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    assert [post["ticket"] for post in stage.posts] == ["ticket-1", "ticket-1"]
    assert stage.posts[0]["log"] == stage.posts[1]["log"]
    forgotten(page)
    expect(page.locator("textarea")).to_be_focused()


def test_the_connection_coming_back_sends_by_itself(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = None
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    stage.answer = (200, "<section id='result'><h1>Well done</h1></section>")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#result")).to_be_visible()


def test_a_refusal_is_shown_in_place(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = (422, '<section id="refusal" role="alert"><h1>Not scored</h1></section>')
    typist.type("sad")
    expect(page.locator("#refusal h1")).to_be_focused()
    forgotten(page)


def test_a_kept_log_is_sent_from_another_lesson_without_leaving_it(courses, live_server, page):
    text = Lesson.objects.get(course__slug="en", number=1).text.body
    page.route("**/sessions/", lambda route: route.abort("internetdisconnected"))
    page.goto(f"{live_server.url}/practice/en/1/")
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(text)
    expect(page.get_by_text("Saved here")).to_be_visible()
    page.unroute("**/sessions/")
    page.goto(f"{live_server.url}/practice/ru/1/")
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    assert page.url == f"{live_server.url}/practice/ru/1/"
    expect(page.locator("typing-exercise")).to_be_visible()


def test_the_result_is_read_out_and_its_title_stays(courses, live_server, page):
    lesson = Lesson.objects.get(course__slug="en", number=1)
    page.goto(f"{live_server.url}/practice/en/1/")
    expect(page.locator(".exercise-goal")).to_have_text(lesson.goal_en)
    expect(page.locator(".exercise-tip")).to_have_text(lesson.tip_en)
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(lesson.text.body)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    expect(heading).to_have_accessible_description(
        re.compile(r"stars? of 5 Speed .* WPM .* Accuracy 100\.0%")
    )
    title = page.title()
    assert title == f"Lesson 1. {lesson.title_en} · Result · Typing Trainer"
    page.reload()
    assert page.title() == title
    assert page.locator("main title").count() == 0
