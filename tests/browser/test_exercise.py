"""The exercise element in Chromium: keyboards, dead keys, touch keyboards, warnings, sending."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Lesson
from tests.browser.stage import ORIGIN, Stage
from tests.browser.typist import Typist

KEPT = """async () => {
  const { all } = await import("/static/typing/store.js");
  return (await all()).map(({ ticket }) => ticket);
}"""


@pytest.fixture
def stage(page: Page):
    def make(text: str, **options) -> Stage:
        return Stage(page, text, **options)

    return make


@pytest.fixture
def typist(page: Page) -> Typist:
    return Typist(page, "en-qwerty", pace_ms=12)


def compose(typist: Typist, text: str) -> None:
    typist.cdp.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def touch(typist: Typist) -> None:
    """What Chromium on Android tells of a touch keyboard's key: that there was one."""
    typist.cdp.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Unidentified", "code": ""},
    )


def forgotten(page: Page) -> None:
    page.wait_for_function("!document.cookie.includes('unsent')")
    assert page.evaluate(KEPT) == []


def test_a_mistake_stops_and_stays_visible(stage, typist, page):
    stage = stage("sad").open()
    typist.type("sk")
    assert stage.classes() == ["done", "now mistake", ""]
    expect(page.locator(".mistake")).to_have_attribute("data-typed", "k")
    expect(page.locator(".exercise-live")).to_have_text("Expected: a")
    typist.type("ad")
    expect(page.locator("#result")).to_be_visible()
    assert [typed for _, typed, _ in stage.log["events"]] == ["s", "k", "a", "d"]
    assert stage.log["client"] == {"layout": "en-qwerty", "input": "keyboard", "untrusted": False}


SPOKEN = """() => {
  window.spoken = [];
  const live = document.querySelector(".exercise-live");
  const note = () => spoken.push(live.textContent);
  new MutationObserver(note).observe(live, { childList: true });
}"""


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
    expect(page.locator(".exercise-live")).to_have_text("A mistake is left behind: it should be d")


def test_the_log_tells_times_and_how_long_keys_were_held(stage, typist, page):
    stage = stage("sad sad").open()
    typist.pace_ms = 80
    typist.type("sad sad")
    expect(page.locator("#result")).to_be_visible()
    events = stage.log["events"]
    assert events[0][0] == 0
    assert all(15 < dt < 5000 for dt, _, _ in events[1:])
    assert all(10 <= hold < 5000 for _, _, hold in events[:-1])
    assert stage.posts[0]["ticket"] == stage.log["ticket"] == "ticket-1"
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


def test_the_wrong_system_layout_is_told_at_the_first_key(stage, typist, page):
    stage = stage("фыва", layout="ru-jcuken").open()
    typist.strike("a")
    expect(page.locator(".exercise-warning")).to_have_text(
        "These are Latin letters: switch the keyboard to Russian."
    )
    assert stage.typed == []
    Typist(page, "ru-jcuken", pace_ms=10).type("фы")
    expect(page.locator(".exercise-warning")).to_be_empty()
    assert stage.typed == ["ф", "ы"]


def test_the_wrong_system_layout_costs_nothing_on_the_way(stage, typist, page):
    stage = stage("фы ва", layout="ru-jcuken").open()
    russian = Typist(page, "ru-jcuken", pace_ms=10)
    russian.type("фы")
    for key in "a d":
        typist.strike(key)
    assert stage.typed == ["ф", "ы", " "]
    assert stage.classes()[-2:] == ["now", ""]
    expect(page.locator(".exercise-warning")).to_have_text(
        "These are Latin letters: switch the keyboard to Russian."
    )
    russian.type("ва")
    expect(page.locator("#result")).to_be_visible()
    assert [text for _, text, _ in stage.log["events"]] == ["ф", "ы", " ", "в", "а"]


def test_a_warning_moves_nothing(stage, typist, page):
    page.set_viewport_size({"width": 390, "height": 844})
    stage("фыва", layout="ru-jcuken").open()
    before = page.locator(".exercise-text").bounding_box()
    typist.strike("a")
    expect(page.locator(".exercise-warning")).not_to_be_empty()
    assert page.locator(".exercise-text").bounding_box() == before
    warning = page.locator(".exercise-warning").bounding_box()
    assert warning["y"] + warning["height"] <= before["y"]


def test_caps_lock_is_told(stage, page):
    stage("sad").open()
    for on, text in ((True, "Caps Lock is on."), (False, "")):
        page.locator("textarea").evaluate(
            "(field, modifierCapsLock) => field.dispatchEvent("
            "new KeyboardEvent('keydown', {key: 'Shift', code: 'ShiftLeft', modifierCapsLock}))",
            on,
        )
        expect(page.locator(".exercise-warning")).to_have_text(text)


def test_pasting_is_refused(stage, page):
    stage = stage("sad").open()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=ORIGIN)
    page.evaluate("navigator.clipboard.writeText('sad')")
    page.keyboard.press("Control+V")
    expect(page.locator(".exercise-warning")).to_have_text("Pasting does not count: type the text.")
    assert stage.typed == []


def test_pasting_does_not_hide_caps_lock(stage, page):
    stage("sad").open()
    page.locator("textarea").evaluate("""field => {
      field.dispatchEvent(new DragEvent("drop", { cancelable: true }));
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Shift", modifierCapsLock: true }));
    }""")
    expect(page.locator(".exercise-warning")).to_have_text("Caps Lock is on.")


def test_a_held_key_types_once(stage, typist, page):
    stage = stage("sad").open()
    key = {"key": "s", "code": "KeyS", "windowsVirtualKeyCode": 83, "text": "s"}
    for repeated in (False, True, True):
        typist.cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "autoRepeat": repeated, **key})
    assert stage.typed == ["s"]


def test_a_dead_key_is_committed_with_its_letter(stage, typist, page):
    stage = stage("café s").open()
    typist.type("caf")
    typist.cdp.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Dead", "code": "Quote"},
    )
    compose(typist, "´")
    assert stage.typed == ["c", "a", "f"]
    typist.cdp.send("Input.insertText", {"text": "é"})
    typist.type(" s")
    expect(page.locator("#result")).to_be_visible()
    assert [text for _, text, _ in stage.log["events"]] == ["c", "a", "f", "é", " ", "s"]
    assert stage.log["client"]["input"] == "ime"


def test_a_touch_keyboard_is_read_letter_by_letter(stage, typist, page):
    stage = stage("sad fad").open()
    for word in ("s", "sa", "sap", "sa", "sad"):
        touch(typist)
        compose(typist, word)
    assert stage.typed == ["s", "a", "p", "\b", "d"]
    touch(typist)
    typist.cdp.send("Input.insertText", {"text": "sad "})
    for word in ("f", "fa"):
        touch(typist)
        compose(typist, word)
    assert stage.typed == ["s", "a", "p", "\b", "d", " ", "f", "a"]
    touch(typist)
    compose(typist, "fad")
    expect(page.locator("#result")).to_be_visible()
    assert stage.log["client"]["input"] == "touch"


def test_a_correction_by_the_touch_keyboard_retypes_nothing(stage, typist):
    stage = stage("teh lad", mode="free").open()
    for word in ("t", "te", "teh"):
        touch(typist)
        compose(typist, word)
    touch(typist)
    typist.cdp.send("Input.insertText", {"text": "the "})
    assert stage.typed == ["t", "e", "h", " "]


def test_escape_starts_anew_and_tab_leaves(stage, typist, page):
    stage = stage("sad").open()
    typist.type("sk")
    page.keyboard.press("Escape")
    assert (stage.typed, stage.classes()) == ([], ["now", "", ""])
    page.keyboard.press("Tab")
    expect(page.locator("textarea")).not_to_be_focused()
    expect(page.locator("[data-restart]")).to_be_focused()


def test_typing_finds_its_field(stage, typist, page):
    stage = stage("sad").open()
    page.evaluate("document.activeElement.blur()")
    typist.type("sa")
    assert stage.typed == ["s", "a"]


def test_a_line_break_takes_space_or_enter(stage, typist, page):
    stage("s\na\nd").open()
    typist.type("s\na d")
    expect(page.locator("#result")).to_be_visible()


def test_the_next_key_is_lit_with_the_other_hands_shift(stage, typist, page):
    stage("aS").open()
    lit = ".key.next"
    assert page.eval_on_selector_all(lit, "keys => keys.map(key => key.dataset.code)") == ["KeyA"]
    typist.strike("a")
    assert page.eval_on_selector_all(lit, "keys => keys.map(key => key.dataset.code)") == [
        "KeyS",
        "ShiftRight",
    ]
    expect(page.locator(".key.taught")).to_have_count(5)


def lit(page: Page) -> list[str]:
    return page.eval_on_selector_all(".key.next", "keys => keys.map(key => key.dataset.code)")


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
    assert stage.log["client"]["layout"] == "en-dvorak"


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


@pytest.mark.parametrize("keyboard", ["ansi", "iso", "split"])
def test_no_key_covers_another(stage, page, keyboard):
    stage("a", keyboard=keyboard).open()
    boxes = page.eval_on_selector_all(".key", "keys => keys.map(k => k.getBoundingClientRect().toJSON())")
    rows = sorted({box["top"] for box in boxes})
    assert len(rows) == 5
    for row in rows:
        across = sorted((box["left"], box["right"]) for box in boxes if box["top"] == row)
        assert all(right < left for (_, right), (left, _) in pairwise(across))


def test_what_is_hidden_stays_hidden(stage, page):
    stage = stage("sad").open()
    page.get_by_text("View").click()
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_role("button", name="Speed").click()
    expect(page.locator(".keyboard")).to_be_hidden()
    expect(page.locator("textarea")).to_be_focused()
    page.wait_for_function("document.cookie.includes('hide=speed.keyboard')")
    stage.context["hidden"] = {"speed", "keyboard"}
    stage.open()
    expect(page.locator("[data-stat=speed]")).to_be_hidden()
    expect(page.locator("[data-stat=accuracy]")).to_be_visible()


def test_numbers_follow(stage, typist, page):
    stage("sad sad sad sad").open()
    expect(page.locator("[data-stat=accuracy]")).to_have_text("100.0%")
    typist.type("sadk sad")
    expect(page.locator("[data-stat=accuracy] b")).to_have_text("87.5")
    assert int(page.locator("[data-stat=speed] b").inner_text().replace(",", "")) > 100


def test_the_current_line_stays_in_the_upper_third(stage, typist, page):
    stage("sad fad dad " * 60).open()
    typist.pace_ms = 2
    typist.type("sad fad dad " * 22)
    box = page.locator(".exercise-text").bounding_box()
    now = page.locator(".now").bounding_box()
    assert box["y"] < now["y"] < box["y"] + box["height"] * 0.35


def test_the_result_takes_the_focus_and_enter_goes_on(stage, typist, page):
    stage("sad").open()
    typist.type("sad")
    expect(page.locator("#result-title")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url == f"{ORIGIN}/"
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ORIGIN}/next/")


@pytest.mark.parametrize("answer", [None, (503, "down")], ids=["no connection", "no server"])
def test_nothing_is_lost_while_the_server_is_away(stage, typist, page, answer):
    stage = stage("sad").open()
    stage.answer = answer
    typist.type("sad")
    expect(page.get_by_text("Saved here; will be sent when the connection is back.")).to_be_visible()
    assert page.evaluate(KEPT) == ["ticket-1"]
    stage.answer = (200, "<section id='result'><h1>Well done</h1></section>")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#result")).to_be_visible()
    forgotten(page)
    assert stage.posts[0]["log"] == stage.posts[1]["log"]


def test_the_next_page_sends_what_was_kept(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = None
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    stage.answer = (200, "")
    stage.context["ticket"] = "ticket-2"
    stage.open()
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    assert [post["ticket"] for post in stage.posts] == ["ticket-1", "ticket-1"]
    assert stage.posts[0]["log"] == stage.posts[1]["log"]
    forgotten(page)
    expect(page.locator("textarea")).to_be_focused()


def test_the_connection_coming_back_sends_by_itself(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = None
    typist.type("sad")
    expect(page.get_by_text("Saved here")).to_be_visible()
    stage.answer = (200, "<section id='result'><h1>Well done</h1></section>")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#result")).to_be_visible()


def test_a_refusal_is_shown_in_place(stage, typist, page):
    stage = stage("sad").open()
    stage.answer = (422, '<section id="refusal" role="alert"><h1>Not scored</h1></section>')
    typist.type("sad")
    expect(page.locator("#refusal h1")).to_be_focused()
    forgotten(page)


def test_a_phone_shows_the_text_without_the_keyboard(stage, page):
    page.set_viewport_size({"width": 390, "height": 844})
    stage("a sad lad had a salad and a glass of water in the garden").open()
    expect(page.locator(".keyboard")).to_be_hidden()
    expect(page.locator("[data-toggle=keyboard]")).to_be_hidden()
    expect(page.locator("[data-restart]")).to_be_visible()
    for figure in page.locator(".exercise-head output").all():
        assert figure.bounding_box()["height"] < 40
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_kept_log_is_sent_from_another_lesson_without_leaving_it(courses, live_server, page):
    text = Lesson.objects.get(course__slug="en", number=1).text.body
    page.route("**/sessions/", lambda route: route.abort("internetdisconnected"))
    page.goto(f"{live_server.url}/practice/en/1/")
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(text)
    expect(page.get_by_text("Saved here")).to_be_visible()
    page.unroute("**/sessions/")
    page.goto(f"{live_server.url}/practice/ru/1/")
    expect(page.get_by_text("What was saved here has been sent.")).to_be_visible()
    assert page.url == f"{live_server.url}/practice/ru/1/"
    expect(page.locator("typing-exercise")).to_be_visible()


def test_the_result_is_read_out_and_its_title_stays(courses, live_server, page):
    lesson = Lesson.objects.get(course__slug="en", number=1)
    page.goto(f"{live_server.url}/practice/en/1/")
    expect(page.locator(".exercise-goal")).to_have_text(lesson.goal_en)
    expect(page.locator(".exercise-tip")).to_have_text(lesson.tip_en)
    page.locator(".exercise-text .now").wait_for()
    Typist(page, "en-qwerty", pace_ms=4).type(lesson.text.body)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    expect(heading).to_have_accessible_description(
        re.compile(r"stars? of 5 Speed .* WPM .* Accuracy 100\.0%")
    )
    title = page.title()
    assert title == f"Lesson 1. {lesson.title_en} · Result · Typing Trainer"
    page.reload()
    assert page.title() == title
    assert page.locator("main title").count() == 0
