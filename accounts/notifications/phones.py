"""The phone that gets a learner's text messages: a number is hers once she has typed the code that came there."""

import hmac
import logging
import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import limits
from accounts.models import PhoneNumber, User
from accounts.preferences import language_of
from outbox import events

from . import by_sms
from .countries import is_served
from .targets import SendingRefused, TryLater, UsedUpToday

log = logging.getLogger(__name__)

TASK: Final = "accounts.tasks.send_phone_code"
CODE_LASTS: Final = timedelta(minutes=10)
CODE_DIGITS: Final = 6
E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")
WAIT: Final = 15
"""Seconds until the next try where the provider does not answer."""
WRITTEN: Final = re.compile(r"[\s\u00a0().\-\u2010-\u2015]")
"""What people write between the digits."""


def normal_number(written: str) -> str:
    """A number as E.164 has it. One that begins with 00 or, as people in Russia write it, with 8 is understood.

    Raises a ValidationError.
    """
    number = WRITTEN.sub("", written)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif re.fullmatch(r"8[0-9]{10}", number):
        number = f"+7{number[1:]}"
    if not E164.fullmatch(number):
        raise ValidationError(
            _("Write the number with the code of its country, such as +7 916 123-45-67."), code="phone"
        )
    if not is_served(number):
        raise ValidationError(
            _("Text messages are not sent to numbers of this country or kind. Enter another number."),
            code="country",
        )
    return number


def ask(user: User, number: str, *, now: datetime) -> None:
    """Have a code sent to a number, which then takes the place of the one she had. Raises UsedUp."""
    limits.of_phone_code(user, number)
    with transaction.atomic():
        values = {"number": number, "asked_at": now, "confirmed_at": None}
        PhoneNumber.objects.update_or_create(user=user, defaults=values)
        events.add(TASK, now=now, user_id=str(user.pk), asked_at=now.isoformat())


def send_code(*, user_id: UUID, asked_at: datetime, now: datetime) -> bool:
    """Send the code that was asked for, unless it is too late; whether it went.

    What the provider does not take now is tried again while the code is good. `why_no_code` tells what became of it.
    """
    phone = PhoneNumber.objects.select_related("user").filter(pk=user_id, asked_at=asked_at).first()
    if phone is None or phone.confirmed_at or now >= phone.asked_at + CODE_LASTS:
        return False
    with translation.override(language_of(phone.user)):
        text = _("%(code)s is your code for Typing Trainer.") % {"code": code_of(phone)}
    try:
        by_sms.deliver_text(phone, text, now=now, is_code=True)
    except UsedUpToday:
        return _not_sent(phone, "used up")
    except SendingRefused as why:
        log.warning("the code for %s is refused for good: %s", user_id, why)
        return _not_sent(phone, "refused")
    except (TryLater, OSError) as error:
        again = now + timedelta(seconds=error.seconds if isinstance(error, TryLater) else WAIT)
        if again >= phone.asked_at + CODE_LASTS:
            log.warning("the code for %s is given up: %s", user_id, error)
            return _not_sent(phone, "given up")
        with transaction.atomic():
            events.add(TASK, now=now, due_at=again, user_id=str(user_id), asked_at=phone.asked_at.isoformat())
        return False
    cache.delete(_outcome_of(phone))
    return True


def why_no_code(phone: PhoneNumber, *, now: datetime) -> str:
    """Why no code comes to a number, and what to do, in a learner's words; empty where one may come or has come."""
    if phone.confirmed_at:
        return ""
    if now >= phone.asked_at + CODE_LASTS:
        return _("The code has expired. Remove the number and enter it again to get another one.")
    sentences = {
        "used up": _(
            "No more text messages can be sent today. Remove the number and enter it again tomorrow."
        ),
        "refused": _("No text messages can be sent to this number. Remove it and enter another one."),
        "given up": _("The code could not be sent. Remove the number and enter it again later."),
    }
    return sentences.get(cache.get(_outcome_of(phone)), "")


def check_phone_code(user: User, code: str, *, now: datetime) -> None:
    """The number is hers if this is the code sent there. Raises a ValidationError, UsedUp after five wrong ones."""
    phone = PhoneNumber.objects.filter(user=user, confirmed_at=None).first()
    if phone is None or now >= phone.asked_at + CODE_LASTS:
        raise ValidationError(_("This code has expired. Have another one sent."), code="expired")
    verdict = limits.hit(limits.WRONG_CODES, key=("wrong phone code", str(user.pk)))
    if not verdict.passes:
        raise limits.UsedUp(_("Too many wrong codes. Try again in ten minutes."), verdict.seconds)
    if not hmac.compare_digest(code_of(phone).encode(), re.sub(r"\s", "", code).encode()):
        raise ValidationError(_("This is not the code that was sent."), code="wrong")
    PhoneNumber.objects.filter(pk=phone.pk, asked_at=phone.asked_at).update(confirmed_at=now)


def forget_phone(user: User) -> None:
    PhoneNumber.objects.filter(user=user).delete()


def _not_sent(phone: PhoneNumber, why: str) -> bool:
    cache.set(_outcome_of(phone), why, CODE_LASTS.total_seconds())
    return False


def _outcome_of(phone: PhoneNumber) -> str:
    """The key under which it is kept why a code was not sent; of each one asked for its own."""
    return f"phone code not sent:{phone.pk}:{phone.asked_at.timestamp()}"


def code_of(phone: PhoneNumber) -> str:
    """The code that confirms it: it follows from whose it is, from the number and the moment, and is kept nowhere."""
    of = f"{phone.pk} {phone.number} {phone.asked_at.isoformat()}"
    digest = salted_hmac("accounts.notifications.phones", of, algorithm="sha256").digest()
    return f"{int.from_bytes(digest, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"
