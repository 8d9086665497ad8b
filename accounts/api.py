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
from .choices import GOAL, KEYBOARD, LANGUAGE, LAYOUT, UNIT, VIEW, Choice, Number, OneOf, Value
from .endpoints import Conflict, Endpoint, Moment, NameInput, Strict, TooMany
from .models import ApiToken, Channel, Scope, User
from .notifications.wanted import choose, wanted_by
from .preferences import changed_view, view_of
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


def _field_of(choice: Choice, **options: Any) -> serializers.Field:
    """The field that takes and shows what may be chosen; "" stands for "as usual"."""
    if isinstance(choice, OneOf):
        return serializers.ChoiceField(
            [(value, value and label) for value, label in choice.values.items()], **options
        )
    if isinstance(choice, Number):
        return NumberField(choice, **options)
    return serializers.BooleanField(**options)


class NumberField(serializers.IntegerField):
    """A number within its bounds, or the usual one beside them."""

    def __init__(self, choice: Number, **options: Any) -> None:
        bounds = {"min_value": min(choice.least, choice.default), "max_value": choice.most}
        super().__init__(help_text=_bounds(choice), **bounds, **options)
        self.choice = choice

    def to_internal_value(self, data: Any) -> int:
        number: int = super().to_internal_value(data)
        if not self.choice.accepts(number):
            if number > self.choice.most:
                self.fail("max_value", max_value=self.choice.most)
            self.fail("min_value", min_value=self.choice.least)
        return number


def _bounds(choice: Number) -> str:
    if choice.least <= choice.default:
        return f"{choice.least} to {choice.most}"
    return f"{choice.least} to {choice.most}; {choice.default} for the usual one"


class ViewShown(serializers.Serializer):
    """How it looks, sounds and types, with what holds where nothing was chosen."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: _field_of(choice) for name, choice in VIEW.items()}

    def to_representation(self, user: User) -> dict[str, Value]:
        view = view_of(user)
        return {name: view[name] for name in VIEW}


class ViewInput(Strict):
    """What is left out stays as it is."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: _field_of(choice, required=False) for name, choice in VIEW.items()}


class Me(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.EmailField(allow_null=True, help_text="null until it is confirmed")
    is_guest = serializers.BooleanField()
    role = Role(["learner", "editor", "support", "admin"], source="*")
    name = serializers.CharField()
    language = _field_of(LANGUAGE)
    layout = _field_of(LAYOUT)
    keyboard = _field_of(KEYBOARD)
    unit = _field_of(UNIT)
    timezone = serializers.CharField()
    goal_minutes = _field_of(GOAL)
    view = ViewShown(source="*")
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
    language = _field_of(LANGUAGE, required=False)
    layout = _field_of(LAYOUT, required=False)
    keyboard = _field_of(KEYBOARD, required=False)
    unit = _field_of(UNIT, required=False)
    timezone = TimezoneField(required=False)
    goal_minutes = _field_of(GOAL, required=False)
    view = ViewInput(required=False)
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


EXAMPLE_VIEW = {
    "".join([first, *(word.title() for word in words)]): choice.default
    for choice in VIEW.values()
    for first, *words in [choice.name.split("_")]
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
    "view": EXAMPLE_VIEW,
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
        if "view" in asked:
            asked["view"] = changed_view(asked["view"])
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
