"""Who one is, what one prefers, and one's tokens for scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from . import limits, passwords, sign_in, tokens
from .access import account_only, owned_or_404, role_of
from .endpoints import LAYOUTS, Conflict, Endpoint, Moment, NameInput, Strict, TooMany, choices
from .models import (
    MOST_GOAL_MINUTES,
    ApiToken,
    Channel,
    InterfaceLanguage,
    Keyboard,
    Scope,
    Unit,
    User,
)
from .notifications.wanted import choose, wanted_by
from .time_zones import validate_timezone

PASSWORD: Final = {
    "max_length": passwords.LONGEST,
    "trim_whitespace": False,
    "style": {"input_type": "password"},
}

WEEKLY_REPORT: Final = ("weekly_report", Channel.EMAIL.value)
"""What older clients know of notifications."""


class Role(serializers.ChoiceField):
    """Of a user."""

    def to_representation(self, user: User) -> str:
        return role_of(user)


class WantsReport(serializers.BooleanField):
    """Of a user."""

    def to_representation(self, user: User) -> bool:
        return WEEKLY_REPORT in wanted_by(user)


class Me(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.EmailField(allow_null=True, help_text="null until it is confirmed")
    is_guest = serializers.BooleanField()
    role = Role(["learner", "editor", "support", "admin"], source="*")
    name = serializers.CharField()
    language = serializers.ChoiceField(choices(*InterfaceLanguage.choices))
    layout = serializers.ChoiceField(LAYOUTS)
    keyboard = serializers.ChoiceField(choices(*Keyboard.choices))
    unit = serializers.ChoiceField(choices(*Unit.choices))
    timezone = serializers.CharField()
    goal_minutes = serializers.IntegerField()
    weekly_report = WantsReport(source="*", help_text="by email; `users/me/notifications` has all there is")
    board_name = serializers.CharField(help_text="on the leaderboards; empty for who takes no part")
    joined_at = Moment(source="date_joined")


class TimezoneField(serializers.CharField):
    """A time zone by its name, `Europe/Moscow`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, validators=[validate_timezone], **options)


class Preferences(Strict):
    """What is left out stays as it is; "" stands for "as usual"."""

    name = NameInput(max_length=60, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices(*InterfaceLanguage.choices), required=False)
    layout = serializers.ChoiceField(LAYOUTS, required=False)
    keyboard = serializers.ChoiceField(choices(*Keyboard.choices), required=False)
    unit = serializers.ChoiceField(choices(*Unit.choices), required=False)
    timezone = TimezoneField(required=False)
    goal_minutes = serializers.IntegerField(min_value=0, max_value=MOST_GOAL_MINUTES, required=False)
    weekly_report = serializers.BooleanField(required=False)


class NewToken(Strict):
    name = NameInput(max_length=60)
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), min_length=1, max_length=2)
    current_password = serializers.CharField(
        required=False, help_text="needed for a token that may write", **PASSWORD
    )


class TokenShown(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    created_at = Moment()
    last_used_at = Moment(allow_null=True)


class TokenMade(serializers.Serializer):
    token = serializers.CharField(help_text="shown only now")


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


def example(value: Any, *, of_request: bool = False) -> OpenApiExample:
    return OpenApiExample("example", value, request_only=of_request, response_only=not of_request)


@contextmanager
def refusals() -> Iterator[None]:
    """What `sign_in` raises, as the API's errors."""
    try:
        yield
    except sign_in.Refused as error:
        raise ValidationError(error.fields) from error
    except sign_in.WrongPassword as error:
        raise AuthenticationFailed(str(error), code="wrong_password") from error
    except sign_in.CodeNeeded as error:
        raise AuthenticationFailed(str(error), code="code_needed") from error
    except sign_in.WrongCode as error:
        raise AuthenticationFailed(str(error), code="wrong_code") from error
    except sign_in.Unconfirmed as error:
        raise AuthenticationFailed(str(error), code="email_unverified") from error
    except sign_in.Closed as error:
        raise AuthenticationFailed(str(error), code="deletion_pending") from error
    except limits.UsedUp as error:
        raise TooMany(error.seconds) from error


class WhoAmI(Endpoint):
    @extend_schema(responses={200: Me}, examples=[example(EXAMPLE_ME)], summary="Who is signed in")
    def get(self, request: Request) -> Response:
        return self.answer(Me, request.user)


class UsersMe(WhoAmI):
    errors: tuple[int, ...] = (403,)

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
        user, body = cast(User, request.user), request.data
        if isinstance(body, dict) and body.get("name") == user.name:
            # The name that is there may stay, whatever it is.
            body = {name: value for name, value in body.items() if name != "name"}
        asked = self.asked(Preferences, body)
        if (wants := asked.pop("weekly_report", None)) is not None:
            choose(
                account_only(user) if wants else user,
                {WEEKLY_REPORT} if wants else set(),
                among={WEEKLY_REPORT},
            )
        if asked:
            User.objects.filter(pk=user.pk).update(**asked)
        return self.answer(Me, User.objects.get(pk=user.pk))


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
        return self.answer(TokenShown, ApiToken.objects.filter(user=account_only(request.user)), many=True)

    @extend_schema(
        request=NewToken,
        responses={201: TokenMade},
        examples=[
            example(
                {
                    "name": "backup script",
                    "scopes": ["read", "write"],
                    "currentPassword": "correct horse battery",
                },
                of_request=True,
            ),
            example({"token": "tt_3b1l…"}),
        ],
        summary="Make a personal token",
        description="Not with a personal token, which must not beget others. One that may write needs "
        "`currentPassword`, as it outlives the sign-in that made it.",
    )
    def post(self, request: Request) -> Response:
        user = account_only(request.user)
        if request.auth.family is None:
            raise Conflict(_("A personal token cannot create another."), code="personal_token")
        asked = self.asked(NewToken, request.data)
        if Scope.WRITE in asked["scopes"]:
            with refusals():
                sign_in.check_password(user, asked.get("current_password", ""))
        made = tokens.create_personal(user, asked["name"], set(asked["scopes"]), now=timezone.now())
        return self.answer(TokenMade, {"token": made}, status=201)


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
