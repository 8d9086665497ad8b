"""Notifications in browsers: Web Push (RFC 8030), encrypted for the browser (RFC 8291), signed by us (RFC 8292)."""

import base64
import hashlib
import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import PushSubscription, User

from .kinds import Kind, Message
from .push_subscriptions import NoSubscription, as_json, check_endpoint
from .targets import NotificationTarget, SendingRefused, TargetGone, TryLater

TIMEOUT: Final = 5
WAIT: Final = 60
"""Seconds until the next try where a push service names none."""
GONE: Final = (404, 410)


def places_of(user: User) -> list[NotificationTarget]:
    found = PushSubscription.objects.filter(user=user)
    return [NotificationTarget(str(one.pk), partial(send, one), one.delete) for one in found]


def send(subscription: PushSubscription, kind: Kind, about: str, now: datetime) -> bool:
    message = kind.compose(subscription.user, about, now)
    if message is None:
        return False
    tag = hashlib.sha256(f"{kind.code} {about}".encode()).digest()
    # Of two with the same topic the push service delivers one, of two with the same tag the browser shows one.
    topic = base64.urlsafe_b64encode(tag[:24]).decode()
    post(
        subscription, payload(message, topic), topic=topic, seconds=round(kind.worth_telling.total_seconds())
    )
    return True


def payload(message: Message, tag: str) -> str:
    """What static/sw.js shows."""
    shown = {
        "title": message.title,
        "body": message.text,
        "path": message.path,
        "tag": tag,
        "lang": get_language(),
    }
    return json.dumps(shown, ensure_ascii=False)


def post(subscription: PushSubscription, data: str, *, topic: str, seconds: int) -> None:
    """Hand a message to the browser's push service. Raises SendingRefused, TargetGone, TryLater and OSError."""
    # It takes half a second to import, which only who sends should spend.
    import requests
    from pywebpush import WebPushException, webpush

    try:
        check_endpoint(subscription.endpoint)
    except NoSubscription as error:
        raise SendingRefused("not a push service we know") from error
    with requests.Session() as session:
        session.max_redirects = 0
        try:
            webpush(
                as_json(subscription),
                data,
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                ttl=seconds,
                headers={"Topic": topic, "Urgency": "normal"},
                timeout=TIMEOUT,
                requests_session=session,
            )
        except requests.TooManyRedirects as error:
            raise SendingRefused("a redirect") from error
        except WebPushException as error:
            raise _refusal(error.status_code or 0, error.retry_after) from error


def _refusal(status: int, retry_after: str | None) -> Exception:
    """What a push service means that took nothing."""
    if status in GONE:
        return TargetGone(f"status {status}")
    if status == 429 or status >= 500:
        return TryLater(f"status {status}", seconds_of(retry_after, now=timezone.now()))
    return SendingRefused(f"status {status}")


def seconds_of(retry_after: str | None, *, now: datetime) -> int:
    """What the header Retry-After means, in seconds or as a date; `WAIT` where it means nothing."""
    told = (retry_after or "").strip()
    if told.isascii() and told.isdigit():
        return int(told[:9])
    try:
        return round((parsedate_to_datetime(told) - now).total_seconds())
    except (TypeError, ValueError):
        return WAIT
