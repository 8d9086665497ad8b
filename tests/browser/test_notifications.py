"""Notifications in a real browser: turned on by a button, encrypted for it, shown by its service worker."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import guests
from accounts.notifications import sending
from accounts.notifications.tests.conftest import push, sms  # noqa: F401 (fixtures)
from tests.factories import make_learner

SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration.getNotifications()).map(({ title, body, data }) => [title, body, data.path]);
}"""
# The browser's push service is its maker's, far from here: only this one call goes elsewhere.
SUBSCRIBED = """
PushManager.prototype.subscribe = async function ({ applicationServerKey, userVisibleOnly }) {
  if (!userVisibleOnly || applicationServerKey.length !== 87) throw new Error("not as push services want it");
  const { endpoint, ...keys } = %s;
  const subscription = { endpoint, toJSON: () => ({ endpoint, keys }) };
  PushManager.prototype.getSubscription = async () => subscription;
  return subscription;
};
"""


@pytest.fixture
def learner(transactional_db, live_server, page: Page):
    user = make_learner("anna@example.com", language="en")
    client = Client()
    client.force_login(user, guests.BACKEND)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    return user


def test_what_is_told_is_shown_once(learner, live_server, page: Page, push, sms):  # noqa: F811
    pretended = push.subscribe()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.add_init_script(SUBSCRIBED % json.dumps(pretended.subscription()))
    page.goto(f"{live_server.url}/settings/notifications/")
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="Turn on in this browser").click()
    expect(page.locator(".notice")).to_contain_text("This browser now shows notifications")
    page.get_by_role("checkbox", name="Reminder to practice: Browser").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_have_text("Saved.")

    now = timezone.now()
    asked = {"kind": "reminder", "channel": "push", "about": now.date().isoformat()}
    assert sending.send_now(user_id=learner.pk, now=now, **asked) == 1
    [told] = pretended.got
    deliver(page, live_server.url, told)
    deliver(page, live_server.url, told)
    page.wait_for_function(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).length"
    )
    assert page.evaluate(SHOWN) == [
        ["Time to practice", "You haven't practiced today. Five minutes are enough.", "/"]
    ]
    assert complaints == []


def deliver(page: Page, origin: str, told: dict) -> None:
    """As the browser does with what its push service brings, once it has read it."""
    devtools = page.context.new_cdp_session(page)
    registrations: list[dict] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"])
    )
    devtools.send("ServiceWorker.enable")
    while not registrations:
        page.wait_for_timeout(50)
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": origin,
            "registrationId": registrations[-1]["registrationId"],
            "data": json.dumps(told, ensure_ascii=False),
        },
    )
    devtools.detach()


def test_blocked_it_says_how_to_allow_it(learner, live_server, page: Page, push):  # noqa: F811
    page.add_init_script("Notification.requestPermission = async () => 'denied';")
    page.goto(f"{live_server.url}/settings/notifications/")
    page.get_by_role("button", name="Turn on in this browser").click()
    expect(page.locator("[data-push-says=denied]")).to_be_visible()
    page.add_init_script("delete window.PushManager;")
    page.reload()
    expect(page.locator("[data-push-says=unsupported]")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on in this browser")).to_be_hidden()
