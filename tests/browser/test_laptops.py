"""A small laptop shows text, keyboard and space bar without scrolling."""

import pytest
from playwright.sync_api import Page

LAPTOPS = [(1366, 650), (1280, 720)]
FIVE_LINES = "\n".join(["a sad lad had a salad and a glass of water in"] * 5)
FIELD = ".exercise-text, .key[data-code=Space]"


def lowest(page: Page) -> float:
    """Where the lowest of text and space bar ends."""
    page.locator(".exercise-text .now").wait_for()
    boxes = "all => all.map(one => one.getBoundingClientRect().bottom)"
    return max(page.eval_on_selector_all(FIELD, boxes))


@pytest.mark.parametrize(("width", "height"), LAPTOPS)
def test_nothing_needed_is_below_the_fold(courses, live_server, stage, page: Page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    for address in ("/practice/ru/1/", "/practice/en/1/", "/tests/ru/1/"):
        page.goto(live_server.url + address)
        assert lowest(page) <= height, address
    stage(FIVE_LINES).open()
    assert lowest(page) <= height
    line = page.locator(".exercise-text .now").bounding_box()
    text = page.locator(".exercise-text").bounding_box()
    assert text["height"] > 3 * line["height"], "three lines"
