"""What keyboards send the exercise in Chromium: dead keys, touch keyboards, wrong layouts, pasting."""

from playwright.sync_api import expect

from tests.browser.stage import ORIGIN
from tests.browser.typist import Typist


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
