"""Asking a provider who somebody is: allauth's ways, made wary of answers that make no sense."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from .configuration import OPENID

State = dict[str, Any]
CONFIRM: Final = "confirm"
"""The purpose of who is signed in and shows once more that it is she; allauth has others, "login" and "connect"."""
ASK_AGAIN: Final = {
    OPENID: {"prompt": "login", "max_age": "0"},
    "google": {"prompt": "select_account"},
    "github": {"prompt": "select_account"},
}
"""What makes a provider ask who somebody is although it knows; Apple always asks."""
SKEW: Final = 60
"""Seconds by which clocks may differ."""


@contextmanager
def making_sense() -> Iterator[None]:
    """Turn whatever a senseless answer breaks, here or in allauth, into the one error of a failed sign-in."""
    try:
        yield
    except (AttributeError, ImproperlyConfigured, LookupError, TypeError, ValueError) as error:
        raise OAuth2Error("The answer makes no sense") from error


def way_to(request: HttpRequest, provider: Provider, purpose: str, **kept: Any) -> str:
    """The address at the provider where one says who one is; `kept` comes back with the answer, in the session.

    Raises OAuth2Error when the provider does not say where that is.
    """
    nonce = secrets.token_urlsafe(16)
    asked = provider.get_auth_params()
    if provider.app.provider == OPENID:
        asked["nonce"] = nonce
    if purpose == CONFIRM:
        asked |= ASK_AGAIN.get(provider.app.provider, {})
    try:
        with making_sense():
            going = provider.redirect(
                request, purpose, auth_params=asked, nonce=nonce, begun=time.time(), **kept
            )
    except RequestException as error:
        raise OAuth2Error("It does not answer") from error
    address: str = getattr(going, "url", "")
    if not address.startswith(("https://", "http://")):
        raise OAuth2Error("Where it asks is no address")
    return address


class Wary(OAuth2Adapter):
    """What holds for every provider; `state` is what was kept when the visitor was sent there."""

    state: State = {}

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        with making_sense():
            told: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        return told

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        with making_sense():
            return super().parse_token(data)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        with making_sense():
            return self.who_it_is(request, app, token, **kwargs)

    def who_it_is(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        return super().complete_login(request, app, token, **kwargs)


class Google(Wary, GoogleOAuth2Adapter):
    pass


class GitHub(Wary, GitHubOAuth2Adapter):
    pass


class Apple(Wary, AppleOAuth2Adapter):
    pass


class OpenID(Wary, OpenIDConnectOAuth2Adapter):
    """Believes only what the provider signed, for this visit, and of one person."""

    def who_it_is(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        signed = self._decode_id_token(app, kwargs["response"]["id_token"])
        if not secrets.compare_digest(signed["nonce"], self.state["nonce"]):
            raise OAuth2Error("It answers another visit")
        if self.state["process"] == CONFIRM and signed["auth_time"] < self.state["begun"] - SKEW:
            raise OAuth2Error("It did not ask again who it is")
        told = {"id_token": signed}
        if "userinfo_endpoint" in self.openid_config:
            told["userinfo"] = self._fetch_user_info(token.token)
            if told["userinfo"]["sub"] != signed["sub"]:
                raise OAuth2Error("It tells of two people")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, told)
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """allauth does not look at the signature when TLS vouches for the sender, which nothing here demands."""
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


KINDS: Final[dict[str, type[Wary]]] = {"google": Google, "github": GitHub, "apple": Apple}


def adapter_for(request: HttpRequest, provider: Provider) -> OAuth2Adapter:
    if provider.app.provider == OPENID:
        return OpenID(request, provider.app.provider_id)
    return KINDS[provider.app.provider](request)


class Callback(OAuth2CallbackView):
    """Takes the answer a provider sends back with the visitor."""

    def _get_state(
        self, request: HttpRequest, provider: Provider
    ) -> tuple[State | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response
