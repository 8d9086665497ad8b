"""Who shows a token."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from . import tokens
from .models import User


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with an access token or a personal token."""

    def authenticate(self, request: Request) -> tuple[User, tokens.Bearer] | None:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        try:
            shown = tokens.bearer(token.strip(), now=timezone.now())
        except tokens.BadToken as error:
            raise AuthenticationFailed(code="bad_token") from error
        return shown.user, shown

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
