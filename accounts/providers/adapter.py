import logging
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider as AllauthProvider
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ..emails import one_email
from ..models import User
from . import outcomes
from .configuration import OPENID, Provider
from .listing import UNVERIFIED, configured

logger = logging.getLogger(__name__)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Where allauth asks this project about providers: who they are, what is kept of an answer, where it leads."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the environment alone: nobody adds one in the database, and no page asks for it."""
        return [
            app(one)
            for one in configured()
            if provider in (None, one.id, one.kind) and client_id in (None, one.client_id)
        ]

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """A stand-in; who signs up is known when it is known that nobody signs in."""
        return User()

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User | None:
        """Of what the provider tells keep what the list of connections shows, and see which emails it vouches for."""
        account: SocialAccount = sociallogin.account
        known_as = next((text for name in KNOWN_AS if (text := str(data.get(name) or "").strip())), "")
        known = SocialAccount.objects.filter(
            provider=account.provider, uid=account.uid, extra_data__contains=UNVERIFIED
        )
        account.extra_data = {"known_as": known_as[:LONGEST_KNOWN_AS]} | (
            UNVERIFIED if known.exists() else {}
        )
        for address in sociallogin.email_addresses:
            address.email = one_email(address.email)
            # Some say "false" in a text, which would count as true.
            address.verified = address.verified is True or address.verified == "true"
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide where a good answer leads; only signing in to an account is left to allauth."""
        sociallogin.token = None
        answer = outcomes.of_answer(request, sociallogin)
        if answer is not None:
            raise ImmediateHttpResponse(answer)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: AllauthProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """Say that it did not work where it was begun; what was wrong goes to the log, without anything of a person."""
        state = (extra_context or {}).get("state") or {}
        if error == AuthError.CANCELLED:
            messages.info(
                request, _("Signing in with %(provider)s was canceled.") % {"provider": provider.name}
            )
        else:
            why = str(exception).partition(":")[0] if isinstance(exception, OAuth2Error) else ""
            logger.warning("Sign-in with %s failed: %s %s", provider.sub_id, type(exception).__name__, why)
            messages.error(
                request,
                _("Signing in with %(provider)s did not work. Try again, or choose another way.")
                % {"provider": provider.name},
            )
        raise ImmediateHttpResponse(redirect(outcomes.begun_at(state)))


KNOWN_AS = ("username", "email", "name")
"""By which of what a provider tells a connection is shown: the first there is."""
LONGEST_KNOWN_AS = 100


def app(provider: Provider) -> SocialApp:
    """A provider as allauth knows them."""
    return SocialApp(
        provider=provider.kind,
        provider_id=provider.id if provider.kind == OPENID else "",
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        key=provider.key,
        settings=provider.settings,
    )
