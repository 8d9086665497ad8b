"""What the account pages take from the browser itself."""

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import User


@pytest.mark.parametrize(("zone", "offered"), [("Asia/Tokyo", "Asia/Tokyo"), ("UTC", "UTC")])
def test_the_time_zone_is_offered(transactional_db, live_server, browser: Browser, zone, offered):
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/settings/")
    expect(page.locator("select[name=timezone]")).to_have_value(offered)
    page.goto(f"{live_server.url}/accounts/signup/")
    page.locator("input[name=email]").fill("zone@example.com")
    page.locator("input[name=password1]").fill("a-long-password-of-mine")
    page.locator("main form button").first.click()
    expect(page.locator("input[name=email]")).to_have_count(0)
    assert User.objects.get().timezone == offered
    assert complaints == []
    context.close()
