"""The result of a lesson on a small laptop: what it tells, and how it leads on."""

import json

from playwright.sync_api import Page, expect

from progress.models import TypingSession
from tests.browser.typist import Typist

INSIDE = """() => {
  const label = document.querySelector(".told-now").getBoundingClientRect();
  const chart = document.querySelector("told-chart").getBoundingClientRect();
  return chart.left <= label.left && label.right <= chart.right;
}"""


def test_a_result_fits_a_laptop_tells_each_word_and_leads_on(courses, live_server, page: Page):
    page.set_viewport_size({"width": 1366, "height": 650})
    page.goto(f"{live_server.url}/practice/en/1/")
    page.locator(".exercise-text .now").wait_for()
    text = page.evaluate("document.querySelector('typing-exercise').text")
    Typist(page, "en-qwerty", pace_ms=60).type(text, mistakes=range(5, len(text), 40), wrong="x")
    primary = page.locator("[data-primary]")
    expect(primary).to_be_visible()
    box = primary.bounding_box()
    assert box and box["y"] + box["height"] <= 650
    words = page.locator(".told [class^=pace]")
    titles = words.evaluate_all("words => words.map((word) => word.title)")
    assert [title.split("”")[0].strip("“") for title in titles] == text.split()

    chart = page.get_by_role("slider")
    chart.focus()
    expect(chart).to_have_attribute("aria-valuenow", "1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    word = text.split()[2]
    assert word in (chart.get_attribute("aria-valuetext") or "")
    expect(page.locator(".told .now")).to_contain_text(word[0])
    expect(page.locator(".told-now")).to_have_text(chart.get_attribute("aria-valuetext") or "")

    label = page.locator(".told-now")
    for key, side in (("End", "end"), ("Home", "start")):
        chart.press(key)
        expect(label).to_have_attribute("text-anchor", side)
        assert page.evaluate(INSIDE), "what the chart tells stays within it"

    rules = page.locator("script[type=speculationrules]").text_content()
    ready = json.loads(rules or "")["prerender"][0]
    assert ready == {"urls": [primary.evaluate("one => one.href")], "eagerness": "immediate"}

    page.goto(live_server.url + TypingSession.objects.get().get_absolute_url())
    page.locator("main h1").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert "/sessions/" in page.url, "not at once, lest a typist rush past it"
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice/**")
    page.locator(".exercise-text .now").wait_for()
    expect(page.locator("textarea")).to_be_focused()
