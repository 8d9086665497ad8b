"""Browsers that show notifications: kept when they subscribe, forgotten when they are gone.

A browser names the address at which its push service takes messages for it, and anybody could name any. So only known
push services are taken: what we send goes nowhere else, least of all into the network that the server stands in.
"""

import base64
import hashlib
import re
from binascii import Error
from datetime import datetime
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import PushSubscription, User

MOST_BROWSERS: Final = 10
IN_SESSION: Final = "push_subscription"
LONGEST_ENDPOINT: Final = 1000
ENDPOINT: Final = re.compile(r"https://([a-z0-9-]+\.)+[a-z0-9-]+(:443)?(/[A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")
"""Only what every program reads alike: no name or password, no backslash, no control character, no other port."""
AUTH_BYTES: Final = 16
POINT_BYTES: Final = 65


class NoSubscription(ValueError):
    """What a browser sent is no subscription that we can use; the sentence says why."""


def public_key() -> str:
    """The key by which push services know us, as browsers want it: an uncompressed point in base64url."""
    return _public_key(settings.VAPID_PRIVATE_KEY)


def subscribe(user: User, *, endpoint: str, p256dh: str, auth: str, now: datetime) -> PushSubscription:
    """Have a browser show what the learner is told; one that somebody else subscribed is hers from now on.

    Of more than `MOST_BROWSERS` the oldest is forgotten. Raises NoSubscription.
    """
    check_endpoint(endpoint)
    if not _is_point(_decoded(p256dh)) or len(_decoded(auth)) != AUTH_BYTES:
        raise NoSubscription(
            _("The browser sent something else than its keys. Reload the page and try again.")
        )
    with transaction.atomic():
        subscription, _is_new = PushSubscription.objects.update_or_create(
            endpoint_sha256=hashlib.sha256(endpoint.encode()).digest(),
            defaults={"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "created_at": now},
        )
        newest = user.push_subscriptions.order_by("-created_at", "-pk").values_list("pk", flat=True)
        user.push_subscriptions.exclude(pk__in=list(newest[:MOST_BROWSERS])).delete()
    return subscription


def remember_this(request: HttpRequest, subscription: PushSubscription) -> None:
    """The session knows that its browser shows notifications, so that signing out can end that."""
    request.session[IN_SESSION] = subscription.pk


def forget_this(request: HttpRequest, user: User | AnonymousUser) -> None:
    """The browser of this session shows no more notifications of the learner."""
    if user.is_authenticated and (known := request.session.get(IN_SESSION)):
        PushSubscription.objects.filter(pk=known, user=user).delete()


def check_endpoint(endpoint: str) -> None:
    """Raises NoSubscription unless it is an address of a known push service."""
    if not (_is_of_fake(endpoint) or _is_known(endpoint)) or len(endpoint) > LONGEST_ENDPOINT:
        raise NoSubscription(_("This browser's push service is not known here."))


def described(subscription: PushSubscription) -> str:
    """For the page's script, which asks whether it is the browser it runs in."""
    return bytes(subscription.endpoint_sha256).hex()


def as_json(subscription: PushSubscription) -> dict[str, object]:
    """As browsers show it to scripts, and pywebpush reads it."""
    return {
        "endpoint": subscription.endpoint,
        "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
    }


def new_private_key() -> str:
    """A key for VAPID_PRIVATE_KEY: the number of a point of P-256, in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def _is_of_fake(endpoint: str) -> bool:
    is_plain = endpoint.isascii() and endpoint.isprintable() and "\\" not in endpoint
    return bool(settings.PUSH_FAKE) and is_plain and endpoint.startswith(f"{settings.PUSH_FAKE}/")


def _is_known(endpoint: str) -> bool:
    if not ENDPOINT.fullmatch(endpoint):
        return False
    # A tenth of a second to import, which only who asks should spend.
    from urllib3.util import parse_url

    try:
        # The second is what requests connects to.
        host, connected = urlsplit(endpoint).hostname, parse_url(endpoint).host
    except ValueError:
        return False
    return host == connected and any(
        host == known or (known.startswith("*.") and (host or "").endswith(known[1:]))
        for known in settings.PUSH_HOSTS
    )


@cache
def _public_key(private_key: str) -> str:
    key = ec.derive_private_key(int.from_bytes(_decoded(private_key), "big"), ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (Error, ValueError):
        return b""


def _is_point(point: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == POINT_BYTES
