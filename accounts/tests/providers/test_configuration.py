"""Which variables make which buttons, and what is refused at start; where the buttons of the big three lead."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.providers.configuration import OF_KIND, OF_OPENID, VARIABLES, read_providers
from accounts.tests.visits import SIGN_IN, SIGN_UP, said
from tests.fakes.openid.visits import led_to
from typingtrainer.run.environment import NAMES


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KEY = pem(ec.generate_private_key(ec.SECP256R1()))
ALL = {name: name.lower() for name in VARIABLES} | {"APPLE_PRIVATE_KEY": KEY, OF_OPENID: ""}
SCHOOL = {
    "id": "school",
    "name": "School",
    "server_url": "https://id.example",
    "client_id": "us",
    "secret": "s",
}
PKCE = {"state", "code_challenge", "code_challenge_method"}


def openid(*told):
    return {OF_OPENID: json.dumps(told)}


def test_nothing_set_is_nothing_offered():
    assert read_providers({}) == () == read_providers(dict.fromkeys(ALL, ""))


def test_each_variable_is_explained_and_lent():
    text = (settings.BASE_DIR / "docs/operations.md").read_text()
    assert [name for name in VARIABLES if f"`{name}`" not in text] == []
    assert {*VARIABLES} <= {*NAMES}


def test_each_is_offered_by_its_variables():
    assert [one.name for one in read_providers(ALL | openid(SCHOOL))] == [
        "Google",
        "GitHub",
        "Apple",
        "School",
    ]


@pytest.mark.parametrize("name", [name for names in OF_KIND.values() for name in names])
def test_half_given_is_refused(name):
    with pytest.raises(ImproperlyConfigured, match=f"not set: {name}\\."):
        read_providers(ALL | {name: ""})


def test_line_ends_may_stand_as_two_signs():
    [apple] = [
        one
        for one in read_providers(ALL | {"APPLE_PRIVATE_KEY": KEY.replace("\n", "\\n")})
        if one.id == "apple"
    ]
    assert apple.settings["certificate_key"] == KEY


@pytest.mark.parametrize("key", ["no key", pem(rsa.generate_private_key(65537, 2048))])
def test_a_key_apple_cannot_have_given_is_refused(key):
    with pytest.raises(ImproperlyConfigured, match="APPLE_PRIVATE_KEY"):
        read_providers(ALL | {"APPLE_PRIVATE_KEY": key})


@pytest.mark.parametrize(
    "told",
    [
        "{",
        "{}",
        "[1]",
        '"x"',
        json.dumps([{**SCHOOL, "more": "x"}]),
        json.dumps([{**SCHOOL, "secret": ""}]),
        json.dumps([{**SCHOOL, "id": 1}]),
        json.dumps([{**SCHOOL, "id": "google"}]),
        json.dumps([{**SCHOOL, "id": "Ä"}]),
        json.dumps([{**SCHOOL, "server_url": "id.example"}]),
        json.dumps([{**SCHOOL, "server_url": "https://id.example/?x=1"}]),
        json.dumps([{**SCHOOL, "name": "x" * 41}]),
        json.dumps([SCHOOL, SCHOOL]),
    ],
)
def test_what_is_no_list_of_providers_is_refused(told):
    with pytest.raises(ImproperlyConfigured, match="OPENID_PROVIDERS"):
        read_providers({"OPENID_PROVIDERS": told})


@pytest.mark.parametrize(
    ("provider", "begins", "asked"),
    [
        ("google", "https://accounts.google.com/o/oauth2/v2/auth", PKCE),
        ("github", "https://github.com/login/oauth/authorize", PKCE),
        ("apple", "https://appleid.apple.com/auth/authorize", {"state", "response_mode"}),
    ],
)
def test_a_button_leads_to_its_provider(db, client, settings, provider, begins, asked):
    settings.SIGN_IN_PROVIDERS = read_providers(ALL)
    for page in (SIGN_IN, SIGN_UP):
        assert f'formaction="/accounts/with/{provider}/"' in said(client.get(page))
    address = led_to(client.post(f"/accounts/with/{provider}/"))
    query = parse_qs(urlsplit(address).query)
    assert address.startswith(begins + "?") and asked <= query.keys()
    assert query["client_id"] == [f"{provider}_client_id"]
    assert query["redirect_uri"] == [f"http://testserver/accounts/{provider}/login/callback/"]


def test_apple_posts_and_the_visitor_goes_on_with_her_cookies(db, client, settings):
    settings.SIGN_IN_PROVIDERS = read_providers(ALL)
    back = client.post(
        "/accounts/apple/login/callback/", {"code": "1", "state": "2", "error": "access_denied"}
    )
    assert urlsplit(back.url).path == "/accounts/apple/login/callback/finish/"
    assert client.get(back.url).url == SIGN_IN
    assert client.get("/accounts/apple/login/callback/").status_code == 405
