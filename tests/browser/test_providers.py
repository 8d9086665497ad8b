"""Signing in through a provider in a browser: a guest signs up, comes back, disconnects and connects again."""

import re

from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.tests.providers.conftest import running_school, school  # noqa: F401 (fixtures)
from lessons.models import Lesson
from progress.models import TypingSession
from tests.browser.typist import Typist

KETTLE = "kettle-on-the-hob"


def complaints_of(page: Page, *ours: str) -> list[str]:
    """What the page's console complains of, and whom else it asks."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
    page.on(
        "request", lambda asked: None if asked.url.startswith((*ours, "data:")) else heard.append(asked.url)
    )
    return heard


def test_a_guest_signs_up_leaves_and_comes_back(courses, live_server, school, browser: Browser):  # noqa: F811
    context = browser.new_context(locale="en", timezone_id="Asia/Tokyo")
    page = context.new_page()
    complaints = complaints_of(page, live_server.url, school.url)

    # What a guest typed is hers as an account.
    page.goto(f"{live_server.url}/practice/en/1/")
    text = Lesson.objects.get(course__slug="en", number=1).text.body
    Typist(page, "en-qwerty", pace_ms=8).type(text)
    page.locator("#result").wait_for()
    page.goto(f"{live_server.url}/accounts/signup/?next=/history/")
    page.get_by_role("button", name="Continue with Example School").click()
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/history/"))
    anna = User.objects.get()
    assert (anna.email, anna.timezone) == ("anna@school.example", "Asia/Tokyo")
    assert TypingSession.objects.get().user == anna

    # Signing out and in again.
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Continue with Example School").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_have_text("Signing in with Example School was canceled.")
    page.get_by_role("button", name="Continue with Example School").click()
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/**")

    # The only way in stays; with a password it may go, and come again.
    page.goto(f"{live_server.url}/settings/security/")
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("button", name="Continue with Example School").click()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status")).to_contain_text("is your only way to sign in")
    page.goto(f"{live_server.url}/accounts/password/set/")
    page.locator("input[name=password1]").fill(KETTLE)
    page.get_by_role("button", name="Save the password").click()
    page.goto(f"{live_server.url}/settings/security/")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status")).to_have_text("You can no longer sign in with Example School.")
    page.get_by_role("button", name="Connect Example School").click()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status")).to_have_text("You can sign in with Example School now.")
    expect(page.get_by_text("anna@school.example").first).to_be_visible()
    assert complaints == []
    context.close()
