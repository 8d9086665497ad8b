"""No page of another site can send what we would take for a learner's own doing."""

import pytest
from django.core.cache import cache
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from tests.safety.routes import ROUTES_THERE, UNSAFE

EXEMPT = {
    "stripe/webhook/": "signed by Stripe",
    "accounts/apple/login/callback/": "Apple sends the browser back by a form; the state we gave it is in the session",
    "notifications/unsubscribe/<str:signed>/": "one click in a mail program (RFC 8058), signed by us",
    "reports/unsubscribe/<str:signed>/": "the same, in mails sent before",
}
"""Pages that take what is sent without a token, and what proves it instead. The API is another matter: see below."""
pytestmark = pytest.mark.django_db


def test_every_page_refuses_what_has_no_token(chief, browser_of):
    client = browser_of(chief, enforce_csrf_checks=True)
    taken = set()
    for route in ROUTES_THERE:
        cache.clear()
        if not route.is_api and client.post(route.path).status_code != 403:
            taken.add(route.pattern)
    assert taken == EXEMPT.keys() & {route.pattern for route in ROUTES_THERE}


@pytest.mark.parametrize("method", UNSAFE)
def test_whatever_it_is_sent_by(anna, browser_of, method):
    client = browser_of(anna.user, enforce_csrf_checks=True)
    assert client.generic(method, "/settings/").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "https://testserver"},
    ],
    ids=str,
)
def test_a_token_of_ours_helps_no_other_site(anna, browser_of, headers):
    client = browser_of(anna.user, enforce_csrf_checks=True)
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
    right = {"language": "ru", "csrfmiddlewaretoken": token}
    assert client.post("/language/", right, headers=headers).status_code == 403
    assert client.post("/language/", right, headers={"Origin": "http://testserver"}).status_code == 302


def test_the_api_knows_nobody_by_cookie(anna, browser_of):
    """It asks for no token of forms, as a session signs nobody in there: to the API its bearer is a stranger."""
    signed_in, nobody = browser_of(anna.user), Client()
    different = []
    for route in ROUTES_THERE:
        if not route.is_api:
            continue
        for ask in route.asks(anna):
            cache.clear()
            content = {} if ask.json is None else {"data": ask.json, "content_type": "application/json"}
            told, wanted = (getattr(one, ask.method)(ask.path, **content) for one in (signed_in, nobody))
            if told.status_code != wanted.status_code or any(
                secret in told.content.decode()
                for secret in anna.secrets
                if secret not in f"{ask.path}{ask.json}"
            ):
                different.append((str(route), told.status_code, wanted.status_code))
    assert not different
