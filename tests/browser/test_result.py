"""The result of a lesson on a small laptop: what it tells, and how it leads on."""

from playwright.sync_api import Page, expect

from tests.browser.typist import Typist


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

    page.locator("main h1").focus()
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice/**")
    page.locator(".exercise-text .now").wait_for()
    expect(page.locator("textarea")).to_be_focused()
