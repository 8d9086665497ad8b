"""Signing up and in without a page: what the API does with allauth's rules, limits and mails."""

import uuid
from datetime import datetime

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.forms import UserTokenForm
from allauth.account.internal.flows import email_verification
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import devices, guesses
from .choices import first_language, first_timezone
from .factors import codes
from .forms import (
    ChangePasswordForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
    used_up,
    wait_for,
)
from .limits import UsedUp
from .merging import merge
from .models import User
from .personal_data import deletion
from .providers.listing import distrust


class Refused(ValueError):
    """A form said no; `fields` are its messages by the API's names of fields, "" for the whole."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__(str(fields))
        self.fields = fields


class WrongPassword(ValueError):
    """No account has this email and password; carries the message."""


class CodeNeeded(ValueError):
    """The password is right, and the account has a second factor; carries the message."""


class WrongCode(ValueError):
    """The password is right, and the code is not; carries the message."""


class Closed(ValueError):
    """The password is right, and the account is to be deleted; carries the message."""


class Unconfirmed(ValueError):
    """The password is right, and the email not confirmed; carries the message."""


def sign_up(
    request: HttpRequest, visitor: User | None, *, email: str, password: str, zone: str, now: datetime
) -> User:
    """The guest who becomes an account once the mailed key comes back: `visitor`, if she is one, or a new one.

    Nothing tells whether the email is taken, as whoever owns it is written to either way. Raises Refused.
    """
    form = SignupForm(data={"email": email, "password1": password})
    _check(form, {"password1": "password"})
    email = form.cleaned_data["email"]
    with transaction.atomic():
        guest = _guest(visitor, now=now)
        guest.set_password(password)
        guest.timezone = first_timezone(zone, guest.timezone)
        guest.save(update_fields=["password", "timezone"])
        address = wait_for(guest, email)
        if form.account_already_exists:
            address = EmailAddress(user=None, email=email)
    email_verification.send_verification_email_to_address(request, address, signup=True)
    return guest


def confirm_email(request: HttpRequest, key: str) -> bool:
    """Whether the mailed key made its address the account's email.

    A provider opens no account that was confirmed here, as those sign up in a browser (`accounts.confirming`).
    """
    confirmation = get_emailconfirmation_model().from_key(key)
    if confirmation is None:
        return False
    with transaction.atomic():
        if confirmation.email_address.user.is_guest:
            distrust(confirmation.email_address.user)
        return confirmation.confirm(request) is not None


def authenticate(
    request: HttpRequest, visitor: User | None, *, email: str, password: str, code: str, now: datetime
) -> tuple[User, bool]:
    """The account, and whether a second factor was shown; a guest who signs in brings along what she typed.

    Raises WrongPassword, Unconfirmed, Closed, CodeNeeded, WrongCode or UsedUp.
    """
    try:
        user = get_adapter().authenticate(request, email=email, password=password)
    except UsedUp:
        raise
    except ValidationError as error:
        raise Unconfirmed(error.message) from error
    if deletion.waits(user):
        raise Closed(_("This account will be deleted. Sign in on the site to keep it."))
    if user is None or not user.is_active:
        raise WrongPassword(str(get_adapter().error_messages["email_password_mismatch"]))
    proved = _check_second_factor(request, user, code)
    if visitor and visitor.is_guest and visitor.pk != user.pk:
        merge(visitor, user, now=now)
    devices.note_device(request, user)
    return user, proved


def _check_second_factor(request: HttpRequest, user: User, code: str) -> bool:
    """Whether the account has one, and this is it. Raises CodeNeeded, WrongCode or UsedUp."""
    if not codes.is_asked(user):
        return False
    if not code:
        raise CodeNeeded(
            _("This account asks for a code, too: of its authenticator app, or a recovery code.")
        )
    try:
        codes.check(guesses.at_sign_in(request, user, str(user.email)), user, code).record_usage()
    except UsedUp:
        raise
    except ValidationError as error:
        raise WrongCode(error.message) from error
    return True


def check_password(user: User, password: str) -> None:
    """Raises Refused when it is not the password of who is signed in, or UsedUp."""
    if not password or not get_adapter().reauthenticate(user, password):
        raise Refused({"current_password": [str(get_adapter().error_messages["enter_current_password"])]})


def change_password(request: HttpRequest, user: User, *, current: str, password: str) -> None:
    """Raises Refused or UsedUp."""
    form = ChangePasswordForm(data={"oldpassword": current, "password1": password}, user=user)
    _check(form, {"oldpassword": "current_password", "password1": "password"})
    form.save()
    signals.password_changed.send(sender=User, request=request, user=user)
    get_adapter().send_notification_mail("account/email/password_changed", user)


def forget_password(request: HttpRequest, email: str) -> None:
    """Mail a key for a new password to an account's address. Raises Refused or UsedUp."""
    form = ResetPasswordForm(data={"email": email})
    _check(form, {})
    form.save(request)


def reset_password(request: HttpRequest, *, key: str, password: str) -> None:
    """Give the account the mailed key is for a new password. Raises Refused."""
    account, _dash, secret = key.partition("-")
    mailed = UserTokenForm(data={"uidb36": account, "key": secret})
    _check(mailed, {"uidb36": "key"}, whole="key")
    user = mailed.reset_user
    form = ResetPasswordKeyForm(data={"password1": password}, user=user, temp_key=secret)
    _check(form, {"password1": "password"})
    form.save()
    signals.password_reset.send(sender=User, request=request, user=user)
    get_adapter().send_notification_mail("account/email/password_reset", user)


def _guest(visitor: User | None, *, now: datetime) -> User:
    if visitor and visitor.is_guest:
        guest = User.objects.select_for_update().filter(pk=visitor.pk, email=None).first()
        if guest:
            return guest
    return User.objects.create_guest(uuid.uuid4(), now=now, language=first_language())


def _check(form: BaseForm, names: dict[str, str], *, whole: str = "") -> None:
    """Raises Refused, with the API's names of fields, or UsedUp."""
    if form.is_valid():
        return
    if refusal := used_up(form):
        raise refusal
    raise Refused(
        {
            whole if field == "__all__" else names.get(field, field): [str(one) for one in messages]
            for field, messages in form.errors.items()
        }
    )
