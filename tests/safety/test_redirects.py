"""Nobody is sent on to another site, whatever a link says under `next` and the like."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import guests
from accounts.models import User
from tests.factories import make_learner
from tests.safety.addresses import FOREIGN, is_ours
from tests.safety.routes import ROUTES_THERE

pytestmark = pytest.mark.django_db
NAMES = (
    "next", "_next", "url", "to", "from", "back", "after", "goto", "target", "dest", "destination", "continue",
    "redirect", "redirect_to", "redirect_uri", "redirect_url", "return", "return_to", "return_url", "success_url",
    "callback", "callback_url", "referrer",
)  # fmt: skip
"""Names under which pages are told where to go on."""
MARK = "/help/?marked=1"
SENT_ON = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Refresh")
PASSWORD = "a-long-password"
DONE = {
    "account_login": {"login": "boris@example.org", "password": PASSWORD},
    "account_signup": {"email": "new@example.org", "password1": "kettle-on-the-hob"},
    "account_reauthenticate": {"password": PASSWORD},
    "account_logout": {},
    "accounts:set_language": {"language": "ru"},
    "account_change_password": {"oldpassword": PASSWORD, "password1": PASSWORD},
    "account_reset_password": {"email": "boris@example.org"},
}
"""What brings a form to its end, where it sends on."""
PAGES = [
    route for route in ROUTES_THERE if not (route.is_api or route.is_admin) or route.name == "admin:login"
]
SIGNING = {"account_login", "account_signup", "account_logout"}
"""Forms that need another browser each time."""
MAILING = {"account_signup", "account_change_password", "account_reset_password"}
"""Forms that write mails, and so take long; they ask the same rule as signing in, and are sent every fifth address."""
STRANGERS = {"account_login", "account_signup"}


def addresses(answer):
    """Where an answer leads: by a header, a link or a form."""
    yield from (answer[header] for header in SENT_ON if answer.has_header(header))
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        page = re.sub("<link[^>]*>", "", answer.getvalue().decode())
        yield from map(unescape, re.findall(r'\s(?:href|action|formaction|src|hx-\w+)="([^"]*)"', page))


def sent_later(answer):
    """What its forms send in fields with the names of addresses; what comes of that is seen when it is sent."""
    fields = re.findall(r"<input[^>]*>", answer.getvalue().decode(errors="replace"))
    return [
        unescape(value)
        for field in fields
        if any(f'name="{name}"' in field for name in NAMES)
        for value in re.findall(r'value="([^"]*)"', field)
    ]


def sent(client, route, address, form):
    """All answers to an address given under every name, in the query and in a form; its end alone where it is known."""
    cache.clear()
    named = dict.fromkeys(NAMES, address)
    if address == MARK or route.name not in DONE:
        yield client.get(route.path, named)
    yield client.post(route.path, form | named)


def completing(route):
    """A browser in which what DONE says of a route can be sent, and it."""
    client = Client()
    if route.name not in STRANGERS:
        client.force_login(User.objects.get(email="boris@example.org"), guests.BACKEND)
    return client, DONE.get(route.name, {})


@pytest.fixture
def boris(db):
    return make_learner("boris@example.org")


def follows(route):
    """Whether a route leads to where it is told."""
    client, form = completing(route)
    return any(
        MARK in (*addresses(answer), *sent_later(answer)) for answer in sent(client, route, MARK, form)
    )


def test_nobody_is_sent_to_another_site(boris):
    following = [route for route in PAGES if follows(route)]
    assert {route.name for route in following} >= DONE.keys()
    astray = []
    for route in following:
        client, form = completing(route)
        for foreign in FOREIGN[:: 5 if route.name in MAILING else 1]:
            if route.name in SIGNING:
                client, form = completing(route)
            astray += [
                (route.name, foreign, address)
                for answer in sent(client, route, foreign, form)
                for address in addresses(answer)
                if not is_ours(address)
            ]
    assert not astray


@pytest.mark.parametrize("foreign", FOREIGN)
def test_nor_by_a_path_that_looks_like_one(foreign):
    for path in (foreign, f"/{foreign}", f"/accounts/login/{foreign}", f"/settings{foreign}"):
        answer = Client().get("/", PATH_INFO=path.encode().decode("latin-1"))
        assert all(is_ours(answer[header]) for header in SENT_ON if answer.has_header(header))


def test_nor_by_where_one_comes_from(boris):
    for route in (route for route in PAGES if route.name in DONE):
        client, form = completing(route)
        answer = client.post(route.path, form, headers={"Referer": "https://evil.example/"})
        assert all(is_ours(answer[header]) for header in SENT_ON if answer.has_header(header)), route


@pytest.mark.parametrize(
    "address", ["/settings/", "?a=//x", "http://testserver/", "#top", "//testserver\\@evil.example"]
)
def test_what_is_ours_is_known(address):
    assert is_ours(address)


@pytest.mark.parametrize("address", [one for one in FOREIGN if not one.startswith("/%")])
def test_what_is_not_is_known_too(address):
    assert not is_ours(address)
