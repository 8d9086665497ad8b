"""The last lesson of each course, with everything the course has taught, typed on the keys of its layout."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.entitlement.grants import grant
from lessons.models import Lesson, TypingText
from progress.models import LessonProgress, TypingSession
from tests.browser.typist import Typist
from tests.factories import make_learner

NOTE_WHAT_IS_LIT = """() => {
    window.lit = [];
    addEventListener("keydown", (event) => {
        if (event.key !== "Shift" && event.shiftKey) return;
        lit.push([...document.querySelectorAll(".key.next")].map((key) => key.dataset.code).sort());
    }, true);
}"""
"""Before the first key of each character: Shift, where it wants one."""


def in_few_words(text: str) -> str:
    """Those of its words that bring a character none before has brought."""
    met: set[str] = set()
    few = ""
    for word in re.findall(r"\S+\s*", text):
        if not met.issuperset(word):
            met.update(word)
            few += word
    return few.strip()


@pytest.mark.parametrize(("course", "layout"), [("ru", "ru-jcuken"), ("en", "en-qwerty")])
def test_every_key_of_the_exam_is_lit_and_typed(courses, live_server, page: Page, course, layout):
    lesson, before = Lesson.objects.filter(course__slug=course, number__gte=98).order_by("-number")
    text = in_few_words(lesson.text.body)
    assert set(text) == set(lesson.text.body)
    Lesson.objects.filter(pk=lesson.pk).update(text=TypingText.of(text))
    now = timezone.now()
    learner = make_learner()
    grant(user=learner, ends_at=now + timedelta(days=1), reason="test", granted_by=learner, now=now)
    LessonProgress.objects.create(user=learner, lesson=before, best_stars=5, last_at=now)
    client = Client()
    client.force_login(learner)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/practice/{course}/99/")
    page.locator(".exercise-text .now").wait_for()

    page.evaluate(NOTE_WHAT_IS_LIT)
    typist = Typist(page, layout, pace_ms=1)
    for character in text:
        typist.strike(character)
        page.evaluate("() => new Promise(requestAnimationFrame)")

    assert page.evaluate("lit") == [
        sorted(typist.keys_for(" " if character == "\n" else character)) for character in text
    ]
    expect(page.locator("#result")).to_be_visible()
    recorded = TypingSession.objects.get()
    assert (recorded.lesson, recorded.accuracy, recorded.keystrokes) == (lesson, 100, len(text))
