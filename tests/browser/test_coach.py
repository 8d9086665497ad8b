"""The coach in a browser: ten minutes from exercise to exercise, and the chat while its answer comes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.models import ChatMessage, Drill
from progress.models import TypingSession
from tests.browser.typist import Typist
from tests.factories import human_events, make_course, make_learner, make_log, make_ticket

TEXT = "прокопать короткая попка " * 4 + "попка"


@pytest.fixture
def learner(transactional_db, live_server, page: Page):
    """A slow typist, signed in, whose п is slow."""
    made = make_learner()
    lesson = make_course(text=TEXT).lessons.select_related("course", "text").first()
    client = Client()
    client.force_login(made)
    for seed in range(3):
        ticket = make_ticket(made, lesson, issued_at=timezone.now() - timedelta(minutes=9))
        events = human_events(TEXT, pace_ms=1500, seed=seed)
        events = [[dt * 2 if key == "п" else dt, key, hold] for dt, key, hold in events]
        client.post("/sessions/", {"log": make_log(ticket, events)})
    assert TypingSession.objects.count() == 3
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return made


def test_ten_minutes_lead_from_exercise_to_exercise(learner, live_server, page: Page):
    page.goto(f"{live_server.url}/coach/")
    page.locator("form[action='/coach/plan/'] button").click()
    for place in range(1, 5):
        page.locator(".exercise-text .now").wait_for()
        drill = Drill.objects.get(place=place)
        page.wait_for_url(f"**/coach/drills/{drill.text_id}/**")
        # Keys begin the next text, and Enter does what comes next, once they cannot belong to what was typed any more.
        page.wait_for_timeout(900)
        Typist(page, "ru-jcuken", pace_ms=3).type(drill.text.body)
    expect(page.locator("#result")).to_be_visible()
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/**")
    expect(page.locator("form[action='/coach/plan/'] button")).to_be_visible()
    assert TypingSession.objects.filter(kind="drill").count() == 4


def test_an_answer_comes_bit_by_bit_and_as_text(learner, live_server, page: Page, model):
    model.pace = 0.05
    model.say(
        "Your keys are even. <img src=x onerror=alert(1)> **Go on** slowly, and the speed comes by itself."
    )
    page.goto(f"{live_server.url}/coach/chat/")
    page.locator("#id_question").fill("Why am I slow?")
    page.keyboard.press("Enter")
    answer = page.locator(".chat-answer").last
    expect(page.locator(".chat-source").last).not_to_be_empty()
    expect(answer.locator("img, b, strong")).to_have_count(0)
    said = answer.inner_text()
    message = ChatMessage.objects.get()
    assert (message.question, message.answer) == ("Why am I slow?", said)
    page.reload()
    assert page.locator(".chat-answer").last.inner_text() == said


def test_an_answer_is_stopped(learner, live_server, page: Page, model, settings):
    settings.AI_SECONDS = 8.0
    model.pace = 0.5
    model.say(
        "Slow down a little, and look ahead while you type, then the speed comes by itself soon enough."
    )
    page.goto(f"{live_server.url}/coach/chat/")
    page.locator("#id_question").fill("Why am I slow?")
    page.keyboard.press("Enter")
    page.locator(".chat-stop").click()
    expect(page.locator(".chat-stop")).to_be_hidden()
    expect(page.locator(".chat-source").last).to_have_text("Stopped.")
    expect(page.locator("#id_question")).to_have_value("")
