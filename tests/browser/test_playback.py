"""A session's keystrokes played again in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from lessons.models import Lesson
from progress.keystrokes.logs import parse_log
from progress.recording.record import record_session
from tests.factories import human_events, make_learner, make_log, make_ticket

MISTAKE = 20


@pytest.fixture
def session(courses):
    lesson = Lesson.objects.select_related("course", "text").get(course__slug="en", number=1)
    anna, now = make_learner(), timezone.now()
    ticket = make_ticket(anna, lesson, issued_at=now - timedelta(minutes=5))
    log = parse_log(make_log(ticket, events_of(lesson.text.body)))
    return record_session(ticket=ticket, learner=anna, log=log, now=now).session


def events_of(text: str) -> list[list]:
    """Fast typing with one mistake and a moment of thought after it."""
    events = human_events(text, pace_ms=50, mistakes=(MISTAKE,), wrong="k")
    events[MISTAKE + 1][0] = 400
    return events


def test_a_session_is_played_sought_and_played_faster(session, live_server, page: Page):
    client = Client()
    client.force_login(session.user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{session.get_absolute_url()}")
    expect(page.locator(".keyboard")).to_have_count(0)
    exercise = page.locator("typing-exercise")
    expect(exercise.locator(".exercise-text")).to_be_hidden()
    type_size = "one => [getComputedStyle(one).fontSize, getComputedStyle(one).lineHeight]"
    stood = page.locator(".passages").evaluate(type_size)
    page.get_by_role("button", name="Watch it again").click()
    assert exercise.locator(".exercise-text").evaluate(type_size) == stood, "the text does not grow"
    expect(exercise.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".passages")).to_be_hidden()
    exercise.get_by_role("button", name="Pause").click()
    expect(exercise.locator(".playback-mistakes line")).to_have_count(1)
    expect(exercise.locator(".keyboard")).to_be_visible()
    units = exercise.locator(".exercise-text span")
    expect(units).to_have_count(len(session.text.body))

    slider = exercise.get_by_role("slider")
    slider.fill(slider.get_attribute("max"))
    expect(exercise.locator(".now")).to_have_count(0)
    slider.fill("0")
    expect(units.nth(1)).to_have_class("now")
    expect(exercise.locator(".key.next")).to_have_text(session.text.body[0])
    expect(exercise.locator(".key.slip")).to_have_count(0)
    missed_at = sum(ms for ms, _, _ in events_of(session.text.body)[: MISTAKE + 1])
    slider.fill(str(100 * (missed_at // 100 + 1)))
    expect(exercise.locator(".key.slip")).to_have_attribute("data-code", "KeyK")
    expect(exercise.locator(".key.next")).to_have_count(0)
    slider.fill("0")

    exercise.get_by_role("combobox").select_option("4")
    exercise.get_by_role("button", name="Play").click()
    expect(exercise.get_by_role("button", name="Pause")).to_be_visible()
    expect(exercise.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    expect(exercise.locator(".now")).to_have_count(0)

    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.get_by_role("button", name="Watch it again").click()
    expect(exercise.get_by_role("button", name="Pause")).to_be_visible()
    expect(exercise.locator(".key.next, .key.slip").first).to_be_visible()
