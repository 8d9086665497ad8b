"""The end of an exercise in Chromium: sent, kept while the server is away, its result read out."""

import re

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Lesson
from progress.models import TypingSession
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
    page.wait_for_timeout(1200)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ORIGIN}/next/")


@pytest.mark.parametrize("answer", [None, (503, "down")], ids=["no connection", "no server"])
def test_nothing_is_lost_while_the_server_is_away(stage, typist, page, answer):
    stage = stage("sad").open()
    stage.answer, stage.verdict = answer, None
    typist.type("sad")
    expect(
        page.get_by_text("The site did not answer. Saved here; will be sent when it does.")
    ).to_be_visible()
    assert page.evaluate(KEPT) == ["ticket:1"]
    stage.verdict = "settled"
    stage.answer = (200, "<section id='result'><h1>Well done</h1></section>")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#result")).to_be_visible()
    forgotten(page)
    assert stage.posts[0]["log"] == stage.posts[1]["log"]


FOREIGN = [
    (200, "<h1>Filter</h1>"),
    (204, ""),
    (401, "<h1>Sign in to the portal</h1>"),
    (409, "x"),
    (413, "x"),
]


@pytest.mark.parametrize("answer", FOREIGN, ids=str)
def test_what_somebody_else_answers_ends_nothing(stage, typist, page, answer):
    stage = stage("sad").open()
    stage.answer, stage.verdict = answer, None
    typist.type("sad")
    expect(
        page.get_by_text("The site did not answer. Saved here; will be sent when it does.")
    ).to_be_visible()
    expect(page.locator("typing-exercise")).to_be_visible()
    assert page.locator("main").filter(has_text="Filter").count() == 0
    assert page.evaluate(KEPT) == ["ticket:1"]
    stage.context["ticket"] = "ticket:2"
    with page.expect_request_finished(lambda request: request.method == "POST"):
        stage.open()
    page.wait_for_timeout(200)
    assert len(stage.posts) == 2 and page.evaluate(KEPT) == ["ticket:1"]
    stage.answer, stage.verdict = (200, ""), "settled"
    stage.open()
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    forgotten(page)


def test_an_answer_of_another_log_ends_nothing(stage, typist, page):
    stage = stage("sad").open()
    stage.answers_of = "ticket:another"
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    assert page.locator("#result").count() == 0
    assert page.evaluate(KEPT) == ["ticket:1"]


def test_a_header_of_somebody_else_goes_nowhere(stage, typist, page):
    stage = stage("sad").open()
    page.route(
        "**/sessions/", lambda route: route.fulfill(status=200, headers={"HX-Redirect": "/away/"}, body="")
    )
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    assert page.url == f"{ORIGIN}/"


def test_a_refusal_that_may_pass_is_told_beside_the_exercise(stage, typist, page):
    stage = stage("sad").open()
    page.route("**/sessions/", lambda route: route.fulfill(**kept_refusal(route)))
    typist.type("sad")
    expect(page.get_by_text("Part of the subscription. Prices")).to_be_visible()
    expect(page.get_by_text("Saved here; will be sent again when you open another exercise.")).to_be_visible()
    expect(page.locator("typing-exercise")).to_be_visible()
    assert page.evaluate(KEPT) == ["ticket:1"]


def kept_refusal(route):
    headers = {"Typing-Log": "1 kept", "HX-Retarget": "#refused", "HX-Reswap": "innerHTML"}
    return {"status": 402, "headers": headers, "body": "Part of the subscription. <a href='/'>Prices</a>"}


def test_logs_of_months_ago_are_still_sent(stage, typist, page):
    stage = stage("sad")
    stage.answer = None
    page.clock.install()
    stage.open()
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    page.clock.fast_forward(100 * 24 * 60 * 60 * 1000)
    stage.answer, stage.context["ticket"] = (200, ""), "ticket:2"
    stage.open()
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()


@pytest.mark.parametrize("broken", ["missing", "foreign"])
def test_the_sender_that_does_not_arrive_is_asked_for_again(stage, typist, page, broken):
    stage = stage("sad")

    def serve(route):
        if broken == "missing":
            route.abort()
        else:
            route.fulfill(content_type="text/html", body="<h1>Filter</h1>")

    page.route("**/htmx*", serve)
    stage.open()
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    page.unroute("**/htmx*")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#result")).to_be_visible()
    forgotten(page)


def test_a_refusal_for_good_of_what_was_kept_is_told_once(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = None
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    stage.answer, stage.context["ticket"] = (410, "<p role='alert'>No longer there.</p>"), "ticket:2"
    stage.open()
    expect(page.get_by_text("No longer there.")).to_be_visible()
    expect(page.locator("textarea")).to_be_focused()
    forgotten(page)


def test_without_cookies_the_page_says_so(stage, typist, page):
    stage = stage("sad")
    page.context.clear_cookies()
    stage.open()
    expect(page.locator(".exercise-warning")).to_contain_text("accept cookies")
    stage.answer, stage.verdict = (403, "<section id='refusal'>This page was open too long</section>"), None
    typist.type("sad")
    expect(page.locator(".exercise-unsent")).to_contain_text("accept cookies")
    assert page.get_by_text("open too long").count() == 0


def test_the_next_page_sends_what_was_kept(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = None
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    stage.answer = (200, "")
    stage.context["ticket"] = "ticket:2"
    stage.open()
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    assert [post["ticket"] for post in stage.posts] == ["ticket:1", "ticket:1"]
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


INSTEAD = [(200, "<h1>Filter</h1>"), (204, ""), (200, "{}"), (409, "x")]


@pytest.mark.parametrize("answer", INSTEAD, ids=str)
def test_a_lesson_that_somebody_else_answered_for_is_in_the_history(courses, live_server, page, answer):
    status, body = answer
    page.route("**/sessions/", lambda route: route.fulfill(status=status, body=body), times=1)
    page.goto(f"{live_server.url}/practice/en/1/")
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(Lesson.objects.get(course__slug="en", number=1).text.body)
    expect(page.get_by_text("Saved here")).to_be_visible()
    expect(page.locator("typing-exercise")).to_be_visible()
    page.goto(f"{live_server.url}/practice/en/1/")
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    forgotten(page)
    assert TypingSession.objects.count() == 1


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


def test_two_tabs_that_send_at_once_record_once(courses, live_server, page):
    page.route("**/sessions/", lambda route: route.abort("internetdisconnected"))
    page.goto(f"{live_server.url}/practice/en/1/")
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(Lesson.objects.get(course__slug="en", number=1).text.body)
    expect(page.get_by_text("Saved here")).to_be_visible()
    tabs = [page.context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(f"{live_server.url}/practice/ru/1/", wait_until="commit")
    page.unroute("**/sessions/")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#result")).to_be_visible()
    forgotten(page)
    for tab in tabs:
        tab.wait_for_load_state("networkidle")
    assert TypingSession.objects.count() == 1


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
    assert page.locator("main title:not(svg title)").count() == 0
