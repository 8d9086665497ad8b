"""What a provider's answer leads to: signing in or up, another connection, a confirmation.

An email opens nothing here, whoever vouches for it: an account is opened by a connection that was made by who was
signed in to it, or with which it was signed up. An email that the provider vouches for becomes that of a new account;
any other one waits for our own link, as at every sign-up, and opens the account only where the link was followed in the
same browser (`accounts.confirming`).
"""

import time
from dataclasses import asdict, dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.internal.flows.signup import complete_signup, prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import guests, limits
from ..choices import first_timezone
from ..forms import wait_for
from ..merging import lock_learner
from ..models import User
from .listing import UNVERIFIED, opening
from .talking import CONFIRM, State

CONNECTIONS: Final = "accounts:security"
"""The page that lists them."""
METHOD: Final = "socialaccount"
"""How allauth calls it in its records of who proved who she is, and how."""
SIGNING_UP: Final = "signing_up_with"
"""In the session: who signs up, and has to tell an email first."""
SECONDS_TO_TELL: Final = 900


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider, on her way to an account here."""

    provider: str
    uid: str
    provider_name: str
    known_as: str
    zone: str = ""
    next: str = ""

    @classmethod
    def of(cls, login: SocialLogin) -> "Identity":
        account = login.account
        return cls(
            account.provider,
            account.uid,
            login.provider.name,
            account.extra_data["known_as"],
            login.state.get("zone", ""),
            login.state.get("next", ""),
        )

    def owned_by(self, user: User, *, is_verified: bool) -> SocialAccount:
        return SocialAccount(
            user=user,
            provider=self.provider,
            uid=self.uid,
            extra_data={"known_as": self.known_as} | ({} if is_verified else UNVERIFIED),
        )

    @property
    def connections(self) -> Any:
        return SocialAccount.objects.filter(provider=self.provider, uid=self.uid)


def of_answer(request: HttpRequest, login: SocialLogin) -> HttpResponse | None:
    """What a provider's good answer leads to; None when it signs in to an account."""
    who, purpose = Identity.of(login), login.state["process"]
    if purpose in (AuthProcess.CONNECT, CONFIRM):
        if not request.user.is_authenticated or str(request.user.pk) != login.state["user"]:
            return redirect(begun_at({"next": login.state.get("next", "")}))
        follow = connect_identity if purpose == AuthProcess.CONNECT else confirm_identity
        return follow(request, who)
    if login.account.pk and not login.account.user.is_guest:
        return None
    address = next((one for one in login.email_addresses if one.verified), None)
    address = address or next(iter(login.email_addresses), None)
    if address is None:
        request.session[SIGNING_UP] = {**asdict(who), "at": time.time()}
        return redirect("accounts:tell_email")
    return sign_up_with(request, who, address.email, is_verified=address.verified)


def begun_at(state: State) -> str:
    """The page from which somebody was sent to a provider."""
    if state.get("process") == AuthProcess.CONNECT:
        return reverse(CONNECTIONS)
    page = reverse("accounts:confirm_with" if state.get("process") == CONFIRM else settings.LOGIN_URL)
    return f"{page}?{urlencode({REDIRECT_FIELD_NAME: state['next']})}" if state.get("next") else page


def waiting_to_tell(request: HttpRequest) -> Identity | None:
    """Who signs up in this browser and has to tell an email first."""
    kept = dict(request.session.get(SIGNING_UP) or {"at": 0})
    is_fresh = time.time() - kept.pop("at") < SECONDS_TO_TELL
    return Identity(**kept) if is_fresh else None


def sign_up_with(request: HttpRequest, who: Identity, email: str, *, is_verified: bool) -> HttpResponse:
    """Make the visitor's guest, or a new one, an account: at once with a verified email, else when she confirms it.

    That a verified email is taken is told to who comes with it. Of any other only our mail to its owner tells it.
    """
    request.session.pop(SIGNING_UP, None)
    verdict = limits.of_registration(request)
    if not verdict.passes:
        context = {"layout": "base.html", "seconds": verdict.seconds}
        refusal = render(request, "429.html", context, status=429)
        refusal["Retry-After"] = str(verdict.seconds)
        return refusal
    is_taken = User.objects.of_email(email).exists()
    if is_taken and is_verified:
        said = _(
            "There is an account with %(email)s already. Sign in to it as always, "
            "then connect %(provider)s in the settings."
        )
        messages.info(request, said % {"email": email, "provider": who.provider_name})
        return redirect(begun_at({"next": who.next}))
    try:
        user = _new_owner(request, who, email, is_verified=is_verified)
    except IntegrityError:
        # The same answer came twice at once; the other one has made the account.
        return redirect(begun_at({"next": who.next}))
    guests.stay(request, user)
    if is_taken:
        return prevent_enumeration(request, email=email)
    record_authentication(request, user, METHOD, provider=who.provider, uid=who.uid)
    return complete_signup(request, user=user, redirect_url=who.next or None)


def connect_identity(request: HttpRequest, who: Identity) -> HttpResponse:
    """Let this identity open the account of who is signed in, who confirmed that it is she before she was sent away."""
    user = cast(User, request.user)
    with transaction.atomic():
        lock_learner(user.pk)
        _forget_unconfirmed(who)
        connection, is_new = SocialAccount.objects.get_or_create(
            provider=who.provider,
            uid=who.uid,
            defaults={"user": user, "extra_data": {"known_as": who.known_as}},
        )
    named = {"provider": who.provider_name}
    if connection.user_id != user.pk:
        said = _("That account at %(provider)s already opens another account here, so it was not connected.")
        messages.error(request, said % named)
    else:
        messages.success(request, _("You can sign in with %(provider)s now.") % named)
    if is_new:
        get_adapter().send_notification_mail("socialaccount/email/account_connected", user, named)
    return redirect(CONNECTIONS)


def disconnect_identity(request: HttpRequest, connection: SocialAccount, name: str) -> None:
    """Let a connection open its account no more, unless nothing else would."""
    with transaction.atomic():
        lock_learner(connection.user.pk)
        is_only = not opens_otherwise(connection)
        if not is_only:
            connection.delete()
    if is_only:
        said = _(
            "%(provider)s is your only way to sign in, so it stays connected. Set a password first, then disconnect it."
        )
        messages.error(request, said % {"provider": name})
        return
    messages.success(request, _("You can no longer sign in with %(provider)s.") % {"provider": name})
    get_adapter().send_notification_mail(
        "socialaccount/email/account_disconnected", request.user, {"provider": name}
    )


def opens_otherwise(connection: SocialAccount) -> bool:
    """Whether its account can be signed in to without it: by a password, a passkey or another provider there is."""
    user = connection.user
    if user.has_usable_password() or is_mfa_enabled(user, types=[Authenticator.Type.WEBAUTHN]):
        return True
    return opening(user).exclude(pk=connection.pk).exists()


def confirm_identity(request: HttpRequest, who: Identity) -> HttpResponse:
    """Note that it is she, and go on with what she was about to do."""
    came_for = who.next
    if not who.connections.filter(user=request.user.pk).exists():
        said = _("That was another account at %(provider)s than the one connected here.")
        messages.error(request, said % {"provider": who.provider_name})
        return redirect(begun_at({"process": CONFIRM, "next": came_for}))
    record_authentication(
        request, request.user, METHOD, provider=who.provider, uid=who.uid, reauthenticated=True
    )
    # allauth resumes what the address of the request names.
    request.GET = QueryDict(urlencode({REDIRECT_FIELD_NAME: came_for}))
    return resume_request(request) or redirect(CONNECTIONS)


def _new_owner(request: HttpRequest, who: Identity, email: str, *, is_verified: bool) -> User:
    """Who signs up, with this one connection and no other way in. Raises IntegrityError."""
    with transaction.atomic():
        _forget_unconfirmed(who)
        user: User = get_adapter().new_user(request)
        user.set_unusable_password()
        user.timezone = first_timezone(who.zone, user.timezone)
        user.save()
        address = wait_for(user, email)
        who.owned_by(user, is_verified=is_verified).save()
        if is_verified and get_adapter().confirm_email(request, address):
            return address.user
    return user


def _forget_unconfirmed(who: Identity) -> None:
    """Take a sign-up back that was begun with this identity and whose email nobody has confirmed."""
    unconfirmed = who.connections.filter(user__email=None)
    EmailAddress.objects.filter(user__in=unconfirmed.values("user")).delete()
    unconfirmed.delete()
