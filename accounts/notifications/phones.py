"""The phone that gets a learner's text messages: a number is hers once she has typed the code that came there."""

import hmac
import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

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

TASK: Final = "accounts.tasks.send_phone_code"
CODE_LASTS: Final = timedelta(minutes=10)
CODE_DIGITS: Final = 6
E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")
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
    return number


def ask(user: User, number: str, *, now: datetime) -> None:
    """Have a code sent to a number, which then takes the place of the one she had. Raises UsedUp."""
    limits.of_phone_code(user, number)
    with transaction.atomic():
        values = {"number": number, "asked_at": now, "confirmed_at": None}
        PhoneNumber.objects.update_or_create(user=user, defaults=values)
        events.add(TASK, now=now, user_id=str(user.pk), asked_at=now.isoformat())


def send_code(*, user_id: UUID, asked_at: datetime, now: datetime) -> bool:
    """Send the code that was asked for, unless it is too late; whether it went. Raises what `by_sms.deliver` does."""
    phone = PhoneNumber.objects.select_related("user").filter(pk=user_id, asked_at=asked_at).first()
    if phone is None or phone.confirmed_at or now >= phone.asked_at + CODE_LASTS:
        return False
    with translation.override(language_of(phone.user)):
        text = _("%(code)s is your code for Typing Trainer.") % {"code": code_of(phone)}
    by_sms.deliver(phone, text, now=now)
    return True


def confirm(user: User, code: str, *, now: datetime) -> None:
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


def forget(user: User) -> None:
    PhoneNumber.objects.filter(user=user).delete()


def code_of(phone: PhoneNumber) -> str:
    """The code that confirms it: it follows from whose it is, from the number and the moment, and is kept nowhere."""
    of = f"{phone.pk} {phone.number} {phone.asked_at.isoformat()}"
    digest = salted_hmac("accounts.notifications.phones", of, algorithm="sha256").digest()
    return f"{int.from_bytes(digest, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"
