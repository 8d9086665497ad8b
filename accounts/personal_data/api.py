"""A copy of one's data, and the end of the account."""

from typing import Any, cast

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api, sign_in
from accounts.api import PASSWORD, example, refusals
from accounts.endpoints import Conflict, Endpoint, Moment, Strict, TooMany
from accounts.merging import Gone
from accounts.models import DataExport, User

from . import deletion, exports
from .pages import archive_response


class ExportState(serializers.Serializer):
    state = serializers.ChoiceField(["none", *DataExport.State.values])
    percent = serializers.IntegerField(min_value=0, max_value=100)
    bytes = serializers.IntegerField(help_text="of the archive, once it is ready")
    asked_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="until then it can be fetched")
    url = serializers.CharField(
        help_text="of the archive, for a browser in which its owner is signed in; programs ask `gdpr/export/file`"
    )


class ClosingBody(Strict):
    current_password = serializers.CharField(
        required=False, help_text="not needed by guests, who have none", **PASSWORD
    )


class Closed(serializers.Serializer):
    erase_at = Moment(help_text="until then an account can be taken back on its page, by signing in")


EXAMPLE_EXPORT = {
    "state": "ready",
    "percent": 100,
    "bytes": 48213,
    "askedAt": "2026-11-21T09:30:00Z",
    "expiresAt": "2026-11-23T09:30:05Z",
    "url": "/settings/data/export/IjBhNmMxZjYwIg:1tXyZz:4gK0/",
}
NOTHING_ASKED: dict[str, Any] = {
    "state": "none",
    "percent": 0,
    "bytes": 0,
    "asked_at": None,
    "expires_at": None,
    "url": "",
}


def _told(export: DataExport | None) -> dict[str, Any]:
    if export is None:
        return NOTHING_ASKED
    is_ready = export.state == DataExport.State.READY
    return {
        "state": export.state,
        "percent": export.percent,
        "bytes": export.bytes,
        "asked_at": export.asked_at,
        "expires_at": export.expires_at,
        "url": reverse("accounts:download_export", args=[exports.sign_download(export)]) if is_ready else "",
    }


class Export(Endpoint):
    @extend_schema(
        responses={200: ExportState},
        examples=[example(EXAMPLE_EXPORT)],
        summary="How far the copy of my data is",
    )
    def get(self, request: Request) -> Response:
        return self.answer(ExportState, _told(exports.latest(cast(User, request.user), now=timezone.now())))

    @extend_schema(
        request=None,
        responses={202: ExportState},
        examples=[example(EXAMPLE_EXPORT | {"state": "waiting", "percent": 0, "bytes": 0, "url": ""})],
        summary="Have a copy of my data made",
        description="A ZIP with JSON and CSV files of everything, for two days. One is made at a time, three a day.",
    )
    def post(self, request: Request) -> Response:
        user = cast(User, request.user)
        try:
            export = exports.start_export(user, language=get_language() or "en", now=timezone.now())
        except exports.TooOften as error:
            raise TooMany(error.seconds) from error
        return self.answer(ExportState, _told(export), status=202)


class ExportFile(Endpoint):
    errors = (404,)

    @extend_schema(
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, description="the archive")},
        summary="The copy of my data",
    )
    def get(self, request: Request) -> FileResponse:
        export = exports.latest(cast(User, request.user), now=timezone.now())
        if export is None or export.state != DataExport.State.READY:
            raise Http404
        try:
            return archive_response(export)
        except FileNotFoundError as error:
            raise Http404 from error


class Closing(Endpoint):
    errors = (409,)

    @extend_schema(
        request=ClosingBody,
        responses={202: Closed},
        examples=[
            example({"currentPassword": "correct horse battery"}, of_request=True),
            example({"eraseAt": "2026-11-28T09:30:00Z"}),
        ],
        summary="Delete my account",
        description="Not with a personal token. It is closed at once, and everything is erased after seven days, of a "
        "guest at once. Needs `currentPassword`; who has no password deletes on the page.",
    )
    def post(self, request: Request) -> Response:
        return _close(self, request)


class UsersMe(api.UsersMe):
    """Preferences, and the end of the account."""

    errors = (403, 409)

    @extend_schema(
        request=ClosingBody,
        responses={202: Closed},
        examples=[
            example({"currentPassword": "correct horse battery"}, of_request=True),
            example({"eraseAt": "2026-11-28T09:30:00Z"}),
        ],
        summary="Delete my account",
        description="The same as `POST gdpr/delete`.",
    )
    def delete(self, request: Request) -> Response:
        return _close(self, request)


def _close(endpoint: Endpoint, request: Request) -> Response:
    user = cast(User, request.user)
    if request.auth.family is None:
        raise Conflict(_("A personal token cannot delete the account."), code="personal_token")
    asked = endpoint.asked(ClosingBody, request.data)
    if not user.is_guest:
        if not user.has_usable_password():
            raise Conflict(_("This account has no password: delete it on its page."), code="no_password")
        with refusals():
            sign_in.check_password(user, asked.get("current_password", ""))
    try:
        erase_at = deletion.request(user, now=timezone.now())
    except Gone as error:
        raise Http404 from error
    return endpoint.answer(Closed, {"erase_at": erase_at}, status=202)
