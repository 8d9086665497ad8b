"""The keyboard on the page in Chromium: which keys are lit, and where they lie."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from progress.pages.drawn import virtual_keyboard
from tests.browser.typist import Typist


@pytest.fixture
def page(same_page: Page) -> Page:
    return same_page


def lit(page: Page) -> list[str]:
    """The keys lit in the next frame."""
    page.evaluate("() => new Promise(requestAnimationFrame)")
    return page.eval_on_selector_all(".key.next", "keys => keys.map(key => key.dataset.code)")


def test_the_next_key_is_lit_with_the_other_hands_shift(stage, typist, page):
    stage("aS").open()
    assert lit(page) == ["KeyA"]
    typist.strike("a")
    assert lit(page) == ["KeyS", "ShiftRight"]
    expect(page.locator(".key.taught")).to_have_count(5)


def test_an_english_lesson_on_dvorak_has_the_hints_of_dvorak(stage, page):
    text = "The quick brown fox, dizzy"
    stage = stage(text, layout="en-dvorak").open()
    dvorak = Typist(page, "en-dvorak", pace_ms=12)
    for character in text:
        key, shifted = dvorak.layout.key_for(character)
        shift = [dvorak.layout.shift_for(key).code] if shifted else []
        assert sorted(lit(page)) == sorted([key.code, *shift])
        dvorak.strike(character)
    expect(page.locator("#result")).to_be_visible()
    assert [text for _, text, _ in stage.log["events"]] == list(text)


@pytest.mark.parametrize(
    ("layout", "keyboard", "text", "codes"),
    [
        ("en-dvorak-left", "", "E", ["KeyJ", "ShiftLeft"]),
        ("en-dvorak-right", "", "E", ["KeyG", "ShiftRight"]),
        ("en-qwerty", "split", " ", ["Space", "Space"]),
        ("en-qwerty-uk", "", "|", ["IntlBackslash", "ShiftRight"]),
        ("de-qwertz", "", "°", ["Backquote", "ShiftRight"]),
        ("de-qwertz", "", "^", []),
        ("en-colemak-dh", "", "z", ["KeyB"]),
        ("en-colemak-dh", "iso", "z", ["IntlBackslash"]),
    ],
)
def test_the_keys_lit_on_each_kind_of_keyboard(stage, page, layout, keyboard, text, codes):
    stage(text, layout=layout, keyboard=keyboard).open()
    assert sorted(lit(page)) == codes


def test_at_a_line_end_the_lit_key_is_one_that_was_taught(stage, typist, page):
    stage = stage("a\na").open()
    typist.strike("a")
    assert lit(page) == ["Space"]
    stage.context["keyboard"] = virtual_keyboard("en-qwerty", "", frozenset("a \n"))
    stage.open()
    typist.strike("a")
    assert lit(page) == ["Enter"]


def test_a_wrong_key_is_shown_for_a_moment(stage, typist, page):
    stage("aa").open()
    slipped = page.locator(".key.slip")
    typist.strike("k")
    expect(slipped).to_have_attribute("data-code", "KeyK")
    expect(slipped).to_have_count(0)
    typist.strike("K")
    typist.strike("a")
    expect(slipped).to_have_count(0)


@pytest.mark.parametrize("keyboard", ["ansi", "iso"])
def test_the_space_bar_is_in_the_middle(stage, page, keyboard):
    stage("a", keyboard=keyboard).open()
    middle = (
        "element => { const { left, right } = element.getBoundingClientRect(); return (left + right) / 2; }"
    )
    bar = page.locator("[data-code=Space]").evaluate(middle)
    assert abs(bar - page.locator(".keyboard").evaluate(middle)) < 1


@pytest.mark.parametrize("keyboard", ["ansi", "iso", "split"])
def test_no_key_covers_another(stage, page, keyboard):
    stage("a", keyboard=keyboard).open()
    boxes = page.eval_on_selector_all(".key", "keys => keys.map(k => k.getBoundingClientRect().toJSON())")
    rows = sorted({box["top"] for box in boxes})
    assert len(rows) == 5
    for row in rows:
        across = sorted((box["left"], box["right"]) for box in boxes if box["top"] == row)
        assert all(right < left for (_, right), (left, _) in pairwise(across))


def test_the_fingers_that_strike_are_filled(stage, typist, page):
    stage("aS k").open()
    fingers = """fingers => fingers.map(finger => `${finger.dataset.hand} ${finger.dataset.finger}`).sort()"""
    filled = lambda: page.eval_on_selector_all(".hand .next", fingers)  # noqa: E731
    assert filled() == ["left little"]
    typist.strike("a")
    assert filled() == ["left ring", "right little"]
    typist.strike("S")
    assert filled() == ["left thumb", "right thumb"]
    typist.strike(" ")
    assert filled() == ["right middle"]
    assert page.locator(".hands").bounding_box()["height"] <= 96


def test_a_layout_for_one_hand_has_one(stage, page):
    stage("e", layout="en-dvorak-left").open()
    expect(page.locator(".hand")).to_have_count(1)
    expect(page.locator(".hand [data-finger=left-index]")).to_be_visible()
    stage("e", layout="en-dvorak-right").open()
    expect(page.locator(".hand [data-hand=right]").first).to_be_visible()
    expect(page.locator(".hand [data-hand=left]")).to_have_count(0)
