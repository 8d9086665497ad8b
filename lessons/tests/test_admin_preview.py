"""The live preview in a browser, under the site's content security policy."""

import json
import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor_page(page, live_server, editor):
    """A page signed in as the editor; fails on anything the browser refused or threw."""
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message))
    page.on("pageerror", lambda error: complaints.append(error))
    session = editor.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    yield page
    assert complaints == []


def test_the_preview_follows_the_typing(editor_page, live_server, course):
    lesson = course.lessons.get(number=2)
    editor_page.goto(live_server.url + reverse("admin:lessons_lesson_change", args=[lesson.pk]))
    preview = editor_page.locator("#lesson-check")
    expect(preview.locator("li.check-good")).to_have_text("21 characters of 21 planned")
    editor_page.locator("#id_typed_text").fill("dk kd ss kk\nfd jk dkf")
    expect(preview.locator("mark")).to_have_text("ss")
    expect(preview.locator(".check-blocking")).to_have_text("Not taught yet: s")
    editor_page.locator("#id_new_characters").fill("dks")
    expect(preview.locator("mark")).to_have_count(0)


def test_the_preview_of_a_new_lesson_starts_with_its_plan(editor_page, live_server, course):
    editor_page.goto(live_server.url + reverse("admin:lessons_lesson_add"))
    preview = editor_page.locator("#lesson-check")
    expect(preview).to_have_text(re.compile("Fill in the course"))
    editor_page.locator("#id_typed_text").fill("fj zz")
    editor_page.locator("#id_number").fill("4")
    editor_page.locator("#id_length").fill("5")
    editor_page.locator("#id_course").select_option(str(course.pk))
    expect(preview.locator("mark")).to_have_text("zz")


def test_lessons_and_blocks_are_dragged(editor_page, live_server, course):
    first, second, third = course.lessons.all()
    course.lessons.update(is_published=False)
    editor_page.goto(live_server.url + reverse("admin:lessons_course_order", args=[course.pk]))

    def row(lesson):
        return editor_page.locator(f"[data-lesson='{lesson.pk}']")

    row(second).locator(".handle").drag_to(row(first), target_position={"x": 40, "y": 2})
    expect(row(second).locator("input")).to_have_value("1")
    expect(row(first).locator("input")).to_have_value("2")
    blocks = editor_page.locator("[data-block]")
    heading = blocks.nth(1).locator("h2")
    row(first).locator(".handle").drag_to(row(third), target_position={"x": 40, "y": 2})
    expect(row(first).locator("select")).to_have_value(str(third.block_id))
    heading.locator(".handle").drag_to(blocks.nth(0), target_position={"x": 40, "y": 2})
    expect(row(second).locator("input")).to_have_value("3")
    editor_page.get_by_role("button", name="Save the order").click()
    expect(editor_page.locator(".messagelist")).to_contain_text("places changed")
    assert list(course.lessons.order_by("number")) == [first, third, second]
    assert [block.title_en for block in course.blocks.all()] == ["Further", "Home row"]


def test_an_import_is_looked_at_and_confirmed(editor_page, live_server, course):
    data = {"course": "mini", "number": 1, "title_en": "Anew"}
    file = {"name": "course.json", "mimeType": "application/json", "buffer": json.dumps([data]).encode()}
    editor_page.goto(live_server.url + reverse("admin:lessons_course_import"))
    editor_page.locator("input[type=file]").set_input_files(file)
    editor_page.get_by_label("Format").select_option(label="json")
    editor_page.get_by_role("button", name="Submit").click()
    expect(editor_page.locator("table.import-preview ins").first).to_have_text("Anew")
    editor_page.get_by_role("button", name="Confirm import").click()
    expect(editor_page.locator(".messagelist")).to_contain_text("1 updated")
    assert course.lessons.get(number=1).title_en == "Anew"
