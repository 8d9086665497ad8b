"""The live preview in a browser, under the site's content security policy."""

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
