"""What a screen reader is given to say while one types, in Chromium: nothing here looks at the text."""

import pytest
from playwright.sync_api import Page, expect

from lessons.content_files import content
from tests.browser.typist import Typist

ON = "screen_reader:on"
HEARD = "document.querySelector('.exercise-live').textContent"
LISTEN = """() => {
  window.heard = [];
  const live = document.querySelector(".exercise-live");
  const note = () => { if (live.textContent) heard.push(live.textContent); };
  new MutationObserver(note).observe(live, { childList: true });
}"""


@pytest.fixture
def page(same_page: Page) -> Page:
    return same_page


def hear(page: Page, after: int) -> str:
    """What is said next, beyond the `after` sentences said so far."""
    page.wait_for_function("after => heard.length > after", arg=after)
    return page.evaluate("after => heard[after]", after)


def keys_of(said: str) -> str:
    """What to type after a sentence such as "New key a: left index finger. a, o, a; end of the line"."""
    words, _, end = said.split(". ")[-1].partition("; ")
    typed = words.replace(", ", "")
    return typed + {"": " ", "конец строки": "\n", "конец текста": ""}[end]


def test_the_first_lesson_is_typed_by_ear(stage, page):
    text = content("ru", "001.txt").read_text("utf-8").rstrip("\n")
    stage = stage(text, layout="ru-jcuken", new="ао", view=ON, language="ru").open()
    typist = Typist(page, "ru-jcuken", pace_ms=12)
    first = page.wait_for_function(HEARD).json_value()
    assert first == "Новая клавиша а: левый указательный палец. а, а, а"
    page.evaluate(LISTEN)
    typist.type(keys_of(first))
    said, sentences = "", []
    while "конец текста" not in said:
        said = hear(page, len(sentences))
        sentences.append(said)
        typist.type(keys_of(said))
    expect(page.locator("#result")).to_be_visible()
    assert "".join(typed for _, typed, _ in stage.log["events"]) == text
    fingers = [sentence for sentence in sentences if "Новая клавиша" in sentence]
    assert fingers == ["Новая клавиша о: правый указательный палец. о, о, о"]
    assert sum("конец строки" in sentence for sentence in sentences) == text.count("\n")


def test_no_mistake_is_dropped_and_words_wait_for_it(stage, typist, page):
    stage("sad dads all", view=ON).open()
    page.wait_for_function(HEARD)
    page.evaluate(LISTEN)
    typist.type("ksakd k")
    for place, said in enumerate(
        ("Expected: s. Rest of the word: s, a, d", "Expected: d. Rest of the word: d")
    ):
        assert hear(page, place) == said
    assert hear(page, 2) == "Expected: d. Rest of the word: d, a, d, s"
    assert hear(page, 3) == "dads"
    typist.type("dads ")
    assert hear(page, 4) == "a, l, l; end of the text"


def test_f2_tells_the_word_the_line_and_the_figures(stage, typist, page):
    stage("sad, Dad\nfad").open()
    for said in (
        "sad,: s, a, d, comma",
        "sad, Dad",
        "Speed and accuracy: not known yet",
    ):
        page.keyboard.press("F2")
        expect(page.locator(".exercise-live")).to_have_text(said)
    typist.type("sa")
    page.keyboard.press("F2")
    expect(page.locator(".exercise-live")).to_have_text("d, comma")
    typist.type("d, ")
    page.keyboard.press("F2")
    expect(page.locator(".exercise-live")).to_have_text("Dad: capital D, a, d; end of the line")
    describedby = page.locator("textarea").get_attribute("aria-describedby").split()
    assert "F2" in page.locator(f"#{describedby[0]}").text_content()


def test_reading_is_switched_on_under_view_and_remembered(stage, typist, page):
    stage = stage("sad lads").open()
    page.locator("summary").click()
    switch = page.locator("[name=screen_reader]")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".exercise-live")).to_have_text("sad")
    page.locator("[name=show_speed]").click()
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(100)
    assert stage.chosen == [("screen_reader", "on"), ("show_speed", "off"), ("screen_reader", "off")]
