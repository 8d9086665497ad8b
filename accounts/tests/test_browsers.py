"""Where a learner is signed in: which browsers, in words, and how she ends them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import browsers
from accounts.models import BrowserSession
from tests.api_client import Api

from .conftest import PASSWORD
from .visits import said, sign_in, who

SECURITY, ELSEWHERE = "/settings/security/", "/settings/security/sign-out/"
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"{LINUX} Chrome/143.0.0.0 Safari/537.36": "Chrome on Linux",
    f"{LINUX} Chrome/143.0.0.0 Safari/537.36 Edg/143.0": "Edge on Linux",
    f"{LINUX} Chrome/143.0 YaBrowser/25.1 Safari/537.36": "Yandex on Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.0 Safari/605": "Safari on macOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/143.0 Mobile Safari/604": "Chrome on iPhone",
    "Mozilla/5.0 (Linux; Android 15; SM-S921B) SamsungBrowser/28.0 Chrome/130.0 Mobile": "Samsung Internet on Android",
    "curl/8.0": "",
    "Something (Windows NT 10.0)": "Windows",
    "": "",
}


@pytest.mark.parametrize(("agent", "name"), AGENTS.items())
def test_a_browser_in_words(agent, name):
    assert browsers.browser_name(agent) == name


@given(st.text())
def test_whatever_a_browser_says_of_itself(agent):
    assert len(browsers.browser_name(agent)) < 60


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("unknown", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address, network):
    assert browsers.rough_network_of(address) == network


@pytest.fixture
def two(anna):
    """Anna's laptop and her phone."""
    agents = list(AGENTS)
    laptop, phone = (Client(headers={"user-agent": agent}) for agent in (agents[0], agents[5]))
    for client in (laptop, phone):
        sign_in(client, anna.email)
    return laptop, phone


def other_in(page):
    return re.search(rf"{ELSEWHERE}(\w+)/", page)[1]


def test_the_page_lists_them(anna, two, boris, browser_of):
    laptop, _phone = two
    browser_of(boris)
    page = said(laptop.get(SECURITY))
    assert page.index("Chrome on Linux") < page.index("this browser") < page.index("Chrome on iPhone")
    assert page.count("Sign out there") == 1 and "network 127.0.0.0/24" in page
    for session in BrowserSession.objects.all():
        assert session.session_key not in page


def test_equal_ones_are_told_apart_by_the_hour(anna, client):
    agent = next(iter(AGENTS))
    morning = timezone.now().replace(hour=6, minute=10)
    for hours in (0, 3):
        with time_machine.travel(morning + timedelta(hours=hours), tick=False):
            last = Client(headers={"user-agent": agent})
            sign_in(last, anna.email)
            page = said(last.get(SECURITY))
    assert "6:10 a.m." in page and "9:10 a.m." in page


def test_one_is_signed_out(anna, two):
    laptop, phone = two
    other = other_in(said(laptop.get(SECURITY)))
    assert "Signed out there." in said(laptop.post(f"{ELSEWHERE}{other}/", follow=True))
    assert not who(phone).is_authenticated and who(laptop) == anna
    assert "Nobody is signed in there" in said(laptop.post(f"{ELSEWHERE}{other}/", follow=True))


def test_nobody_ends_anothers(anna, two, boris, browser_of):
    laptop, phone = two
    other = other_in(said(laptop.get(SECURITY)))
    browser_of(boris).post(f"{ELSEWHERE}{other}/")
    browser_of(boris).post(ELSEWHERE)
    Client().post(f"{ELSEWHERE}{other}/")
    assert who(phone) == anna


def test_everywhere_else_with_programs_but_not_personal_tokens(anna, two):
    laptop, phone = two
    api = Api(anna)
    token = api.post("users/me/tokens", {"name": "Backup", "scopes": ["read"]})[1]["token"]
    assert "1 program is signed in" in said(laptop.get(SECURITY))
    page = said(laptop.post(ELSEWHERE, follow=True))
    assert "Signed out everywhere else." in page and "Chrome on iPhone" not in page
    assert who(laptop) == anna and not who(phone).is_authenticated
    assert api.get("users/me")[0] == 401
    by_token = laptop.get("/api/v1/users/me", headers={"authorization": f"Bearer {token}"})
    assert by_token.status_code == 200


def test_a_new_password_ends_the_others_and_keeps_this_one(anna, two):
    laptop, _phone = two
    laptop.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "another-kettle"})
    page = said(laptop.get(SECURITY))
    assert "Chrome on Linux" in page and "Chrome on iPhone" not in page


def test_the_pages_are_for_accounts(guest, browser_of):
    for client, onward in ((Client(), "login"), (browser_of(guest), "signup")):
        for path, ask in (
            (SECURITY, client.get),
            (ELSEWHERE, client.post),
            (f"{ELSEWHERE}abc/", client.post),
        ):
            assert ask(path)["Location"].startswith(f"/accounts/{onward}/")


def test_other_methods(anna, browser_of):
    client = browser_of(anna)
    assert client.post(SECURITY).status_code == 405
    assert client.get(ELSEWHERE).status_code == client.get(f"{ELSEWHERE}abc/").status_code == 405


def test_once_a_day_it_is_noted_and_else_nothing_is_written(anna, client, django_assert_max_num_queries):
    """A page asks for session and user, and no more."""
    sign_in(client, anna.email)
    with django_assert_max_num_queries(2):
        client.get("/help/")
    later = timezone.now() + timedelta(days=1, minutes=1)
    with time_machine.travel(later, tick=False):
        client.get("/help/", headers={"user-agent": "Firefox/140.0 (Windows)"})
        [one] = browsers.signed_in(client.get(SECURITY).wsgi_request, anna, now=later)
    assert one.name == "Firefox on Windows" and one.seen == later and one.since < later - timedelta(days=1)


def test_a_session_from_before_is_listed_without_more(anna, browser_of):
    client = browser_of(anna)
    page = said(client.get(SECURITY))
    assert "Unknown browser" in page and "this browser" in page


def test_in_russian():
    with translation.override("ru"):
        assert browsers.browser_name(next(iter(AGENTS))) == "Chrome на Linux"
