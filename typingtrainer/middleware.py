from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .notices import notice


class BodyLimitMiddleware:
    """Answers 413 to a body over `MAX_BODY_BYTES` before anything reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_BODY_BYTES:
            return notice(request, "413.html", status=413)
        return self.get_response(request)
