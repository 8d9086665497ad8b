"""Errors of the JSON API in words, and those that happen outside of any endpoint."""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

PREFIX: Final = "/api/"
CODES: Final = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    413: "too_large",
    500: "failed",
    503: "unavailable",
}


def messages() -> dict[str, str]:
    """What each code says when nothing more exact is known."""
    return {
        "bad_request": _("This request cannot be read."),
        "bad_json": _("The body cannot be read."),
        "invalid": _("Some fields are not filled in correctly."),
        "unauthenticated": _("Sign in first: send an access token."),
        "bad_token": _("This token is not valid, has expired, or was revoked."),
        "forbidden": _("You may not do that."),
        "not_found": _("There is nothing here."),
        "method_not_allowed": _("This method is not allowed here."),
        "unsupported_media_type": _("Send JSON, as application/json; a file as multipart/form-data."),
        "too_large": _("This is too large."),
        "unavailable": _("This does not work at the moment. Please try again."),
        "failed": _("Something went wrong on our side."),
    }


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(PREFIX)


def problem_outside(status: int) -> HttpResponse:
    """What an endpoint would answer, from before or after it."""
    code = CODES[status]
    error = {"code": code, "message": messages()[code], "fields": {}}
    return JsonResponse(
        {"success": False, "error": error}, status=status, json_dumps_params={"ensure_ascii": False}
    )
