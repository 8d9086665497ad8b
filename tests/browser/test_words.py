"""A test of words in the browser: the head counts them, the last one ends it, and the next text waits."""

from playwright.sync_api import Page, expect

from progress.models import TypingSession
from tests.browser.typist import Typist


def test_ten_words_from_the_form_to_the_next_ten(courses, live_server, page: Page):
    page.goto(f"{live_server.url}/tests/")
    page.get_by_label("10 words").check()
    page.get_by_label("numbers").check()
    page.get_by_role("button", name="Start the test").click()
    done = page.locator("[data-stat=words] b")
    page.locator(".exercise-text .now").wait_for()
    expect(done).to_have_text("0")
    text = page.evaluate("document.querySelector('typing-exercise').text")
    half = len(" ".join(text.split()[:5])) + 1
    stands = page.locator(".exercise-text").bounding_box()["y"]
    typist = Typist(page, "en-qwerty", pace_ms=40)
    typist.type(text[:half])
    expect(done).to_have_text("5")
    with page.expect_navigation():
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.locator(".exercise-text .now").wait_for()
    another = page.evaluate("document.querySelector('typing-exercise').text")
    assert another != text
    typist.type(another)
    speed = page.locator(".last b").first
    expect(speed).to_be_visible()
    assert page.locator(".exercise-text").bounding_box()["y"] == stands, (
        "the result stands where room was kept for it"
    )
    assert float(speed.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 24
    expect(done).to_have_text("0")
    session = TypingSession.objects.get()
    assert (session.kind, session.words, session.difficulty) == ("test", 10, "hard")
    assert session.text.body == another and session.errors == 0


def test_between_two_texts_keys_still_struck_are_lost_and_the_arrow_leads_to_the_result(
    courses, live_server, page: Page
):
    page.goto(f"{live_server.url}/tests/en/10-words/")
    page.locator(".exercise-text .now").wait_for()
    typist = Typist(page, "en-qwerty", pace_ms=30)
    typist.type(page.evaluate("document.querySelector('typing-exercise').text"))
    expect(page.locator(".last")).to_be_visible()
    page.locator(".exercise-text .now").wait_for()
    typist.pace_ms = 10
    events = "document.querySelector('typing-exercise').machine.events.length"
    for _ in range(4):
        typist.strike("x")
    assert page.evaluate(events) == 0, "still of the last text"
    page.wait_for_timeout(600)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#result")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#result")).to_be_visible()
