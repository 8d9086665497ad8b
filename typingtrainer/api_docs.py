"""The API's description, and a page to read and try it on."""

import json
from functools import cache
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

_one_at_a_time = Lock()
"""The generator keeps on the classes of endpoints which of them it is at."""


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, as JSON."""
    with _one_at_a_time:
        document = _document()
    return HttpResponse(document, content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI, all of it from this host."""
    return render(request, "api_docs.html")


@cache
def _document() -> str:
    return json.dumps(SchemaGenerator().get_schema(public=True), ensure_ascii=False)  # type: ignore[no-untyped-call]
