from django.test import Client
from playwright.sync_api import Browser

from tests.factories import make_learner


def test_the_header_keeps_to_one_line(courses, live_server, browser: Browser):
    """With all its links, a long name and the longer language: a menu where they don't fit."""
    anna = make_learner(name="Мария-Антуанетта Преображенская")
    client = Client()
    client.force_login(anna)
    context = browser.new_context(locale="ru")
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page, heights = context.new_page(), {}
    page.goto(f"{live_server.url}/coach/")
    for width in (390, 700, 860, 1024, 1060, 1100, 1250, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        heights[width] = page.locator(".site-head").bounding_box()["height"]
    assert max(heights.values()) < 80, heights
    context.close()
