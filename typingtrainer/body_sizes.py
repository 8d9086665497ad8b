"""How much a request may send: a picture more than all else, and that only from who signed in here once.

The web server asks before it has read the body, and so must not ask a store: what is signed is enough.
"""

from functools import cache
from typing import Final

from django.conf import settings
from django.http.cookie import parse_cookie
from django.urls import reverse
from django.utils import timezone

from accounts import devices, tokens
from accounts.avatars.pictures import MOST_BYTES

ENVELOPE: Final = 20_000
"""What a form adds to the file it sends."""
API_UPLOAD: Final = "/api/v1/users/me/avatar"


def most_bytes(path: str, cookies: str, authorization: str) -> int:
    """The largest body taken at `path` with these headers."""
    if path not in _uploads() or not _is_known(cookies, authorization):
        return settings.MAX_BODY_BYTES
    return max(settings.MAX_BODY_BYTES, MOST_BYTES + ENVELOPE)


@cache
def _uploads() -> frozenset[str]:
    return frozenset({reverse("accounts:change_avatar"), API_UPLOAD})


def _is_known(cookies: str, authorization: str) -> bool:
    kind, _space, token = authorization.partition(" ")
    if kind.lower() == "bearer":
        return tokens.is_signed(token.strip(), now=timezone.now())
    return devices.knows_anybody(parse_cookie(cookies).get(devices.COOKIE, ""))
