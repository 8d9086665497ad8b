"""No door tells strangers whether an email has an account, or what kind: not by words, headers, cookies or time."""

import json
import re
import time
from collections import defaultdict
from statistics import median

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
PASSWORD = "kettle-on-the-hob"
LONGEST_GAP = 0.005
"""Seconds between the medians of any two kinds of accounts."""
ROUNDS = 9
TRIES = 4
"""How often it is measured anew before a gap is believed: what the machine does besides comes and goes."""
JSON = "application/json"
FORMS = {
    "sign-in": lambda email: ("/accounts/login/", {"login": email, "password": "no-such-kettle"}),
    "reset": lambda email: ("/accounts/password/reset/", {"email": email}),
    "sign-up": lambda email: ("/accounts/signup/", {"email": email, "password1": PASSWORD}),
}
ENDPOINTS = {
    "sign-in by API": lambda email: ("login", {"email": email, "password": "no-such-kettle"}),
    "reset by API": lambda email: ("forgot-password", {"email": email}),
    "sign-up by API": lambda email: ("register", {"email": email, "password": PASSWORD}),
}
DOORS = [*FORMS, *ENDPOINTS]
OWN = (
    r"[\w.-]+@example\.org|csrfmiddlewaretoken\" value=\"\w+|eyJ[\w.-]+|[0-9a-f-]{36}|"
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|[\d:]{8} GMT"
)
"""What differs from visitor to visitor."""


class QuickBCrypt(BCryptSHA256PasswordHasher):
    """The product's hasher at a cost of 7, not 12: one hash takes 9 ms, so that one too many is seen."""

    rounds = 7


@pytest.fixture(autouse=True)
def hasher(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickBCrypt"]


def email_of(kind):
    """As long as the others."""
    return f"{kind:x<11}@example.org"


@pytest.fixture
def emails():
    """By the kind of account: an email of one."""

    def account(name, **fields):
        user = make_learner(email_of(name), **fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user

    account("existing")
    account("disabled", is_active=False)
    provided = account("provider")
    provided.set_unusable_password()
    provided.save()
    cache.clear()
    Client().post(*FORMS["sign-up"](email_of("unconfirmed")))
    mail.outbox.clear()
    return {kind: email_of(kind) for kind in ("existing", "missing", "unconfirmed", "provider", "disabled")}


def sent(door, email):
    """The answer to a stranger, and what follows it on a page; and the processor's seconds of the first."""
    cache.clear()
    client = Client(headers={"accept-language": "en"})
    begun = time.process_time()
    if door in FORMS:
        answer = client.post(*FORMS[door](email))
    else:
        path, body = ENDPOINTS[door](email)
        answer = client.post(f"/api/v1/auth/{path}", json.dumps(body), JSON)
    seconds = time.process_time() - begun
    return client, answer, seconds


def shown(client, answer):
    """All that a stranger sees of an answer, but for what is her own anyway."""
    pages = [answer]
    if answer.status_code == 302:
        pages.append(client.get(answer.url))
    return [
        (
            page.status_code,
            {name: re.sub(OWN, "…", value) for name, value in page.headers.items()},
            {
                name: (cookie["max-age"], cookie["path"], cookie["httponly"])
                for name, cookie in page.cookies.items()
            },
            re.sub(OWN, "…", page.content.decode()),
        )
        for page in pages
    ]


@pytest.mark.parametrize("door", DOORS)
def test_what_is_shown_is_the_same(door, emails):
    seen = {kind: shown(*sent(door, email)[:2]) for kind, email in emails.items()}
    assert [kind for kind, pages in seen.items() if pages != seen["missing"]] == []


def gaps(door, emails):
    """By kind, the seconds its median is over the quickest one's; the kinds take turns."""
    taken = defaultdict(list)
    for _ in range(ROUNDS):
        for kind, email in emails.items():
            taken[kind].append(sent(door, email)[2])
    medians = {kind: median(seconds) for kind, seconds in taken.items()}
    return {kind: seconds - min(medians.values()) for kind, seconds in medians.items()}


@pytest.mark.parametrize("door", DOORS)
def test_it_takes_as_long(door, emails):
    for email in emails.values():
        sent(door, email)
    for _ in range(TRIES):
        measured = gaps(door, emails)
        if max(measured.values()) <= LONGEST_GAP:
            return
    raise AssertionError({kind: f"{gap * 1000:.1f} ms" for kind, gap in measured.items()})


def test_each_is_written_to_alike(emails):
    """A mail goes out in every case, so that none of them takes a mail more."""
    for door in DOORS:
        counts = {}
        for kind, email in emails.items():
            mail.outbox.clear()
            sent(door, email)
            counts[kind] = len(mail.outbox)
        assert len(set(counts.values())) == 1, (door, counts)


def test_whose_password_is_right_is_told_more(emails):
    """Else the proofs above would say nothing."""
    right = {"login": email_of("existing"), "password": "a-long-password"}
    assert Client().post("/accounts/login/", right).status_code == 302
    User.objects.filter(email=email_of("existing")).update(is_active=False)
    assert "inactive" in Client().post("/accounts/login/", right).url
