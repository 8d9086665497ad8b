"""The exercise element in Chromium: mistakes, erasing, what the page shows meanwhile."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.stage import Stage
from tests.browser.typist import Typist

SPOKEN = """() => {
  window.spoken = [];
  const live = document.querySelector(".exercise-live");
  const note = () => spoken.push(live.textContent);
  new MutationObserver(note).observe(live, { childList: true });
}"""


@pytest.fixture
def page(same_page: Page) -> Page:
    return same_page


def test_a_mistake_stops_and_stays_visible(stage, typist, page):
    stage = stage("sad").open()
    typist.type("sk")
    assert stage.classes() == ["done", "now mistake", ""]
    expect(page.locator(".mistake")).to_have_attribute("data-typed", "k")
    expect(page.locator(".exercise-live")).to_have_text("Expected: a")
    typist.type("ad")
    expect(page.locator("#result")).to_be_visible()
    assert [typed for _, typed, _ in stage.log["events"]] == ["s", "k", "a", "d"]
    assert stage.log["client"] == {"input": "keyboard", "untrusted": False}


def test_the_same_mistake_is_spoken_again(stage, typist, page):
    stage("sad").open()
    page.evaluate(SPOKEN)
    for _ in range(2):
        typist.type("kk")
        page.wait_for_function("spoken.at(-1) !== ''")
        page.wait_for_timeout(1600)
    assert page.evaluate("spoken.slice(-3)") == ["Expected: s", "", "Expected: s"]


def test_free_mode_speaks_of_what_is_left_behind(stage, typist, page):
    stage("dad", mode="free").open()
    typist.type("k")
    expect(page.locator(".exercise-live")).to_have_text("A mistake was left uncorrected: it should be d")


def test_the_log_tells_times_and_how_long_keys_were_held(stage, typist, page):
    stage = stage("sad sad").open()
    typist.pace_ms = 80
    typist.type("sad sad")
    expect(page.locator("#result")).to_be_visible()
    events = stage.log["events"]
    assert events[0][0] == 0
    assert all(15 < dt < 5000 for dt, _, _ in events[1:])
    assert all(10 <= hold < 5000 for _, _, hold in events[:-1])
    assert stage.posts[0]["ticket"] == stage.log["ticket"] == "ticket:1"
    assert stage.posts[0]["csrfmiddlewaretoken"] == "c" * 32


def test_free_mode_erases_letters_and_words(stage, typist, page):
    stage = stage("dad sad fad", mode="free").open()
    typist.type("dak")
    assert stage.classes()[:4] == ["done", "done", "done mistake", "now"]
    page.keyboard.press("Backspace")
    assert stage.classes()[:4] == ["done", "done", "now", ""]
    typist.type("d saf")
    page.keyboard.press("Control+Backspace")
    assert stage.classes()[:5] == ["done", "done", "done", "done", "now"]
    page.keyboard.press("Alt+Backspace")
    assert stage.classes()[0] == "now"
    assert stage.typed[-1] == "\x17"


def test_keys_struck_before_the_script_arrived_count(stage, typist, page):
    stage = stage("sad fad")
    stage.hold_back = "practice.js"
    stage.open()
    typist.type("sad")
    stage.release()
    typist.type(" fad")
    expect(page.locator("#result")).to_be_visible()
    assert "".join(text for _, text, _ in stage.log["events"]) == "sad fad"


def test_a_text_typed_before_the_script_arrived_is_sent(stage, typist, page):
    stage = stage("sad")
    stage.hold_back = "practice.js"
    stage.open()
    typist.type("sad")
    stage.release()
    expect(page.locator("#result")).to_be_visible()
    assert [text for _, text, _ in stage.log["events"]] == ["sad"]


def test_the_text_does_not_move_when_the_script_arrives(stage, page):
    stage = stage(
        "a sad lad had a salad and a glass, and he asked all the lads for salads\nas a lad has " * 2
    )
    stage.hold_back = "practice.js"
    stage.open()
    measure = """() => {
      const text = document.querySelector(".exercise-text");
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      return [text.getBoundingClientRect().toJSON(), text.textContent, lines.size];
    }"""
    styled = "[...document.querySelectorAll('link[rel=stylesheet]')].every(({ sheet }) => sheet)"
    page.wait_for_function(styled)
    page.evaluate("document.fonts.ready.then(() => true)")
    before = page.evaluate(measure)
    stage.release()
    assert page.evaluate(measure) == before
    shifts = "new Promise(done => new PerformanceObserver(list => done(list.getEntries())).observe"
    quiet = "new Promise(done => setTimeout(() => done([]), 200))"
    assert (
        page.evaluate(f"Promise.race([{shifts}({{type: 'layout-shift', buffered: true}})), {quiet}])") == []
    )


def test_escape_starts_anew_and_tab_leaves(stage, typist, page):
    stage = stage("sad sad sad sad").open()
    typist.type("sk")
    page.keyboard.press("Escape")
    assert (stage.typed, stage.classes()[:3]) == ([], ["now", "", ""])
    page.keyboard.press("Tab")
    expect(page.locator("textarea")).not_to_be_focused()
    expect(page.locator("[data-restart]")).to_be_focused()


def test_escape_asks_once_more_when_much_would_be_lost(stage, typist, page):
    stage = stage("sad sad sad sad").open()
    warning = page.locator(".exercise-warning")
    typist.type("sad")
    page.keyboard.press("Escape")
    expect(warning).to_have_text("Press Esc once more to start again: what was typed will be lost.")
    typist.type(" ")
    expect(warning).to_be_empty()
    page.keyboard.press("Escape")
    assert stage.typed == ["s", "a", "d", " "]
    page.keyboard.press("Escape")
    assert stage.typed == [] and not warning.inner_text()


def test_typing_finds_its_field_and_the_page_says_so(stage, typist, page):
    stage = stage("sad sad").open()
    idle = page.get_by_text("Just type on, or click the text.")
    expect(idle).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    expect(idle).to_be_visible()
    typist.type("sa")
    expect(idle).to_be_hidden()
    page.locator("[data-restart]").focus()
    typist.type("d")
    assert stage.typed == ["s", "a", "d"], "a letter is nothing to a button"
    page.evaluate("document.activeElement.blur()")
    page.locator(".exercise-text").click(force=True)
    expect(page.locator("textarea")).to_be_focused()


def test_the_rest_fades_while_one_types(context: BrowserContext):
    """In a page of its own, as a clock that is set stays so."""
    page = context.new_page()
    page.clock.install()
    typist = Typist(page, "en-qwerty", pace_ms=12)
    Stage(page, "sad sad sad").open()
    faded = re.compile(r"\btyping\b")
    html, header = page.locator("html"), page.locator(".site-head")
    page.mouse.move(5, 5)
    typist.type("sa")
    expect(html).to_have_class(faded)
    expect(header).to_have_css("opacity", "0.2")
    expect(page.locator(".keyboard")).to_have_css("opacity", "1")
    page.mouse.move(50, 50)
    expect(html).not_to_have_class(faded)
    typist.type("d")
    expect(html).to_have_class(faded)
    page.clock.fast_forward(3_500)
    expect(html).not_to_have_class(faded)
    typist.type(" sad sad")
    expect(page.locator("#result")).to_be_visible()
    expect(html).not_to_have_class(faded)
    expect(header).to_have_css("opacity", "1")


def test_a_line_break_takes_space_or_enter(stage, typist, page):
    stage("s\na\nd").open()
    typist.type("s\na d")
    expect(page.locator("#result")).to_be_visible()


def test_what_is_hidden_stays_hidden(stage, page):
    stage = stage("sad").open()
    page.get_by_text("View").click()
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_role("button", name="Speed").click()
    expect(page.locator(".keyboard")).to_be_hidden()
    expect(page.locator("textarea")).to_be_focused()
    page.wait_for_timeout(100)
    assert stage.chosen == [("show_keyboard", "off"), ("show_speed", "off")]
    stage.view = "show_keyboard:off.show_speed:off"
    stage.open()
    expect(page.locator("[data-stat=speed]")).to_be_hidden()
    expect(page.locator("[data-stat=accuracy]")).to_be_visible()


def test_numbers_follow_and_stay_in_place(stage, typist, page):
    stage("sad sad sad sad").open()
    speed, accuracy = page.locator("[data-stat=speed] b"), page.locator("[data-stat=accuracy]")
    places = [round(figure.bounding_box()["x"]) for figure in (speed, accuracy)]
    expect(accuracy).to_have_text("—%")
    typist.type("sadk sad")
    page.wait_for_timeout(300)
    expect(accuracy).to_have_text("—%")
    typist.type(" sa")
    expect(accuracy).to_have_text("90%")
    assert int(speed.inner_text()) > 100
    assert [round(figure.bounding_box()["x"]) for figure in (speed, accuracy)] == places


def test_the_current_line_stays_in_the_middle_of_three(stage, typist, page):
    stage("sad fad dad " * 60).open()
    typist.pace_ms = 2
    typist.type("sad fad dad " * 22)
    box = page.locator(".exercise-text").bounding_box()
    now = page.locator(".now").bounding_box()
    middle = (now["y"] + now["height"] / 2 - box["y"]) / box["height"]
    assert 0.4 < middle < 0.6


def test_what_is_chosen_under_view_holds(stage, typist, page):
    stage = stage("sad fad " * 10)
    stage.context["best_cpm"] = 600.0
    stage.open()
    caret, line = page.locator(".caret"), page.locator(".pace-line")
    page.get_by_text("View").click()
    page.get_by_role("button", name="Smooth caret").click()
    page.get_by_role("button", name="Pace of my best run").click()
    expect(caret).to_have_css("transition-duration", "0.06s")
    typist.type("sad")
    expect(line).to_be_visible()
    mode = page.get_by_role("button", name="Correct mistakes with Backspace")
    mode.click()
    expect(page.get_by_text("Applies from the next run.")).to_be_visible()
    assert stage.typed == ["s", "a", "d"]
    assert stage.chosen == [("smooth_caret", "on"), ("pace_line", "on"), ("mistakes", "free")]
    page.wait_for_function("document.querySelector('.pace-line').style.transform.includes('px')")
    stage.view = "pace_line:on"
    with page.expect_navigation(url="**/?mode=free"):
        page.locator("[data-restart]").click()
    expect(caret).to_have_css("transition-duration", "0s")
    typist.type("sa")
    expect(line).to_be_visible()


def test_a_phone_shows_the_text_without_the_keyboard(stage, page):
    page.set_viewport_size({"width": 390, "height": 844})
    stage("a sad lad had a salad and a glass of water in the garden").open()
    expect(page.locator(".keyboard")).to_be_hidden()
    expect(page.locator("[name=show_keyboard]")).to_be_hidden()
    expect(page.locator("[data-restart]")).to_be_visible()
    for figure in page.locator(".exercise-head output").all():
        assert figure.bounding_box()["height"] < 40
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_pace_of_ones_best_run_begins_behind_the_first_character(stage, typist, page):
    stage = stage("a sad lad had a salad", view="pace_line:on")
    stage.context["best_cpm"] = 60
    stage.open()
    typist.type("a")
    line = page.locator(".pace-line")
    expect(line).to_be_visible()
    left = "one => Math.round(one.getBoundingClientRect().left)"
    ahead = page.locator(".exercise-text span").evaluate_all(f"all => all.slice(1, 4).map({left})")
    assert line.evaluate(left) in ahead
