"""Every page as a person meets it: accessible, in one language, light and dark, wide and narrow, nothing broken."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from playwright.sync_api import Browser

from bench.typists import Learning, Typist
from lessons.languages import TYPED
from tests.browser.crawl import Crawl
from tests.factories import make_certificate, make_gold_test, make_learner
from typingtrainer.management.commands.sample_learners import practise, study

FACTORS = "needs a second factor, or that one has just confirmed who one is: `test_passkeys` goes there"
NOT_PAGES = {
    "dashboard/<str:table>/": "a part of the dashboard, brought when it is opened",
    "certificates/<str:code>.pdf": "a file",
    "practice/<slug:course>/<int:number>/trial/": "editors try a lesson there before it is published",
    "reports/unsubscribe/<str:signed>/": "linked from mails",
    "notifications/unsubscribe/<str:signed>/": "linked from mails",
    "sw.js": "the service worker",
    "sessions/<uuid:pk>/keys/": "what the replay plays",
    "health/": "for machines",
    "dev/mail/": "mails caught on a developer's machine",
    "dev/mail/<slug:file>/": "the same",
    "premium/bought/": "comes from Stripe",
    "premium/cancel/": "for subscribers: `test_buying` goes there",
    "premium/change/": "the same",
    "tests/start/": "leads on to the test that was chosen",
    "accounts/inactive/": "nobody is inactive",
    "accounts/reauthenticate/": FACTORS,
    "accounts/reauthenticate/code/": FACTORS,
    "accounts/reauthenticate/passkey/": FACTORS,
    "accounts/code/": FACTORS,
    "accounts/passkey/": FACTORS,
    "settings/security/app/": FACTORS,
    "settings/security/app/off/": FACTORS,
    "settings/security/codes/": FACTORS,
    "settings/security/codes/new/": FACTORS,
    "settings/security/passkeys/": FACTORS,
    "settings/security/passkeys/<int:pk>/": FACTORS,
    "settings/security/passkeys/<int:pk>/remove/": FACTORS,
    **dict.fromkeys(
        [
            "accounts/google/login/callback/",
            "accounts/github/login/callback/",
            "accounts/apple/login/callback/finish/",
            "accounts/oidc/<slug:provider_id>/login/callback/",
            "accounts/reauthenticate/with/",
            "accounts/tell-email/",
        ],
        "a provider leads there: `test_providers` goes there",
    ),
    "avatars/<slug:name>-<int:size>.webp": "a file",
    "settings/data/export/progress/": "a part of the page of one's data",
    "settings/data/export/<str:signed>/": "a file",
    "settings/data/undo/<str:signed>/": "linked from mails",
    "settings/data/deleted/": "comes after a deletion",
    "accounts/password/set/": "for those who signed in elsewhere, which we don't offer",
}
"""The routes that nobody opens as a page, and why."""
UNLINKED = [
    "/certificates/?code=K7QF-2MXA-9TRB",
    "/nowhere/",
    "/practice/line/ru/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/broken/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-broken/",
    "/accounts/password/reset/key/done/",
]
NOBODY = "nobody"
VISITORS = {
    NOBODY: ("ru", "dark", 390),
    "exact": ("ru", "light", 1366),
    "plateau": ("en", "dark", 390),
}
"""Language, scheme and the width that a page is loaded at; what is too wide is looked for at both widths."""
FOR_STRANGERS = {
    "account_confirm_email",
    "account_email_verification_sent",
    "account_login",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "progress:first_line",
    "progress:placement",
    "progress:start",
}
"""The pages that a stranger must be led to; whoever has typed, to all others."""
DAYS = 4


class Route(NamedTuple):
    """A page of ours, or none: its pattern, name and view."""

    pattern: str
    name: str
    view: Callable[..., HttpResponse]

    @property
    def is_page(self) -> bool:
        """Whether somebody opens it; forms that are only sent refuse."""
        if self.pattern in NOT_PAGES:
            return False
        # What answers GET wants its arguments, or a session.
        with suppress(TypeError, AttributeError):
            return self.view(RequestFactory().get("/")).status_code != HTTPStatus.METHOD_NOT_ALLOWED
        return True


def routes(patterns=None, beginning: str = "", namespace: str = "") -> Iterator[Route]:
    """All but the API's and the admin's, which have tests of their own."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        pattern = beginning + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Route(pattern, namespace + (one.name or ""), one.callback)
        elif not pattern.startswith(("api/", "admin/")):
            inner = f"{one.namespace}:" if one.namespace else ""
            yield from routes(one.url_patterns, pattern, namespace + inner)


@pytest.fixture
def seeds(courses, settings, request):
    """Where a visitor begins to look, and the session of the browser; learners have histories, so that there are rows
    in the tables of pages."""
    kind, now = request.param, timezone.now()
    if kind == NOBODY:
        return ["/", *UNLINKED], ""
    settings.DEMO = True
    language = VISITORS[kind][0]
    user = make_learner(f"{kind}@example.com", board_name=f"{kind} of the long name {language}"[:30])
    typist = Typist(kind, 1, language, learning=Learning())
    study(user, typist, language, lessons=4, ended=now - timedelta(days=DAYS + 1))
    practise(user, typist, language, days=DAYS, now=now)
    issued, offered = make_certificate(user), make_gold_test(user)
    client = Client()
    client.force_login(user)
    client.post("/coach/plan/", {"layout": TYPED[language].layout})
    sessions = [f"/sessions/{one}/" for one in (issued.session_id, offered.pk)]
    paths = ["/", issued.get_absolute_url(), *sessions, f"/sessions/{offered.pk}/certificate/"]
    paths.append("/settings/consents/")  # It is asked after signing up.
    return paths, client.cookies["sessionid"].value


@pytest.mark.parametrize(("seeds", "kind"), [(kind, kind) for kind in VISITORS], indirect=["seeds"])
def test_every_page(seeds, kind, live_server, browser: Browser):
    pages = {route.name for route in routes() if route.is_page}
    crawl = Crawl(browser, live_server.url, frozenset(pages))
    (language, scheme, width), (paths, session) = VISITORS[kind], seeds
    crawl.visit(paths, language=language, scheme=scheme, width=width, session=session)
    assert not crawl.complaints, "\n".join(crawl.complaints)
    wanted = pages & FOR_STRANGERS if kind == NOBODY else pages - FOR_STRANGERS
    never = wanted - crawl.routes.keys()
    assert not never, f"no page leads {kind} to {never}"
