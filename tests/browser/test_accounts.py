"""What the account pages take from the browser itself."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import User
from accounts.time_zones import WELL_KNOWN, label_of


def label(zone: str, language: str = "en") -> str:
    return label_of(zone, language, datetime.now(UTC).date())


@pytest.mark.parametrize(
    ("zone", "offered"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("UTC", "UTC"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("CET", "Europe/Brussels"),
    ],
)
def test_the_time_zone_is_offered(transactional_db, live_server, browser: Browser, zone, offered):
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/settings/")
    field = page.locator("select[name=timezone]")
    expect(field).to_have_value(offered)
    expect(field.locator("option").first).to_have_text(label(offered))
    assert field.locator("option").count() <= len(WELL_KNOWN) + 2
    page.goto(f"{live_server.url}/accounts/signup/")
    page.locator("input[name=email]").fill("zone@example.com")
    page.locator("input[name=password1]").fill("a-long-password-of-mine")
    page.locator("main form button").first.click()
    expect(page.locator("input[name=email]")).to_have_count(0)
    assert label(User.objects.get().timezone) == label(offered)
    assert complaints == []
    context.close()


def test_a_city_is_found_by_keyboard_and_the_browsers_stands_first(
    transactional_db, live_server, browser: Browser
):
    context = browser.new_context(timezone_id="Europe/Moscow", locale="ru")
    page = context.new_page()
    page.goto(f"{live_server.url}/settings/")
    field, search = page.get_by_label("Часовой пояс"), page.get_by_label("Найти другой город")
    expect(field).to_have_value("Europe/Moscow")
    expect(search).to_have_js_property("list.options.length", len({*search.evaluate(NAMES)}))
    assert {label("Asia/Vladivostok", "ru"), label("Europe/Chisinau", "ru")} <= {*search.evaluate(NAMES)}

    field.focus()
    page.keyboard.press("Tab")
    expect(search).to_be_focused()
    page.keyboard.type("владив")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("Asia/Vladivostok")
    expect(search).to_have_value("")

    # What is not understood is said, and keeps the form from being sent without it.
    search.fill("Марс")
    page.locator("main form button.primary").first.click()
    message = search.evaluate("search => search.validationMessage")
    assert message.startswith("Выберите город из списка.")
    assert not User.objects.exists()
    search.fill("Кишинёв")
    search.blur()
    expect(field).to_have_value("Europe/Chisinau")
    search.fill("UTC")
    expect(field).to_have_value("Europe/Chisinau")
    search.fill("")
    page.locator("main form button.primary").first.click()
    expect(page.locator(".notice")).to_be_visible()
    assert User.objects.get().timezone == "Europe/Chisinau"
    expect(field.locator("option").nth(0)).to_have_text(label("Europe/Moscow", "ru"))
    expect(field.locator("option").nth(1)).to_have_text(label("Europe/Chisinau", "ru"))
    expect(field).to_have_value("Europe/Chisinau")
    context.close()


NAMES = "search => [...search.list.options].map(({ value }) => value)"


def test_without_javascript_the_list_is_complete(transactional_db, live_server, browser: Browser):
    context = browser.new_context(java_script_enabled=False, timezone_id="Europe/Moscow", locale="ru")
    page = context.new_page()
    page.goto(f"{live_server.url}/settings/")
    field = page.get_by_label("Часовой пояс")
    expect(field).to_have_value("UTC")
    expect(page.get_by_label("Найти другой город")).to_be_hidden()
    field.select_option(label=label("Asia/Qostanay", "ru"))
    page.locator("main form button.primary").first.click()
    expect(page.locator(".notice")).to_be_visible()
    expect(field.locator("option").first).to_have_text(label("Asia/Qostanay", "ru"))
    expect(field).to_have_value("Asia/Qostanay")
    assert User.objects.get().timezone == "Asia/Qostanay"
    context.close()
