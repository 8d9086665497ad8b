"""A small laptop shows text, keyboard and space bar without scrolling."""

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect

from lessons.languages import TYPED
from progress.templatetags.switching import SWITCHED_BY

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


def test_no_warning_moves_the_text(stage, page: Page):
    page.set_viewport_size({"width": 1280, "height": 720})
    stage(FIVE_LINES).open()
    text, warning = page.locator(".exercise-text"), page.locator(".exercise-warning")
    stands = text.bounding_box()["y"]
    for language in ("en", "ru"):
        with override(language):
            for typed in TYPED.values():
                for _, keys in SWITCHED_BY:
                    warning.evaluate("(one, said) => { one.textContent = said; }", f"{typed.foreign} {keys}")
                    assert text.bounding_box()["y"] == stands, f"{typed.foreign} {keys}"


def test_what_hangs_from_a_mistake_rolls_away_with_it(stage, typist, page: Page):
    stage(FIVE_LINES, mode="free").open()
    first = FIVE_LINES.split("\n")[0]
    typist.type("x" + first[1:] + " " + first[:3])
    mistake = page.locator(".mistake")
    hangs = "one => getComputedStyle(one, '::after').content"
    assert mistake.evaluate(hangs) == '"x"'
    typist.type(first[3:] + " " + first[:3])
    expect(mistake).to_have_class("done mistake gone")
    assert mistake.evaluate(hangs) == "none"
