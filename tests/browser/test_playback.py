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
    log = parse_log(
        make_log(ticket, human_events(lesson.text.body, pace_ms=50, mistakes=(MISTAKE,), wrong="k"))
    )
    return record_session(ticket=ticket, learner=anna, log=log, now=now).session


def test_a_session_is_played_sought_and_played_faster(session, live_server, page: Page):
    client = Client()
    client.force_login(session.user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{session.get_absolute_url()}")
    exercise = page.locator("typing-exercise")
    expect(exercise.locator(".exercise-text")).to_be_hidden()
    page.get_by_role("button", name="Watch it again").click()
    expect(exercise.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".passages")).to_be_hidden()
    exercise.get_by_role("button", name="Pause").click()
    expect(exercise.locator(".playback-mistakes line")).to_have_count(1)
    units = exercise.locator(".exercise-text span")
    expect(units).to_have_count(len(session.text.body))

    slider = exercise.get_by_role("slider")
    slider.fill(slider.get_attribute("max"))
    expect(exercise.locator(".now")).to_have_count(0)
    slider.fill("0")
    expect(units.nth(1)).to_have_class("now")

    exercise.get_by_role("combobox").select_option("4")
    exercise.get_by_role("button", name="Play").click()
    expect(exercise.get_by_role("button", name="Pause")).to_be_visible()
    expect(exercise.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    expect(exercise.locator(".now")).to_have_count(0)
