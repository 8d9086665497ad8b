"""Codes of an authenticator app and recovery codes. Each opens once."""

from typing import Final

from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, is_mfa_enabled
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import guesses
from accounts.guesses import Guess
from accounts.models import User

from .adapter import WRONG_CODE

Type = Authenticator.Type
FACTORS: Final = (Type.TOTP, Type.WEBAUTHN)
"""What makes a sign-in ask for more than the password; recovery codes only stand in for them."""
LONGEST_CODE: Final = 32
"""Characters, with the spaces and dashes that somebody may type."""
LAST: Final = "last_counter"
"""In the data of an app: the half minute since 1970 whose code was used last."""


def is_asked(user: User) -> bool:
    """Whether a sign-in of hers needs a second factor; one query."""
    return is_mfa_enabled(user, FACTORS)


def has_app(user: User) -> bool:
    return is_mfa_enabled(user, [Type.TOTP])


def check(guess: Guess, user: User, code: str) -> Authenticator:
    """What the code came from; it is spent, and her guess was right. Raises a ValidationError."""
    authenticator = _spend(user, code)
    if authenticator is None:
        if guess.is_last:
            guesses.tell_owner(user, guessed="code")
        raise ValidationError(WRONG_CODE, code="incorrect_code")
    guess.was_right()
    if authenticator.type == Type.RECOVERY_CODES:
        left = len(authenticator.wrap().get_unused_codes())
        get_adapter().send_notification_mail("mfa/email/recovery_code_used", user, {"left": left})
    return authenticator


def app_counter(secret: str, code: str) -> int | None:
    """The half minute that a code of an app is for, if that is now or just before or after."""
    for counter in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return counter
    return None


@transaction.atomic
def _spend(user: User, code: str) -> Authenticator | None:
    kept = Authenticator.objects.select_for_update().filter(
        user=user, type__in=[Type.TOTP, Type.RECOVERY_CODES]
    )
    return next((authenticator for authenticator in kept if _opens(authenticator, code)), None)


def _opens(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Type.RECOVERY_CODES:
        recovery = authenticator.wrap()
        is_right: bool = recovery.validate_code(code)
        authenticator.data = recovery.instance.data
        return is_right
    counter = app_counter(decrypt(authenticator.data["secret"]), code)
    if counter is None or counter <= authenticator.data.get(LAST, 0):
        return False
    authenticator.data[LAST] = counter
    authenticator.save(update_fields=["data"])
    return True
