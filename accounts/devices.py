"""Browsers that know an account, by a signed cookie: guesses from elsewhere do not lock its owner out of them.

After OWASP's device cookies. The cookie opens nothing: who shows it still needs the password.
"""

import secrets
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from .cookies import YEAR
from .models import User

COOKIE: Final = "known"
MOST: Final = 8
"""Accounts that one browser knows; those signed in to longest ago go first."""
_SALT: Final = "accounts.devices"


def note_device(request: HttpRequest, user: User) -> None:
    """Have the answer to this request tell the browser that it knows the account."""
    if not user.is_guest:
        request.known_account = user  # type: ignore[attr-defined]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Put what was noted into the browser's cookie."""
    user = getattr(request, "known_account", None)
    if user is None:
        return
    kept = _read(request)
    others = [mark for mark in kept["accounts"] if mark != _mark(user)]
    kept["accounts"] = [_mark(user), *others][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=YEAR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def browser_knowing(request: HttpRequest, user: User) -> str:
    """The browser's own random name, where it knows the account; else ""."""
    kept = _read(request)
    return kept["browser"] if _mark(user) in kept["accounts"] else ""


def knows_anybody(cookie: str) -> bool:
    """Whether the cookie is one we gave a browser in which somebody signed in; asks no store."""
    return bool(_opened(cookie)["accounts"])


def _read(request: HttpRequest) -> dict[str, Any]:
    return _opened(request.COOKIES.get(COOKIE, ""))


def _opened(cookie: str) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = signing.loads(cookie, salt=_SALT, max_age=YEAR)
    except signing.BadSignature:
        return {"browser": secrets.token_urlsafe(12), "accounts": []}
    return kept


def _mark(user: User) -> str:
    """An account in the cookie, which anyone at the browser may read."""
    return salted_hmac("accounts.devices.mark", str(user.pk), algorithm="sha256").hexdigest()[:16]
