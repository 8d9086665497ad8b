"""The charts of the dashboard tell their values: by keys as one tab stop each, and to a pointer."""

from datetime import date, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from progress.models import DailyStat
from tests.factories import make_learner

DAYS = 8


@pytest.fixture
def anna(courses):
    anna = make_learner()
    for ago in range(DAYS):
        DailyStat.objects.create(
            user=anna,
            date=date.today() - timedelta(days=ago),
            layout="en-qwerty",
            sessions=1,
            characters=1000,
            duration_ms=300_000 + 10_000 * ago,
            accuracy_sum=95_000,
        )
    return anna


def test_a_chart_is_one_tab_stop_and_tells_each_value(anna, live_server, page: Page):
    client = Client()
    client.force_login(anna)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/dashboard/")
    speed, accuracy = page.get_by_role("slider").all()
    expect(speed).to_have_attribute("aria-valuemax", str(DAYS))
    speed.focus()
    page.keyboard.press("End")
    label = speed.locator(".told-now")
    expect(label).to_contain_text(f"{date.today():%m/%d/%Y}: 40\u00a0WPM")
    expect(speed).to_have_attribute("aria-valuetext", label.text_content())
    page.keyboard.press("Tab")
    expect(accuracy).to_be_focused()
    expect(label).to_be_empty()

    accuracy.hover(position={"x": 2, "y": 2})
    expect(accuracy.locator(".told-now")).to_contain_text(
        f"{date.today() - timedelta(days=DAYS - 1):%m/%d/%Y}: 95.0\u00a0%"
    )
    page.locator("#period-month").click()
    expect(page.locator("#period-month")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("slider")).to_have_count(2)
