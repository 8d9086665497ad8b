"""Guesses at passwords and codes: after five wrong ones one waits for five minutes, wherever they were typed.

An account has several counters, so that nobody's guesses keep its owner out: one for each browser that knows it, one
for everybody else, and one for who is signed in to it and is asked for the password or a code again. Through all
doors together there are ten within any five minutes.
"""

import uuid
from dataclasses import dataclass
from typing import Final, Literal

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from limits import RateLimitItem

from outbox import events

from . import devices, limits, tries
from .emails import one_email
from .models import User
from .notifications import account_news
from .preferences import language_of

TASK: Final = "accounts.tasks.warn_of_guesses"
Guessed = Literal["password", "code"]
Counter = tuple[RateLimitItem, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Guess:
    """A password or code about to be looked at, which counts as wrong until it proves right."""

    counted: tuple[tries.Try, ...]
    is_last: bool

    def was_right(self) -> None:
        for one in self.counted:
            tries.take_back(one)


def at_sign_in(request: HttpRequest, account: User | None, email: str) -> Guess:
    """A guess at the password of an account, or of an email that has none, which counts alike. Raises UsedUp."""
    if account and (browser := devices.browser_knowing(request, account)):
        return _count(
            (_counter(account, email, browser), _everywhere(account, email)),
            _("Too many attempts. Wait five minutes and try again."),
        )
    address = limits.address_of(request)
    limit = limits.CLASSROOM_WRONG if limits.is_classroom(address) else limits.WRONG_FROM_ADDRESS
    return _count(
        (
            _counter(account, email),
            _everywhere(account, email),
            (limit, ("wrong passwords", limits.network_of(address))),
        ),
        _(
            "Too many attempts. Wait five minutes, or choose a new password by email. Where you have signed in "
            "before, you can sign in at once."
        ),
    )


def by_signed_in(user: User) -> Guess:
    """A guess by who is signed in already, on a page or through the API. Raises UsedUp."""
    counters = (_signed_in(user), _everywhere(user))
    return _count(counters, _("Too many attempts. Wait five minutes and try again."))


def fits(user: User | None, password: str) -> bool:
    """Whether it is the user's password; takes as long where there is no user."""
    if user is None:
        make_password(password)
        return False
    return user.check_password(password)


def unconfirmed_guest(email: str) -> User | None:
    """The guest who signed up last with an email and has not confirmed it."""
    found = EmailAddress.objects.filter(email__iexact=one_email(email), verified=False, user__email=None)
    newest = found.select_related("user").order_by("-pk").first()
    return newest.user if newest else None


def tell_owner(account: User | None, *, guessed: Guessed = "password") -> None:
    """Have the owner told by mail; where there is none this takes as long, and nobody is told."""
    user_id = str(account.pk if account else uuid.uuid4())
    with transaction.atomic():
        events.add(TASK, now=timezone.now(), user_id=user_id, guessed=guessed)


def warn(owner: User, guessed: Guessed) -> bool:
    """Mail the owner what happened and how to get in, once an hour at most; whether a mail went. Raises OSError.

    Who guesses at a code at sign-in knows the password.
    """
    key = ("warning", guessed, str(owner.pk))
    if not limits.hit(limits.WARNINGS, key=key).passes:
        return False
    with translation.override(language_of(owner)):
        context = {
            "home": settings.SITE_URL + reverse("home"),
            "reset": settings.SITE_URL + reverse("account_reset_password"),
        }
        subjects = {
            "password": _("Someone is trying to guess your password"),
            "code": _("Someone knows your password"),
        }
        mail = EmailMessage(
            subjects[guessed],
            render_to_string(f"accounts/mail/guesses_at_{guessed}.txt", context),
            to=[str(owner)],
            headers={"Auto-Submitted": "auto-generated"},
        )
    try:
        mail.send()
    except OSError:
        limits.forget_hits(limits.WARNINGS, key=key)
        raise
    account_news.tell_of_mail(owner.pk, "guesses")
    return True


def forgive(user: User) -> None:
    """Forget the guesses at a password that is no more."""
    for limit, key in (_counter(user, ""), _signed_in(user), _everywhere(user)):
        tries.forget_tries(limit, key=key)


def _counter(account: User | None, email: str, browser: str = "") -> Counter:
    return limits.WRONG_PASSWORDS, ("password", _whose(account, email), browser)


def _everywhere(account: User | None, email: str = "") -> Counter:
    return limits.WRONG_EVERYWHERE, ("password, everywhere", _whose(account, email))


def _whose(account: User | None, email: str) -> str:
    return str(account.pk) if account else limits.mark_of(one_email(email))


def _signed_in(user: User) -> Counter:
    return limits.WRONG_PASSWORDS, ("password, signed in", str(user.pk))


def _count(counters: tuple[Counter, ...], refusal: str) -> Guess:
    counted: list[tries.Try] = []
    for limit, key in counters:
        one = tries.count(limit, key=key)
        if not one.passes:
            # Nobody looks at this password, so it counts nowhere.
            for other in counted:
                tries.take_back(other)
            raise limits.UsedUp(refusal, one.seconds)
        counted.append(one)
    return Guess(tuple(counted), is_last=not counted[0].remaining)
