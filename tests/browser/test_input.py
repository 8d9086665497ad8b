"""What keyboards send the exercise in Chromium: dead keys, touch keyboards, wrong layouts, pasting."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import ORIGIN
from tests.browser.typist import Typist


@pytest.fixture
def page(same_page: Page) -> Page:
    return same_page


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
        "Your keyboard is set to Latin letters: switch it to Russian."
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
        "Your keyboard is set to Latin letters: switch it to Russian."
    )
    russian.type("ва")
    expect(page.locator("#result")).to_be_visible()
    assert [text for _, text, _ in stage.log["events"]] == ["ф", "ы", " ", "в", "а"]


LETTERS_ON_SIGN_KEYS = "жэхбюъёЖЭХБЮЪЁ"


def test_the_wrong_layout_is_told_by_signs_too(stage, typist, page):
    """Key by key: the sign that an English keyboard has where the Russian letter is."""
    stage = stage(LETTERS_ON_SIGN_KEYS, layout="ru-jcuken").open()
    russian = Typist(page, "ru-jcuken", pace_ms=10)
    warning = page.locator(".exercise-warning")
    for done, (letter, sign) in enumerate(zip(LETTERS_ON_SIGN_KEYS, ";'[,.]`:\"{<>}~", strict=True)):
        typist.strike(sign)
        expect(warning).to_have_text("Your keyboard is set to Latin letters: switch it to Russian.")
        assert stage.typed == [*LETTERS_ON_SIGN_KEYS[:done]]
        assert "mistake" not in " ".join(stage.classes())
        if done < len(LETTERS_ON_SIGN_KEYS) - 1:
            russian.strike(letter)
            expect(warning).to_be_empty()


def test_signs_of_the_wrong_layout_leave_the_warning(stage, typist, page):
    stage = stage("да, ?№", layout="ru-jcuken").open()
    warning = page.locator(".exercise-warning")
    for sign in "lf, &#":
        typist.strike(sign)
        expect(warning).to_have_text("Your keyboard is set to Latin letters: switch it to Russian.")
    assert stage.typed == [" "], "a space is the same on both"


def test_a_sign_struck_by_mistake_is_one(stage, page):
    stage = stage("жф", layout="ru-jcuken").open()
    russian = Typist(page, "ru-jcuken", pace_ms=10)
    for key in ";ж":
        russian.strike(key)
    assert stage.typed == [";", "ж"]
    expect(page.locator(".exercise-warning")).to_be_empty()


def test_signs_of_the_digits_row_on_an_english_exercise(stage, typist, page):
    stage = stage("@#? a", layout="en-qwerty").open()
    russian = Typist(page, "ru-jcuken", pace_ms=10)
    for sign, other in (("@", '"'), ("#", "№"), ("?", ",")):
        russian.strike(other)
        expect(page.locator(".exercise-warning")).to_contain_text("switch it to English")
        typist.strike(sign)
    assert stage.typed == ["@", "#", "?"]


def test_book_signs_are_shown_and_typed_as_the_keyboard_has_them(stage, typist, page):
    stage = stage("“It’s”\u3000a–b…", layout="en-qwerty").open()
    expect(page.locator(".exercise-text")).to_have_text('"It\'s" a-b...')
    typist.type('"It\'s" a-b...')
    expect(page.locator("#result")).to_be_visible()


def test_a_backspace_held_down_is_logged_while_it_deletes(stage, typist, page):
    stage = stage("abc", layout="en-qwerty", mode="free").open()
    typist.type("ab")
    for _ in range(50):
        page.keyboard.down("Backspace")
    page.keyboard.up("Backspace")
    assert stage.typed == ["a", "b", "\b", "\b"]


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
    for on, text in ((True, "Caps Lock is on: press it once to turn it off."), (False, "")):
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
    expect(page.locator(".exercise-warning")).to_have_text("Caps Lock is on: press it once to turn it off.")


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
