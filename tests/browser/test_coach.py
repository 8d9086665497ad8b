"""The coach in a browser: ten minutes from exercise to exercise, and the chat while its answer comes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import BrowserSession
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
    page.locator(".chat-ask").click()
    expect(page.locator(".chat-stop")).to_be_focused()
    expect(page.locator(".chat-suggested button").first).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.locator(".chat-stop")).to_be_hidden()
    expect(page.locator(".chat-ask")).to_be_focused()
    expect(page.locator(".chat-suggested button").first).to_be_enabled()
    expect(page.locator(".chat-source").last).to_have_text("Stopped.")
    expect(page.locator("#id_question")).to_have_value("")


def test_an_answer_goes_on_to_be_awaited_after_a_reload_and_who_is_signed_out_is_told(
    learner, live_server, page: Page, model, settings
):
    message = ChatMessage.objects.create(user=learner, question="Why am I slow?", asked_at=timezone.now())
    settings.AI_SECONDS = 8.0
    page.goto(f"{live_server.url}/coach/chat/")
    article = page.locator(f"#message-{message.pk}")
    expect(article).to_contain_text("The answer is on its way.")
    page.locator("#id_question").fill("And then?")
    ChatMessage.objects.update(state="done", answer="<b>Slow</b> down.", source="statistics")
    expect(article.locator(".chat-answer")).to_have_text("<b>Slow</b> down.")
    expect(article.locator(".chat-source")).to_contain_text("From your statistics")
    BrowserSession.objects.all().delete()
    cache.clear()
    page.keyboard.press("Enter")
    expect(page.locator(".chat-error")).to_have_text("You are signed out. Sign in again")
    expect(page.locator("#id_question")).to_have_value("And then?")
    way = page.locator(".chat-error a").get_attribute("href") or ""
    assert way.endswith("/login/?next=%2Fcoach%2Fchat%2F")
