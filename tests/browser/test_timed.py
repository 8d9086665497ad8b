"""A timed test in the browser; its minute is passed by the page's clock, not waited for."""

import re

import pytest
from playwright.sync_api import Page, expect

from progress.models import TypingSession
from tests.browser.typist import Typist

TYPED = 40


def start(page: Page, address: str) -> str:
    page.clock.install()
    page.goto(address)
    page.locator(".exercise-text .now").wait_for()
    return page.evaluate("document.querySelector('typing-exercise').text")


@pytest.mark.parametrize(("language", "layout"), [("en", "en-qwerty"), ("ru", "ru-jcuken")])
def test_when_the_minute_is_over_the_result_comes(courses, live_server, page: Page, language, layout):
    text = start(page, f"{live_server.url}/tests/{language}/1/")
    clock = page.locator("[data-stat=time] b")
    expect(clock).to_have_text("1:00")
    assert page.locator(".key").count() == 0
    Typist(page, layout, pace_ms=30).type(text[:TYPED])
    expect(clock).not_to_have_text("1:00")
    page.clock.fast_forward("00:30")
    expect(clock).to_have_text(re.compile(r"^0:2[5-9]$"))
    expect(page.locator(".exercise-progress i")).to_have_css("transform", re.compile(r"matrix\(0\.[5-9]"))
    page.clock.fast_forward("00:30")
    expect(page.locator(".last")).to_be_visible()
    expect(page.locator(".exercise-text .now")).to_be_visible()
    session = TypingSession.objects.get()
    assert (session.kind, session.minutes, session.duration_ms) == ("test", 1, 60_000)
    assert session.keystrokes == TYPED and session.errors == 0
    assert session.cpm == TYPED - 1
    assert session.flags == ["clock", "idle"], "a minute has not passed for the server"
    page.locator("[data-whole]").click()
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator(".passages")).to_have_text(text[:TYPED].strip(), use_inner_text=True)


def test_minutes_can_be_added(courses, live_server, page: Page):
    text = start(page, f"{live_server.url}/tests/en/1/?extendable=1")
    page.get_by_role("button", name="One more minute").click()
    expect(page.locator("[data-stat=time] b")).to_have_text("2:00")
    typist = Typist(page, "en-qwerty", pace_ms=30)
    typist.type(text[:10])
    page.clock.fast_forward("01:10")
    typist.type(text[10:20])
    assert not TypingSession.objects.exists()
    page.clock.fast_forward("01:00")
    expect(page.locator(".last")).to_be_visible()
    session = TypingSession.objects.get()
    assert session.keystrokes == 20 and session.is_extendable and not session.ranked


def test_who_starts_again_gets_another_text(courses, live_server, page: Page):
    text = start(page, f"{live_server.url}/tests/en/1/")
    Typist(page, "en-qwerty", pace_ms=30).type(text[:5])
    with page.expect_navigation():
        page.keyboard.press("Escape")
    page.locator(".exercise-text .now").wait_for()
    assert page.evaluate("document.querySelector('typing-exercise').text") != text
