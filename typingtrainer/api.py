"""Exceptions as answers of the JSON API."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from billing.api.payments import plans_shown
from progress.exercises.access import LessonClosed
from progress.keystrokes.logs import InvalidLog
from progress.refusals import REFUSED, explain, fault

from .api_json import camel
from .outages import RETRY_AFTER, is_outage
from .problems import messages

CODES: Final = {
    exceptions.NotAuthenticated: "unauthenticated",
    exceptions.AuthenticationFailed: "bad_token",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.NotFound: "not_found",
    exceptions.PermissionDenied: "forbidden",
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """An exception as an answer; None for one that is a mistake of ours."""
    answer = _answer(error, context["request"].user)
    if answer is not None:
        set_rollback()
        answer.exception = True
    return answer


def _answer(error: Exception, user: Any) -> Response | None:
    if is_outage(error):
        return problem(503, "unavailable", headers={"Retry-After": str(RETRY_AFTER)})
    if isinstance(error, REFUSED):
        return _refusal(error, user)
    if isinstance(error, exceptions.ValidationError):
        return problem(error.status_code, "invalid", fields=_fields(error.get_full_details()))
    if isinstance(error, Http404):
        return problem(404, "not_found")
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden")
    if not isinstance(error, exceptions.APIException):
        return None
    known = error.get_codes() if isinstance(error.get_codes(), str) else ""
    code = CODES.get(type(error), "") if known in ("", type(error).default_code) else known
    code = code or known
    message = "" if code in messages() and code != "bad_json" else str(error.detail)
    headers = {"WWW-Authenticate": 'Bearer realm="api"'} if error.status_code == 401 else {}
    if seconds := getattr(error, "seconds", 0):
        headers["Retry-After"] = str(seconds)
    return problem(error.status_code, code, message, headers=headers)


def _refusal(error: Exception, user: Any) -> Response:
    refusal = explain(error)  # type: ignore[arg-type]
    code = refusal.code
    fields = {}
    if isinstance(error, InvalidLog):
        fields = {error.where or "log": [{"code": str(error.code), "message": fault(error)}]}
    answer = problem(
        400 if refusal.status == status.HTTP_422_UNPROCESSABLE_ENTITY else refusal.status,
        code,
        refusal.message,
        fields=fields,
    )
    if isinstance(error, LessonClosed) and refusal.status == 402:
        answer.data["plans"] = plans_shown(user)
    return answer


def _fields(details: Any, prefix: str = "") -> dict[str, list[dict[str, str]]]:
    """DRF's nested details as one level, "user.name" or "events[3]" for what lies deeper."""
    if isinstance(details, dict) and {"message", "code"} == set(details):
        return {prefix: [{"code": str(details["code"]), "message": str(details["message"])}]}
    found: dict[str, list[dict[str, str]]] = {}
    if isinstance(details, dict):
        for name, member in details.items():
            own = "" if name == "non_field_errors" else camel(str(name))
            for place, list_ in _fields(member, f"{prefix}.{own}".strip(".")).items():
                found.setdefault(place, []).extend(list_)
    elif isinstance(details, list):
        flat = all(isinstance(one, dict) and {"message", "code"} == set(one) for one in details)
        for number, member in enumerate(details):
            for place, list_ in _fields(member, prefix if flat else f"{prefix}[{number}]").items():
                found.setdefault(place, []).extend(list_)
    return found


def problem(
    code_of_status: int,
    code: str,
    message: str = "",
    *,
    fields: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error as it is answered: `{"code", "message", "fields"}`."""
    data = {"code": code, "message": message or messages().get(code, code), "fields": fields or {}}
    return Response(data, status=code_of_status, headers=headers, exception=True)
