"""Every page as a person meets it: accessible, in one language, light and dark, wide and narrow, nothing broken."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser

from lessons.models import Lesson
from tests.factories import (
    human_events,
    make_certificate,
    make_gold_test,
    make_learner,
    make_log,
    make_ticket,
)

ANYONE = [
    "/",
    "/learn/",
    "/learn/ru/",
    "/practice/ru/1/",
    "/practice/ru/start/",
    "/help/typing/",
    "/practice/en/1/?mode=free",
    "/practice/ru/2/",
    "/practice/ru/16/",
    "/pricing/",
    "/history/",
    "/tests/",
    "/tests/ru/1/",
    "/leaderboards/",
    "/achievements/",
    "/certificates/",
    "/coach/",
    "/coach/chat/",
    "/certificates/?code=K7QF-2MXA-9TRB",
    "/settings/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/confirm-email/",
    "/nowhere/",
]
LEARNER = [
    "/",
    "/learn/ru/",
    "/history/",
    "/dashboard/",
    "/coach/",
    "/coach/chat/",
    "/tests/?extendable=1",
    "/leaderboards/",
    "/achievements/",
    "/settings/",
    "/settings/tokens/",
    "/premium/",
    "/gift/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
]
LOOKS = [("ru", "dark", 390), ("en", "light", 1280)]
"""Each language, scheme and width once: Russian is the longer one where there is little room."""


@pytest.fixture
def anna(courses):
    return make_learner()


def visit(browser: Browser, base: str, paths: list[str], look, cookies=()) -> None:
    language, scheme, width = look
    context = browser.new_context(
        locale=language,
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _matters(message, page) else None)
    page.on("response", lambda response: complaints.append(response.url) if _failed(response) else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith((base, "data:")) else complaints.append(request.url),
    )
    for path in paths:
        page.goto(base + path)
        page.wait_for_load_state("load")
        assert page.locator("html").get_attribute("lang") == language
        found = Axe().run(page)
        assert not found.response["violations"], f"{path}: {found.generate_report()}"
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{path} is {overflow} px too wide at {width}"
    assert not complaints
    context.close()


def _matters(message, page) -> bool:
    """A page that answers 404 is a complaint of the console, too, but may be what was asked for."""
    return message.type in ("error", "warning") and message.location["url"] != page.url


def _failed(response) -> bool:
    return response.status >= 400 and not response.request.is_navigation_request()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_pages_for_anyone(anna, live_server, browser: Browser, look):
    visit(browser, live_server.url, ANYONE, look)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_pages_for_a_learner(anna, live_server, browser: Browser, look):
    client = Client()
    client.force_login(anna)
    lesson = Lesson.objects.select_related("course", "text").get(course__slug="ru", number=1)
    ticket = make_ticket(anna, lesson)
    events = human_events(lesson.text.body, pace_ms=600, mistakes=range(0, 60, 4))
    client.post("/sessions/", {"log": make_log(ticket, events)})
    issued, offered = make_certificate(anna), make_gold_test(anna)
    paths = [*LEARNER, f"/sessions/{ticket.session}/", f"/sessions/{ticket.session}/delete/"]
    paths += [issued.get_absolute_url(), f"/sessions/{issued.session_id}/", f"/sessions/{offered.pk}/"]
    paths += [f"/sessions/{offered.pk}/certificate/"]
    visit(browser, live_server.url, paths, look, [("sessionid", client.cookies["sessionid"].value)])
