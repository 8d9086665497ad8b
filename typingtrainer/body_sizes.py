"""How much a request may send: a picture more than all else, and that only from who signed in here once.

The web server asks before it has read the body, and so must not ask a store: what is signed is enough.
"""

from typing import Final

from django.conf import settings
from django.http.cookie import parse_cookie
from django.utils import timezone

UPLOADS: Final = frozenset({"/settings/avatar/", "/api/v1/users/me/avatar"})
"""Where pictures are sent to."""
ENVELOPE: Final = 20_000
"""What a form adds to the file it sends."""


def most_bytes(path: str, cookies: str, authorization: str) -> int:
    """The largest body taken at `path` with these headers."""
    most: int = settings.MAX_BODY_BYTES
    if path in UPLOADS and _is_known(cookies, authorization):
        from accounts.avatars.pictures import MOST_BYTES

        most = max(most, MOST_BYTES + ENVELOPE)
    return most


def _is_known(cookies: str, authorization: str) -> bool:
    # gunicorn imports this module before Django is set up, and models cannot be imported so early.
    from accounts import devices, tokens

    kind, _space, token = authorization.partition(" ")
    if kind.lower() == "bearer":
        return tokens.is_signed(token.strip(), now=timezone.now())
    return devices.knows_anybody(parse_cookie(cookies).get(devices.COOKIE, ""))
