"""How it looks, sounds and types, in a browser: at once, without a script, and on the next page."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.factories import make_learner

HEARD = """
    window.heard = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (at) {
      heard.push(Math.round(1000 * this.buffer.duration));
      return start.call(this, at);
    };
"""
KEY, MISTAKE, BEAT = 30, 140, 50
"""How many ms each sound lasts."""
TEXT = "a sad lad had a salad\nand a glass of water " * 4


def test_one_line_moves_under_the_caret_and_keys_are_heard(stage, typist, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(HEARD)
    page.clock.install()
    chosen = "one_line:on.text_size:40.sound_keys:on.sound_mistakes:on.metronome:on.metronome_bpm:240"
    stage(TEXT, mode="free", view=chosen).open()
    page.wait_for_function("window.AudioContext && performance.getEntriesByName")
    box = page.locator(".exercise-text")
    assert box.bounding_box()["height"] < 90
    assert page.evaluate("heard.length") == 0
    typist.type(TEXT[:20] + "x" + TEXT[21:40])
    page.wait_for_function("document.querySelector('.exercise-text').scrollLeft > 300")
    caret, field = page.locator(".now").bounding_box(), box.bounding_box()
    assert field["x"] < caret["x"] < field["x"] + field["width"] / 2
    assert field["y"] <= caret["y"] and caret["y"] + caret["height"] <= field["y"] + field["height"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.clock.run_for(300)
    heard = page.evaluate("heard")
    assert heard.count(KEY) == 39 and heard.count(MISTAKE) == 1 and heard.count(BEAT) >= 1
    page.clock.fast_forward(3_500)
    page.clock.run_for(500)
    silent = page.evaluate("heard.length")
    page.wait_for_timeout(600)
    page.clock.run_for(600)
    assert page.evaluate("heard.length") == silent


def test_who_chose_nothing_loads_nothing_for_it(stage, page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    stage("sad").open()
    assert not {"choices.css", "sounds.js", "one_line.js", "view.js", "andika.woff2"} & set(asked)


def test_a_choice_that_cannot_be_kept_is_told(stage, page: Page):
    stage = stage("sad lads").open()
    stage.answer = None
    page.locator("summary").click()
    page.locator("[name=one_line]").click()
    expect(page.locator(".exercise-options [role=status]")).to_contain_text("could not be saved")
    assert page.locator("html").get_attribute("data-one-line") == "on"


class TestPages:
    @pytest.fixture
    def anna(self, courses):
        return make_learner()

    @pytest.fixture
    def signed_in(self, anna, live_server, browser: Browser):
        """Opens a context in which Anna is signed in."""
        client = Client()
        client.force_login(anna)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        contexts = []

        def open_page(**options) -> Page:
            contexts.append(browser.new_context(**options))
            contexts[-1].add_cookies([cookie])
            return contexts[-1].new_page()

        yield open_page
        for context in contexts:
            context.close()

    def test_what_is_chosen_while_typing_is_there_on_the_page_of_it_and_the_other_way_round(
        self, anna, signed_in, live_server
    ):
        page = signed_in()
        page.goto(f"{live_server.url}/practice/en/1/")
        page.locator("summary").click()
        with page.expect_response("**/settings/view/choose/"):
            page.locator("[name=show_speed]").click()
        expect(page.locator("[data-stat=speed]")).to_be_hidden()
        page.get_by_role("link", name="Colors, size, typeface, sounds").click()
        expect(page.get_by_role("checkbox", name="Speed")).not_to_be_checked()
        preview = page.locator(".preview .exercise-text")
        page.get_by_label("Colors").select_option("sepia")
        page.get_by_label("Typeface").select_option("readable")
        page.get_by_label("Size").fill("34")
        expect(preview).to_have_css("font-size", "34px")
        expect(page.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        expect(page.locator("html")).to_have_css("background-color", "rgb(242, 231, 210)")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/practice/en/1/")
        expect(page.locator(".exercise-text")).to_have_css("font-size", "34px")
        expect(page.locator("[data-stat=speed]")).to_be_hidden()
        anna.refresh_from_db()
        assert anna.view == {"theme": "sepia", "font": "readable", "text_size": 34, "show_speed": False}

    def test_without_a_script_it_is_saved_and_holds(self, anna, signed_in, live_server):
        page = signed_in(java_script_enabled=False, forced_colors="active")
        page.goto(f"{live_server.url}/settings/view/")
        page.get_by_label("Colors").select_option("dark")
        page.get_by_label("One line that moves").check()
        page.get_by_label("Keyboard").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_have_text("Saved.")
        page.goto(f"{live_server.url}/practice/en/1/")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        expect(page.locator(".keyboard")).to_be_hidden()
        assert page.locator(".exercise-text").bounding_box()["height"] > 100, "the whole text"
        expect(page.get_by_role("button", name="Done")).to_be_visible()
