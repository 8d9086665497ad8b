"""Whatever is asked, by whomever and however: an answer of ours with a strict policy, and reading changes nothing."""

import json
import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import tokens
from tests.safety.routes import METHODS, ROUTES_THERE
from tests.test_routes import everything_of
from tests.valid_requests import Ask

pytestmark = pytest.mark.django_db
SOURCES = re.compile(
    r"'self'|'none'|data:|'inline-speculation-rules'|'nonce-[\w+/=-]{16,}'|'sha256-[\w+/=]{44}'"
)
SESSIONS = {"BrowserSession.user"}
PROTECTING = ("default-src", "base-uri", "frame-ancestors", "form-action")
"""What a page must say; the last three do not follow from the first."""


def complaints(answer, *, is_file=False):
    """What an answer says, or fails to say, that it must not."""
    policy = answer.headers.get("Content-Security-Policy", "")
    directives = {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}
    found = [f"no {name}" for name in PROTECTING if name not in directives]
    found += [
        f"{name} {source}"
        for name, sources in directives.items()
        for source in sources
        if not SOURCES.fullmatch(source)
        and not (name == "form-action" and urlsplit(source).scheme == "https")
    ]
    if directives.get("default-src") != ["'none'"] and not is_file:
        found.append("default-src is open")
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("may be sniffed")
    if answer.status_code >= 500:
        found.append(f"answered {answer.status_code}")
    return found


def said_of(client, ask, token):
    headers = {"Authorization": f"Bearer {token}"} if token and ask.path.startswith("/api/") else {}
    if ask.json is not None:
        return client.generic(
            ask.method.upper(), ask.path, json.dumps(ask.json), "application/json", headers=headers
        )
    if ask.form is not None:
        return client.post(ask.path, ask.form)
    return client.generic(ask.method.upper(), ask.path, headers=headers)


@pytest.mark.parametrize("who", ["nobody", "anna", "chief"])
def test_every_answer_is_protected(anna, chief, browser_of, who):
    people = {"nobody": None, "anna": anna.user, "chief": chief}
    client, wrong = browser_of(people[who]), {}
    token = tokens.start_family(anna.user, now=timezone.now()).access if who == "anna" else ""
    routes = [route for route in ROUTES_THERE if route.is_admin is (who == "chief") or who == "nobody"]
    for route in routes:
        asks = route.asks(anna)
        if who == "nobody" and not route.is_admin:
            asks += [Ask(route.path, method.lower()) for method in METHODS]
        for ask in asks:
            cache.clear()
            if found := complaints(said_of(client, ask, token)):
                wrong[f"{ask.method} {ask.path}"] = found
        if "logout" in route.pattern:
            client = browser_of(people[who])
    assert not wrong, "\n".join(f"{where}: {found}" for where, found in wrong.items())


def test_reading_changes_nothing(anna, browser_of):
    token = tokens.start_family(anna.user, now=timezone.now()).access
    client = browser_of(anna.user)
    before = everything_of(anna.user)
    for route in ROUTES_THERE:
        if not route.is_admin:
            for path in sorted({ask.path for ask in route.asks(anna)} | {route.path}):
                said_of(client, Ask(path), token)
    cache.clear()
    after = everything_of(anna.user)
    # A session keeps what was asked of a passkey, and when it was last seen.
    assert {name: rows for name, rows in after.items() if name not in SESSIONS} == {
        name: rows for name, rows in before.items() if name not in SESSIONS
    }


@pytest.mark.parametrize("path", ["css/site.css", "typing/machine.js", "nowhere.js"])
def test_files_are_protected(path):
    answer = Client().get(f"/static/{path}")
    answer.getvalue()
    assert answer.status_code == (404 if path == "nowhere.js" else 200)
    assert not complaints(answer, is_file=True)
