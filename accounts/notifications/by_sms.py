"""Notifications as text messages, by the one provider whose API is spoken here: Twilio's Messages.

https://www.twilio.com/docs/messaging/api/message-resource says what is asked and answered. It has no keys for repeated
requests, so it is asked first whether it has the message already.
"""

import base64
import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from accounts import limits
from accounts.models import PhoneNumber, User

from .countries import is_served
from .kinds import Kind
from .targets import NotificationTarget, SendingRefused, TryLater, UsedUpToday

TIMEOUT: Final = 5
MOST_BYTES: Final = 200_000
SAME: Final = timedelta(hours=12)
"""Two equal texts to one number within this time are one, sent again by a worker that does not know of the first."""
WAIT: Final = 60
LONG_WAIT: Final = 3600
"""Seconds until the next try: when the provider is busy, and when it refuses us, as with a wrong key or no money."""
NO_NUMBER: Final = frozenset({21211, 21214, 21408, 21610, 21612, 21614})
"""Its codes for numbers that get none: not valid, not a phone, a country not served, or stopped by their owner."""


def places_of(user: User) -> list[NotificationTarget]:
    phone = PhoneNumber.objects.filter(user=user, confirmed_at__isnull=False).first()
    return [NotificationTarget("", partial(send, phone))] if phone else []


def send(phone: PhoneNumber, kind: Kind, about: str, now: datetime) -> bool:
    message = kind.compose(phone.user, about, now)
    if message is None:
        return False
    deliver_text(phone, f"{message.title}\n{settings.SITE_URL}{message.path}", now=now)
    return True


def deliver_text(phone: PhoneNumber, text: str, *, now: datetime, is_code: bool = False) -> None:
    """Send a text once. Raises SendingRefused, TryLater and OSError."""
    if not is_served(phone.number):
        raise SendingRefused("a country not served")
    if _was_taken(phone.number, text, since=now - SAME):
        return
    if not limits.of_text_message(phone.user_id, is_code=is_code):
        raise UsedUpToday("too many text messages today")
    sender = "MessagingServiceSid" if settings.SMS_FROM.startswith("MG") else "From"
    status, answer = _ask("POST", {"To": phone.number, sender: settings.SMS_FROM, "Body": text})
    if status == 201:
        return
    if status == 429 or status >= 500:
        raise TryLater(f"status {status}", WAIT)
    if answer.get("code") in NO_NUMBER:
        raise SendingRefused(f"code {answer['code']}")
    raise TryLater(f"status {status}, code {answer.get('code')}", LONG_WAIT)


def _was_taken(number: str, text: str, *, since: datetime) -> bool:
    """Whether it is among the last texts that the provider has for a number; it tells the newest first."""
    status, answer = _ask("GET", {"To": number, "PageSize": "20"})
    if status != 200:
        raise TryLater(f"status {status}", WAIT)
    return any(
        one.get("body") == text
        and one.get("status") not in ("failed", "undelivered", "canceled")
        and parsedate_to_datetime(one["date_created"]) >= since
        for one in answer.get("messages", ())
    )


def _ask(method: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of an answer. Raises OSError when there is none, TryLater for one of another shape."""
    url = urlsplit(settings.SMS_API_HOST)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    path = f"{url.path}/2010-04-01/Accounts/{settings.SMS_ACCOUNT}/Messages.json"
    credentials = base64.b64encode(f"{settings.SMS_ACCOUNT}:{settings.SMS_TOKEN}".encode()).decode()
    sent = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = kind(url.hostname or "", url.port, timeout=TIMEOUT)
    try:
        if method == "GET":
            connection.request("GET", f"{path}?{urlencode(fields)}", headers=sent)
        else:
            connection.request(method, path, urlencode(fields), sent)
        response = connection.getresponse()
        answer = json.loads(response.read(MOST_BYTES) or b"{}")
        return response.status, answer if isinstance(answer, dict) else {}
    except (HTTPException, ValueError) as error:
        raise TryLater(type(error).__name__, WAIT) from error
    finally:
        connection.close()
