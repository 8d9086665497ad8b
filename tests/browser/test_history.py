"""Back and forward between exercises and their results: what is shown is what the address says."""

import re

from playwright.sync_api import Page, expect

from tests.browser.typist import Typist

LESSON = "/practice/en/1/"
RESULT = re.compile(r"/sessions/[0-9a-f-]+/$")


def finish(page: Page, address: str) -> None:
    """Type the lesson at an address to its end; after a test the next text comes, not its result."""
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(page.evaluate("document.querySelector('typing-exercise').text"))
    expect(page).to_have_url(RESULT)
    expect(page.locator("#result")).to_be_visible()


def sees_exercise(page: Page, address: str) -> None:
    expect(page).to_have_url(re.compile(address + "$"))
    expect(page.locator(".exercise-text .now")).to_be_visible()
    expect(page.locator("#result")).to_have_count(0)


def sees_result(page: Page, address: str) -> None:
    expect(page).to_have_url(address)
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#practice")).to_have_count(0)


def test_back_and_forward_after_a_result_was_loaded_again(courses, live_server, page: Page):
    address = LESSON
    page.goto(live_server.url + address)
    finish(page, address)
    result = page.url
    page.go_back()
    sees_exercise(page, address)
    page.go_forward()
    sees_result(page, result)
    page.reload()
    page.go_back()
    sees_exercise(page, address)
    page.go_forward()
    sees_result(page, result)


def test_back_from_the_next_exercise(courses, live_server, page: Page):
    address = LESSON
    page.goto(live_server.url + address)
    finish(page, address)
    result = page.url
    page.goto(f"{live_server.url}/practice/ru/1/")
    sees_exercise(page, "/practice/ru/1/")
    page.go_back()
    sees_result(page, result)
    page.go_back()
    sees_exercise(page, address)
    finish(page, address)
    assert page.url != result, "a fresh ticket"


def test_back_from_a_result_that_is_gone(courses, live_server, page: Page):
    page.goto(live_server.url + LESSON)
    finish(page, LESSON)
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    page.go_back()
    sees_exercise(page, LESSON)
