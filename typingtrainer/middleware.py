import re
from collections.abc import Callable
from typing import Final

import brotli
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse

from .body_sizes import most_bytes
from .notices import notice
from .problems import is_api

LEAST_COMPRESSED: Final = 200
"""Bytes, as with Django's gzip."""
QUALITY: Final = 4
"""Of brotli's 0 to 11: smaller than gzip, and quicker."""
REFUSED: Final = "typingtrainer.refused"
"""In the WSGI environment: the status by which the web server refused a request it could not read."""
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
OF_FILES: Final = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of a file that is opened by itself; a page that loads it has its own."""
ACCEPTS_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


class PolicyMiddleware(CSPMiddleware):
    """Says on every answer what a page may load, whoever made it; on files of ours as briefly as it goes."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, WhiteNoiseFileResponse):
            response.headers[HEADER] = OF_FILES
            return response
        return super().process_response(request, response)


class UnreadableMiddleware:
    """Answers 400 to forms in another charset than UTF-8."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        is_foreign = request.content_type in FORMS and charset not in ("utf-8", "utf8", "us-ascii")
        if is_foreign:
            return notice(request, "400.html", status=400)
        return self.get_response(request)


class BodyLimitMiddleware:
    """Answers 413 to a body over `most_bytes` before anything reads it, and what the server refused to read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        refused = request.META.get(REFUSED)
        shown = request.headers
        most = most_bytes(request.path, shown.get("Cookie", ""), shown.get("Authorization", ""))
        if refused is None and length.isdecimal() and int(length[:18]) > most:
            refused = 413
        if refused:
            return notice(request, f"{refused}.html", status=refused)
        return self.get_response(request)


class BrotliMiddleware:
    """Compresses answers of the API for who takes brotli; for others, and for pages, Django's gzip comes after it.

    Pages hold tokens beside what a visitor typed, and only gzip pads its answers (BREACH).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        wanted = ACCEPTS_BROTLI.search(request.headers.get("Accept-Encoding", ""))
        if not (is_api(request) and wanted) or answer.streaming or answer.has_header("Content-Encoding"):
            return answer
        patch_vary_headers(answer, ("Accept-Encoding",))
        if len(answer.content) >= LEAST_COMPRESSED:
            answer.content = brotli.compress(answer.content, quality=QUALITY)
            answer["Content-Length"] = str(len(answer.content))
            answer["Content-Encoding"] = "br"
        return answer
