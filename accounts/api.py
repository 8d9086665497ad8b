"""Signing in, and who one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, AuthenticationFailed, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from . import limits, signing, tokens
from .access import account_only, owned_or_404, role_of
from .endpoints import LAYOUTS, Conflict, Endpoint, Strict, TooMany, choices
from .models import ApiToken, Keyboard, Language, Scope, Unit, User

PASSWORD = {"max_length": 128, "trim_whitespace": False, "style": {"input_type": "password"}}


class BadRefresh(AuthenticationFailed):
    default_code = "bad_token"
    default_detail = _("This token is over or was used before. Sign in again.")


class NotConfirmed(APIException):
    status_code = 400
    default_code = "bad_key"
    default_detail = _("This key is over, or was used before.")


class RegisterBody(Strict):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(**PASSWORD)
    timezone = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class LoginBody(Strict):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(**PASSWORD)


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


class Me(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.EmailField(allow_null=True, help_text="null until it is confirmed")
    is_guest = serializers.BooleanField()
    role = serializers.ChoiceField(["learner", "editor", "support", "admin"])
    name = serializers.CharField()
    language = serializers.ChoiceField(choices(*Language.choices))
    layout = serializers.ChoiceField(LAYOUTS)
    keyboard = serializers.ChoiceField(choices(*Keyboard.choices))
    unit = serializers.ChoiceField(choices(*Unit.choices))
    timezone = serializers.CharField()
    goal_minutes = serializers.IntegerField()
    weekly_report = serializers.BooleanField()
    board_name = serializers.CharField(help_text="on the leaderboards; empty for who takes no part")
    joined_at = serializers.DateTimeField(source="date_joined")

    def to_representation(self, user: User) -> dict[str, Any]:
        user.role = role_of(user)  # type: ignore[attr-defined]
        shown: dict[str, Any] = super().to_representation(user)
        return shown


class Preferences(Strict):
    """What is left out stays as it is; "" stands for "as usual"."""

    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices(*Language.choices), required=False)
    layout = serializers.ChoiceField(LAYOUTS, required=False)
    keyboard = serializers.ChoiceField(choices(*Keyboard.choices), required=False)
    unit = serializers.ChoiceField(choices(*Unit.choices), required=False)
    timezone = serializers.CharField(max_length=64, required=False)
    goal_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    weekly_report = serializers.BooleanField(required=False)

    def validate_timezone(self, name: str) -> str:
        if name not in available_timezones():
            raise ValidationError(_("There is no such time zone."), code="invalid_choice")
        return name


class TokenPair(serializers.Serializer):
    access = serializers.CharField(help_text="good for 15 minutes")
    refresh = serializers.CharField(help_text="good once, for 30 days")


class SignedIn(TokenPair):
    user = Me()


class NewToken(Strict):
    name = serializers.CharField(max_length=60)
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), min_length=1, max_length=2)


class TokenShown(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class TokenMade(serializers.Serializer):
    token = serializers.CharField(help_text="shown only now")


EXAMPLE_PAIR = {
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJraW5kIjoiYWNjZXNzIn0.c2lnbmF0dXJl",
    "refresh": "eyJhbGciOiJ…",
}
EXAMPLE_ME = {
    "id": "0a6c1f60-9a2e-4a4e-8e39-3a1f6b0d6f11",
    "email": None,
    "isGuest": True,
    "role": "learner",
    "name": "",
    "language": "en",
    "layout": "",
    "keyboard": "",
    "unit": "",
    "timezone": "Europe/Moscow",
    "goalMinutes": 0,
    "weeklyReport": False,
    "boardName": "",
    "joinedAt": "2026-11-21T09:30:00Z",
}
CREDENTIALS = {"email": "anna@example.org", "password": "correct horse battery"}


def example(value: Any, *, of_request: bool = False) -> OpenApiExample:
    return OpenApiExample("example", value, request_only=of_request, response_only=not of_request)


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
        description="Makes a guest who may practise at once. The email becomes hers, and she can sign in with it, when "
        "the key from the mail was sent to `auth/verify-email`. With the token of a guest, that guest signs up.",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(RegisterBody, request.data)
        visitor = request.user if request.auth else None
        now = timezone.now()
        with refusals():
            user = signing.sign_up(
                request._request,
                visitor,
                email=asked["email"],
                password=asked["password"],
                zone=asked["timezone"],
                now=now,
            )
        return Response(signed_in(user, tokens.start_family(user, now=now)), status=201)


class VerifyEmail(Endpoint):
    is_open = True

    @extend_schema(
        request=KeyBody,
        responses={200: None},
        examples=[example({"key": "MQ:1tXyZz:4gK0…"}, of_request=True)],
        summary="Confirm an email address with the key from the mail",
    )
    def post(self, request: Request) -> Response:
        if not signing.confirm_email(request._request, self.asked(KeyBody, request.data)["key"]):
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
        description="With the token of a guest, what the guest typed goes into the account.",
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(LoginBody, request.data)
        now = timezone.now()
        with refusals():
            user = signing.authenticate(
                request._request, request.user if request.auth else None, **asked, now=now
            )
        return Response(signed_in(user, tokens.start_family(user, now=now)))


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
        return Response({"access": pair.access, "refresh": pair.refresh})


class Logout(Endpoint):
    errors = (409,)

    @extend_schema(request=None, responses={200: None}, summary="Sign out: revoke the tokens of this sign-in")
    def post(self, request: Request) -> Response:
        if request.auth.family is None:
            raise Conflict(_("A personal token is revoked in the settings."), code="personal_token")
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
            signing.forget_password(request._request, asked["email"])
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
            signing.reset_password(request._request, **self.asked(ResetBody, request.data))
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
            signing.change_password(
                request._request, user, current=asked["current_password"], password=asked["password"]
            )
        pair = tokens.start_family(user, now=timezone.now())
        return Response({"access": pair.access, "refresh": pair.refresh})


class WhoAmI(Endpoint):
    @extend_schema(responses={200: Me}, examples=[example(EXAMPLE_ME)], summary="Who is signed in")
    def get(self, request: Request) -> Response:
        return Response(Me(request.user).data)


class UsersMe(WhoAmI):
    errors = (403,)

    @extend_schema(
        request=Preferences,
        responses={200: Me},
        examples=[
            example({"name": "Anna", "unit": "wpm", "goalMinutes": 15}, of_request=True),
            example(EXAMPLE_ME | {"name": "Anna", "unit": "wpm", "goalMinutes": 15}),
        ],
        summary="Change preferences",
    )
    def put(self, request: Request) -> Response:
        asked = self.asked(Preferences, request.data)
        user = cast(User, request.user)
        if asked.get("weekly_report"):
            account_only(user)
        if asked:
            User.objects.filter(pk=user.pk).update(**asked)
        return Response(Me(User.objects.get(pk=user.pk)).data)


class Tokens(Endpoint):
    errors = (403, 409)

    @extend_schema(
        responses={200: TokenShown(many=True)},
        examples=[
            example(
                [
                    {
                        "id": 7,
                        "name": "backup script",
                        "scopes": ["read"],
                        "createdAt": "2026-11-21T09:30:00Z",
                        "lastUsedAt": None,
                    }
                ]
            )
        ],
        summary="The personal tokens one has",
    )
    def get(self, request: Request) -> Response:
        return Response(TokenShown(ApiToken.objects.filter(user=account_only(request.user)), many=True).data)

    @extend_schema(
        request=NewToken,
        responses={201: TokenMade},
        examples=[
            example({"name": "backup script", "scopes": ["read"]}, of_request=True),
            example({"token": "tt_3b1l…"}),
        ],
        summary="Make a personal token",
        description="Not with a personal token, which must not beget others.",
    )
    def post(self, request: Request) -> Response:
        user = account_only(request.user)
        if request.auth.family is None:
            raise Conflict(_("A personal token cannot make another."), code="personal_token")
        asked = self.asked(NewToken, request.data)
        made = tokens.create_personal(user, asked["name"], set(asked["scopes"]), now=timezone.now())
        return Response({"token": made}, status=201)


class OneToken(Endpoint):
    errors = (403, 404)

    @extend_schema(
        parameters=[OpenApiParameter("token", OpenApiTypes.INT, OpenApiParameter.PATH)],
        responses={200: None},
        summary="Revoke a personal token",
    )
    def delete(self, request: Request, token: int) -> Response:
        owned_or_404(ApiToken.objects.filter(pk=token), account_only(request.user)).delete()
        return Response(None)


def signed_in(user: User, pair: tokens.Pair) -> dict[str, Any]:
    return {"access": pair.access, "refresh": pair.refresh, "user": Me(user).data}


@contextmanager
def refusals() -> Iterator[None]:
    """What `signing` raises, as the API's errors."""
    try:
        yield
    except signing.Refused as error:
        raise ValidationError(error.fields) from error
    except signing.WrongPassword as error:
        raise AuthenticationFailed(str(error), code="wrong_password") from error
    except signing.TooManyTries as error:
        raise TooMany(signing.WAIT) from error
