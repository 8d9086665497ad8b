"""A passkey from its making to a sign-in by it alone, with Chromium's own authenticator; then the other ways."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories import make_learner

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PASSWORD = "a-long-password"


@pytest.fixture
def anna(transactional_db: None) -> User:
    anna = make_learner(language="en")
    EmailAddress.objects.create(user=anna, email=anna.email, primary=True, verified=True)
    return anna


@pytest.fixture
def authenticator(page: Page) -> tuple[Any, str]:
    """The page's authenticator, and how to talk to it."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    return talk, talk.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/?next=/settings/security/")
    page.get_by_label("Email").fill("anna@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def look(page: Page) -> None:
    """Nothing on the page keeps anybody out."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def make_passkey(page: Page, base: str) -> list[str]:
    """Signs in, adds a passkey after the password once more, and saves the recovery codes that are shown."""
    sign_in(page, base)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    look(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    return download.value.path().read_text().split()


def test_a_passkey(page: Page, live_server: Any, anna: User, authenticator: tuple[Any, str]) -> None:
    base, (talk, authenticator_id) = live_server.url, authenticator
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    codes = make_passkey(page, base)
    assert len(codes) == 10
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "webauthn"]

    # The same device is not taken twice.
    page.goto(f"{base}/settings/security/passkeys/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This device has a passkey of your account already.")

    # It signs in by itself, to where one wanted to go.
    sign_out(page, base)
    page.goto(f"{base}/accounts/login/?next=/settings/security/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Laptop", exact=True)).to_be_visible()
    assert page.url == f"{base}/settings/security/"
    look(page)

    # It is the second step after a password, and confirms what changes the account.
    sign_out(page, base)
    sign_in(page, base)
    expect(page.get_by_role("button", name="Use the passkey")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", name="Passkeys")).to_be_visible()
    page.get_by_role("link", name=re.compile("Remove.*Laptop")).click()
    page.get_by_role("link", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Use the passkey")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", name="Remove the passkey?")).to_be_visible()
    for path in ("app/", "codes/new/", "codes/"):
        page.goto(f"{base}/settings/security/{path}")
        look(page)

    # Without the device a recovery code opens.
    talk.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator_id, "isUserVerified": False})
    sign_out(page, base)
    sign_in(page, base)
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("it was canceled or took too long")).to_be_visible()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("9 codes are left")).to_be_visible()
    assert faults == []
