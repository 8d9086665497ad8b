"""The ground of every endpoint of the JSON API: who asks, how often, and what they may."""

from collections.abc import Mapping
from datetime import UTC
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from . import limits
from .authentication import TokenAuthentication
from .middleware import note_seen
from .models import Scope, User
from .names import check_name, normal_name


class TooMany(APIException):
    """More requests than the limit allows; `seconds` until the next one may pass."""

    status_code = 429
    default_code = "too_many_requests"
    default_detail = _("Too many requests. Wait a little and try again.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class Conflict(APIException):
    """Not possible as things are; `code` says how."""

    status_code = 409
    default_code = "conflict"


class Endpoint(APIView):
    """A view of the API. Its learner speaks the language the request asks for, else the one she prefers.

    `is_open`: anyone may ask, signed in or not. A personal token needs the scope "read" for GET and "write" otherwise.
    `errors` are the statuses it may answer besides those that follow from its shape. `alias_of` is the route that is
    meant, where this is another one to the same.
    Requests are counted before anything else is looked at, with a bad token as those of its address.
    """

    is_open = False
    errors: tuple[int, ...] = ()
    alias_of = ""
    authentication_classes = (TokenAuthentication,)
    permission_classes = ()
    http_method_names = ("get", "head", "post", "put", "delete")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        try:
            user = request.user if request.user.is_authenticated else None
            refused = None
        except AuthenticationFailed as error:
            user, refused = None, error
        self.verdict = self.count(request._request, user)
        if not self.verdict.passes:
            raise TooMany(self.verdict.seconds)
        if refused:
            raise refused
        self.check_permissions(request)
        if user:
            note_seen(request._request, user, now=timezone.now())
            if user.language and not request.headers.get("Accept-Language"):
                translation.activate(user.language)

    def count(self, request: HttpRequest, user: User | None) -> limits.Verdict:
        return limits.of_request(request, user)

    def check_permissions(self, request: Request) -> None:
        if not self.is_open and not request.user.is_authenticated:
            raise NotAuthenticated
        scope = Scope.READ if request.method in SAFE_METHODS else Scope.WRITE
        if request.auth and scope not in request.auth.scopes:
            raise PermissionDenied(_("This token may not do that."), code="insufficient_scope")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if verdict := getattr(self, "verdict", None):
            response["RateLimit-Limit"] = str(verdict.limit)
            response["RateLimit-Remaining"] = str(verdict.remaining)
            response["RateLimit-Reset"] = str(verdict.seconds)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def asked(self, kind: type[Serializer], data: Mapping[str, Any]) -> dict[str, Any]:
        """What a serializer makes of a body or a query. Raises ValidationError."""
        serializer = kind(data=data)
        serializer.is_valid(raise_exception=True)
        checked: dict[str, Any] = serializer.validated_data
        return checked

    def answer(
        self, kind: type[Serializer], value: Any, *, many: bool = False, status: int = 200
    ) -> Response:
        """A serializer shows `value`, or each of `many`."""
        return Response(shown_by(kind, value, many=many), status=status)


def shown_by(kind: type[Serializer], value: Any, *, many: bool = False) -> Any:
    """What a serializer shows of an object, or of each of `many`.

    One serializer of a kind serves all: showing a finished lesson takes 60 µs, making a serializer for it 290 more.
    """
    serializer = _made(kind)  # type: ignore[arg-type]
    return (
        [serializer.to_representation(one) for one in value] if many else serializer.to_representation(value)
    )


@cache
def _made(kind: type[Serializer]) -> Serializer:
    return kind()


class Strict(serializers.Serializer):
    """Says so when a field it does not know comes along, as that is a slip of the client's."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            told = serializers.ErrorDetail(str(_("Unknown.")), "unknown")
            raise serializers.ValidationError({name: [told] for name in sorted(map(str, unknown))})
        return super().to_internal_value(data)


class NameInput(serializers.CharField):
    """A name that somebody gives herself or a thing of hers."""

    default_validators = [check_name]

    def to_internal_value(self, data: Any) -> str:
        return normal_name(super().to_internal_value(data))


class Moment(serializers.DateTimeField):
    """In UTC, also for who is signed in on the pages, which speak her own time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


def choices(*pairs: tuple[str, Any]) -> list[tuple[str, Any]]:
    """Choices and the empty one, which stands for "as usual"."""
    return [("", ""), *pairs]
