"""Signing up, in and out, and passwords."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from . import limits, sign_in, tokens
from .access import account_only
from .api import EXAMPLE_ME, PASSWORD, Me, TimezoneField, example, refusals
from .endpoints import Conflict, Endpoint, Strict
from .factors.codes import LONGEST_CODE
from .models import User


class BadRefresh(AuthenticationFailed):
    default_code = "bad_token"
    default_detail = _("This token has expired or was used before. Sign in again.")


class NotConfirmed(APIException):
    status_code = 400
    default_code = "bad_key"
    default_detail = _("This key has expired or was used before.")


class RegisterBody(Strict):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(**PASSWORD)
    timezone = TimezoneField(required=False, allow_blank=True, default="")


class LoginBody(Strict):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(**PASSWORD)
    code = serializers.CharField(
        max_length=LONGEST_CODE,
        required=False,
        default="",
        allow_blank=True,
        help_text="of the authenticator app, or a recovery code, where the account has a second factor",
    )


class RefreshBody(Strict):
    refresh = serializers.CharField(max_length=1000)


class KeyBody(Strict):
    key = serializers.CharField(max_length=300)


class ForgotBody(Strict):
    email = serializers.EmailField(max_length=254)


class ResetBody(Strict):
    key = serializers.CharField(max_length=300)
    password = serializers.CharField(**PASSWORD)


class ChangePasswordBody(Strict):
    current_password = serializers.CharField(**PASSWORD)
    password = serializers.CharField(**PASSWORD)


class TokenPair(serializers.Serializer):
    access = serializers.CharField(help_text="good for 15 minutes")
    refresh = serializers.CharField(help_text="good once, for 30 days")


class SignedIn(TokenPair):
    user = Me()


EXAMPLE_PAIR = {
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJraW5kIjoiYWNjZXNzIn0.c2lnbmF0dXJl",
    "refresh": "eyJhbGciOiJ…",
}
CREDENTIALS = {"email": "anna@example.org", "password": "correct horse battery"}


class Register(Endpoint):
    is_open = True

    def count(self, request: HttpRequest, user: User | None) -> limits.Verdict:
        verdict = limits.of_registration(request)
        return super().count(request, user) if verdict.passes else verdict

    @extend_schema(
        request=RegisterBody,
        responses={201: SignedIn},
        examples=[
            example(CREDENTIALS | {"timezone": "Europe/Moscow"}, of_request=True),
            example(EXAMPLE_PAIR | {"user": EXAMPLE_ME}),
        ],
        summary="Sign up",
        description="Makes a guest who may practice at once. The email becomes hers, and she can sign in with it, when "
        "the key from the mail was sent to `auth/verify-email`. With the token of a guest, that guest "
        "signs up.",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(RegisterBody, request.data)
        visitor = request.user if request.auth else None
        now = timezone.now()
        with refusals():
            user = sign_in.sign_up(
                request._request,
                visitor,
                email=asked["email"],
                password=asked["password"],
                zone=asked["timezone"],
                now=now,
            )
        return self.answer(SignedIn, tokens.start_family(user, now=now), status=201)


class VerifyEmail(Endpoint):
    is_open = True

    @extend_schema(
        request=KeyBody,
        responses={200: None},
        examples=[example({"key": "MQ:1tXyZz:4gK0…"}, of_request=True)],
        summary="Confirm an email address with the key from the mail",
    )
    def post(self, request: Request) -> Response:
        if not sign_in.confirm_email(request._request, self.asked(KeyBody, request.data)["key"]):
            raise NotConfirmed
        return Response(None)


class Login(Endpoint):
    errors = (401,)
    is_open = True

    @extend_schema(
        request=LoginBody,
        responses={200: SignedIn},
        examples=[
            example(CREDENTIALS, of_request=True),
            example(EXAMPLE_PAIR | {"user": EXAMPLE_ME | {"email": "anna@example.org", "isGuest": False}}),
        ],
        summary="Sign in",
        description="With the token of a guest, what the guest typed goes into the account. The code "
        "`email_unverified` says that the password is right, and that the mailed key is to be sent to "
        "`auth/verify-email` first; `code_needed` that it is right, and that the account has a second factor: send "
        "the same again with `code`. The answer sets the cookie `known`: whoever sends it back next time is not locked "
        "out by wrong passwords that others try.",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(LoginBody, request.data)
        now = timezone.now()
        with refusals():
            user, proved = sign_in.authenticate(
                request._request, request.user if request.auth else None, **asked, now=now
            )
        return self.answer(SignedIn, tokens.start_family(user, now=now, proved=proved))


class Refresh(Endpoint):
    errors = (401,)
    is_open = True

    @extend_schema(
        request=RefreshBody,
        responses={200: TokenPair},
        examples=[example({"refresh": EXAMPLE_PAIR["refresh"]}, of_request=True), example(EXAMPLE_PAIR)],
        summary="Get the next pair of tokens",
        description="A refresh token is good once. Shown again, it revokes every token of its sign-in.",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(RefreshBody, request.data)
        try:
            pair = tokens.refresh(asked["refresh"], now=timezone.now())
        except tokens.BadToken as error:
            raise BadRefresh from error
        return self.answer(TokenPair, pair)


class Logout(Endpoint):
    errors = (409,)

    @extend_schema(request=None, responses={200: None}, summary="Sign out: revoke the tokens of this sign-in")
    def post(self, request: Request) -> Response:
        if request.auth.family is None:
            raise Conflict(_("Personal tokens are revoked in the settings."), code="personal_token")
        tokens.sign_out(request.auth.family)
        return Response(None)


class ForgotPassword(Endpoint):
    is_open = True

    @extend_schema(
        request=ForgotBody,
        responses={200: None},
        examples=[example({"email": "anna@example.org"}, of_request=True)],
        summary="Have a key for a new password mailed",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(ForgotBody, request.data)
        with refusals():
            sign_in.forget_password(request._request, asked["email"])
        return Response(None)


class ResetPassword(Endpoint):
    is_open = True

    @extend_schema(
        request=ResetBody,
        responses={200: None},
        examples=[example({"key": "3w5e-cx1…", "password": "another good one"}, of_request=True)],
        summary="Set a new password with the key from the mail; every token before is revoked",
    )
    def post(self, request: Request) -> Response:
        with refusals():
            sign_in.reset_password(request._request, **self.asked(ResetBody, request.data))
        return Response(None)


class ChangePassword(Endpoint):
    errors = (403,)

    @extend_schema(
        request=ChangePasswordBody,
        responses={200: TokenPair},
        examples=[
            example(
                {"currentPassword": "correct horse battery", "password": "another good one"}, of_request=True
            ),
            example(EXAMPLE_PAIR),
        ],
        summary="Change the password; every token before is revoked, and a new pair answered",
    )
    def post(self, request: Request) -> Response:
        user = account_only(request.user)
        asked = self.asked(ChangePasswordBody, request.data)
        with refusals():
            sign_in.change_password(
                request._request, user, current=asked["current_password"], password=asked["password"]
            )
        pair = tokens.start_family(user, now=timezone.now(), proved=request.auth.proved)
        return self.answer(TokenPair, pair)
