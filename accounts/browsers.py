"""Where a learner is signed in: her browsers' sessions, in words, and how she ends them.

What is shown stands in the session itself, so that a page needs nothing more to note it.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Final

from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import limits
from .models import BrowserSession, User

NOTED: Final = "browser"
"""In a session: what it was last seen with."""
SEEN_EVERY: Final = timedelta(days=1)
LONGEST_AGENT: Final = 300
BROWSERS: Final = (
    ("Edge", r"\bEdg(A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Yandex", r"\bYaBrowser/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(HeadlessChrome|Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS: Final = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)
"""By what a browser says of itself, which begins with whom it likes to be taken for: the first that fits."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser somebody is signed in with. `id` names it on the page; the session's own key never leaves us."""

    id: str
    name: str
    network: str
    since: datetime | None
    seen: datetime | None
    is_current: bool


def browser_name(agent: str) -> str:
    """A browser and its system in the reader's words; "" for one that says neither."""
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system


def rough_network_of(address: str) -> str:
    """The part of an address that says from where, roughly: 203.0.113.0/24, or 2001:db8:1::/48."""
    try:
        asked = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((asked, 24 if asked.version == 4 else 48), strict=False))


def note_browser(request: HttpRequest, *, now: datetime) -> None:
    """Keep in the session with what and from where she is here; since when, from the first time on."""
    since = request.session.get(NOTED, {}).get("since", now.timestamp())
    request.session[NOTED] = {
        "agent": request.headers.get("User-Agent", "")[:LONGEST_AGENT],
        "network": rough_network_of(limits.address_of(request)),
        "since": since,
        "seen": now.timestamp(),
    }


def note_browser_again(request: HttpRequest, *, now: datetime) -> None:
    """The same once a day; a session that nobody noted stays as it is."""
    noted = request.session.get(NOTED)
    if noted and noted["seen"] < (now - SEEN_EVERY).timestamp():
        note_browser(request, now=now)


def noted_in(session_data: str) -> dict[str, Any]:
    """What a session's data tells of its browser."""
    noted: dict[str, Any] = BrowserSession(session_data=session_data).get_decoded().get(NOTED, {})
    return noted


def signed_in(request: HttpRequest, user: User, *, now: datetime) -> list[SignedIn]:
    """Where she is signed in: this browser, then the others, the last seen first."""
    current = request.session.session_key
    shown = [
        SignedIn(
            id=_id(session),
            name=browser_name(noted.get("agent", "")),
            network=noted.get("network", ""),
            since=_moment(noted.get("since")),
            seen=_moment(noted.get("seen")),
            is_current=session.session_key == current,
        )
        for session, noted in _open(user, now)
    ]
    return sorted(
        shown, key=lambda one: (one.is_current, one.seen or datetime.min.replace(tzinfo=UTC)), reverse=True
    )


def end_browser_session(user: User, browser: str, *, now: datetime) -> bool:
    """End one of her sessions, by its `SignedIn.id`; whether there was such a one."""
    for session, _noted in _open(user, now):
        if hmac.compare_digest(_id(session), browser):
            session.delete()
            return True
    return False


@transaction.atomic
def end_sessions_elsewhere(user: User, session_key: str | None) -> None:
    """End all of her sessions but one, and every sign-in through the API. Personal tokens stay."""
    _of(user).exclude(session_key=session_key or "").delete()
    user.token_families.all().delete()


def _of(user: User) -> QuerySet[BrowserSession]:
    return BrowserSession.objects.filter(user=user)


def _open(user: User, now: datetime) -> Iterator[tuple[BrowserSession, dict[str, Any]]]:
    """Her sessions that still open something: none of an earlier password, none that is over."""
    good = user.get_session_auth_hash()
    for session in _of(user).filter(expire_date__gt=now):
        kept = session.get_decoded()
        if hmac.compare_digest(kept.get(HASH_SESSION_KEY, ""), good):
            yield session, kept.get(NOTED, {})


def _id(session: BrowserSession) -> str:
    return salted_hmac("accounts.browsers", session.session_key, algorithm="sha256").hexdigest()[:20]


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, sign in names if re.search(sign, agent)), "")
