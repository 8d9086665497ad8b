"""Pages of an account where colours are the system's, nothing can be stored, no script runs or no cookie is kept."""

import re

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser

from accounts import guests
from tests.factories import make_learner
from tests.safety.forms import forms_on

STRANGERS = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/settings/")
WITHOUT_STORAGE = """
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
        Object.defineProperty(window, name, {get() { throw new DOMException("blocked", "SecurityError"); }});
"""
DEAD = "main button[type=button]:not([popovertarget]):visible, main [role=button]:not(summary):visible"
"""What only a script would answer."""


def signed_in_client():
    cache.clear()
    user = make_learner("boris@example.org", name="Boris")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client = Client()
    client.force_login(user, guests.BACKEND)
    return client


def parts(client):
    """The pages that the navigation of the settings leads to, and those for a password and an email."""
    page = client.get("/settings/").content.decode()
    nav = page[page.index('<nav class="parts"') :].partition("</nav>")[0]
    found = re.findall(r'href="([^"]+)"', nav)
    assert len(found) >= 5
    return [*found, "/accounts/email/", "/accounts/password/change/"]


@pytest.mark.parametrize(("language", "scheme"), [("ru", "dark"), ("en", "light")])
def test_system_colours_and_no_storage(transactional_db, live_server, browser: Browser, language, scheme):
    client = signed_in_client()
    paths = parts(client)
    complaints = []
    for who, pages in ((None, STRANGERS), (client, paths)):
        context = browser.new_context(
            forced_colors="active",
            locale=language,
            color_scheme=scheme,
            viewport={"width": 390, "height": 780},
        )
        context.add_init_script(WITHOUT_STORAGE)
        if who:
            session = who.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for path in pages:
            page.goto(live_server.url + path, wait_until="load")
            if found := Axe().run(page).response["violations"]:
                complaints.append(f"{path}: {[(one['id'], one['nodes'][0]['html']) for one in found]}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                complaints.append(f"{path}: too wide")
        context.close()
    assert complaints == []


def test_no_script_leaves_nothing_dead(transactional_db, live_server, browser: Browser):
    client = signed_in_client()
    paths = parts(client)
    complaints = []
    for who, pages in ((None, STRANGERS), (client, paths)):
        context = browser.new_context(java_script_enabled=False)
        if who:
            session = who.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        for path in pages:
            page.goto(live_server.url + path)
            for number, form in enumerate(page.locator("main form:visible").all()):
                is_sent = form.locator("button:visible:enabled, input[type=submit]:visible").count()
                if not is_sent and "JavaScript" not in form.inner_text():
                    complaints.append(f"{path}: form {number} cannot be sent")
            complaints += [f"{path}: {one.inner_text()} is dead" for one in page.locator(DEAD).all()]
        context.close()
    assert complaints == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("ru", "cookie"), ("en", "cookies")])
def test_without_cookies_it_is_said_why_nothing_is_kept(language, word):
    for path in STRANGERS:
        client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
        page = client.get(path).content.decode()
        for form in forms_on(page, path):
            if form.method == "post":
                answer = Client(enforce_csrf_checks=True, headers={"accept-language": language}).post(
                    form.action, form.values
                )
                assert answer.status_code == 403 and word in answer.content.decode(), form.action
