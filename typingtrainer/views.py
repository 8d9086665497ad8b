import logging
import sys

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.defaults import server_error
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from .notices import notice
from .outages import RETRY_AFTER, is_outage
from .problems import is_api, problem_outside

log = logging.getLogger(__name__)
FULL = {"53100", "53400"}
"""PostgreSQL's codes for a disk without room, and for more than its settings allow."""
WRITING = """
    SELECT current_setting('transaction_read_only') = 'off', sum(length(line)) FROM (
        SELECT repeat(md5(n::text), 32) AS line, row_number() OVER () FROM generate_series(1, 600) AS n ORDER BY 1
    ) AS more_than_it_may_sort_in_memory"""
"""Makes PostgreSQL write 600 KB to a file of its own, without a row or a log entry left behind."""


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Short answers, and where to write for others."""
    return render(request, "help.html", {"section": "help", "support_email": settings.SUPPORT_EMAIL})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a learner, in plain words; docs/privacy.md has it table by table."""
    page = {
        "section": "privacy",
        "support_email": settings.SUPPORT_EMAIL,
        "days": settings.KEYSTROKE_LOG_DAYS,
    }
    return render(request, "privacy.html", page)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root of the site, as it may look after no pages above its own address."""
    script = (settings.BASE_DIR / "static" / "sw.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while lessons can be typed and recorded; says which part is away. Without Redis they still can."""
    trouble = _trouble_of_the_database()
    parts: dict[str, bool | str] = {"database": not trouble, "cache": _cache_answers()}
    if trouble:
        log.warning("health: the database: %s", trouble)
        parts["reason"] = trouble
    return JsonResponse(parts, status=503 if trouble else 200)


def _trouble_of_the_database() -> str:
    """Why nothing can be recorded; empty when it can. A full disk shows only where a file has to grow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64kB'")
            cursor.execute(WRITING)
            return "" if cursor.fetchone()[0] else "the database is read-only"
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in FULL:
            return "the disk of the database is full"
        return "the database does not answer"


def _cache_answers() -> bool:
    try:
        return bool(get_redis_connection("default").ping())
    except RedisError:
        return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that nothing proves to be ours; says which of the ordinary causes it has."""
    if not request.COOKIES:
        template = "403_cookies.html"
    elif reason.startswith(("Origin checking failed", "Referer checking failed")):
        template = "403_origin.html"
    else:
        template = "403_csrf.html"
    return notice(request, template, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request nobody can read; 503 when only the session could not be saved.

    Django calls it interrupted when another request signed the learner out or in meanwhile, and also when the
    database went away.
    """
    if isinstance(exception, SessionInterrupted):
        return _come_back(request)
    return notice(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_outside(404) if is_api(request) else render(request, "404.html", status=404)


@csrf_exempt
def no_endpoint(request: HttpRequest) -> HttpResponse:
    """An address of the API at which there is nothing."""
    return problem_outside(404)


def failed(request: HttpRequest) -> HttpResponse:
    """After an exception in a view or a middleware: 503 when another try will do, else 500; static pages both."""
    if is_outage(sys.exception()):
        return _come_back(request)
    return problem_outside(500) if is_api(request) else server_error(request)


def _come_back(request: HttpRequest) -> HttpResponse:
    page = problem_outside(503) if is_api(request) else HttpResponse(render_to_string("503.html"), status=503)
    page["Retry-After"] = str(RETRY_AFTER)
    return page
