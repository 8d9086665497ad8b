"""Requests that browsers don't send get an answer of ours, with all that protects a page, and never a 500."""

import os
import subprocess
import sys
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from tests.factories import make_course, make_learner, signed_in
from typingtrainer.wsgi import application

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def ask(method="GET", path="/", *, body=b"", **environ):
    """What the application answers to a request of which anything may be said."""
    said = {}

    def start_response(status, headers, exc_info=None):
        said.update(status_code=int(status[:3]), headers=dict(headers))

    asked = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": FORM if body else "",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    # They would close the connection of the test.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        answer = application(asked | environ, start_response)
        content = b"".join(answer)
        answer.close()
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    return SimpleNamespace(content=content, **said)


def protected(headers):
    return (
        "default-src 'none'" in headers.get("Content-Security-Policy", "")
        and headers.get("X-Content-Type-Options") == "nosniff"
        and headers.get("Referrer-Policy") == "same-origin"
    )


PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n'
MULTIPART = 'multipart/form-data; boundary="x"'
ODD = {
    "another host": (400, {"HTTP_HOST": "evil.example"}),
    "a host that is none": (400, {"HTTP_HOST": "a b\x00<"}),
    "a host in the API": (400, {"path": "/api/v1/courses", "HTTP_HOST": "evil.example"}),
    "a host with a bad port": (200, {"HTTP_HOST": "localhost:99999999"}),
    "no host": (400, {"HTTP_HOST": "", "SERVER_PROTOCOL": "HTTP/1.0", "SERVER_NAME": "localhost"}),
    "NUL in the path": (404, {"path": "/learn/\x00/"}),
    "bytes that are no text in the path": (404, {"path": "/learn/\xff\xfe/"}),
    "half a sign in the path": (404, {"path": "/certificates/\xf0\x9f/"}),
    "NUL in the query": (200, {"path": "/leaderboards/", "QUERY_STRING": "board=%00&period=%00"}),
    "bytes that are no text in the query": (200, {"path": "/learn/", "QUERY_STRING": "q=%ff%fe&q=\xff"}),
    "a thousand fields": (200, {"path": "/learn/", "QUERY_STRING": "&".join(["q=a"] * 900)}),
    "too many fields": (400, {"path": "/learn/", "QUERY_STRING": "&".join(["q=a"] * 2000)}),
    "too many fields of a form": (
        403,
        {"method": "POST", "path": "/accounts/login/", "body": b"a&" * 2000},
    ),
    "a cookie that is none": (
        200,
        {"HTTP_COOKIE": 'sessionid=\xff\x00; ;=;csrftoken=a\x01b; "; django_language=\x00'},
    ),
    "a cookie of another language": (200, {"HTTP_COOKIE": "django_language=../../etc; hide=\x00.\xff"}),
    "a language that is none": (200, {"HTTP_ACCEPT_LANGUAGE": "\x00,;q=9,*" + "a-" * 600}),
    "an encoding that is none": (200, {"HTTP_ACCEPT_ENCODING": "\xff, br;q=x"}),
    "an unknown method": (403, {"method": "BREW"}),
    "an unknown method of the API": (405, {"method": "BREW", "path": "/api/v1/courses"}),
    "TRACE": (405, {"method": "TRACE"}),
    "a charset that is none": (
        400,
        {
            "method": "POST",
            "path": "/sessions/",
            "body": b"log=1",
            "CONTENT_TYPE": f"{FORM}; charset=nonsense",
        },
    ),
    "UTF-16": (
        400,
        {"method": "POST", "path": "/sessions/", "body": b"log=1", "CONTENT_TYPE": f"{FORM}; charset=utf-16"},
    ),
    "multipart without a boundary": (
        403,
        {"method": "POST", "path": "/sessions/", "body": b"--x", "CONTENT_TYPE": "multipart/form-data"},
    ),
    "multipart that breaks off": (
        403,
        {
            "method": "POST",
            "path": "/sessions/",
            "body": b'--x\r\nContent-Disposition: form-data; name="a"\r\n',
            "CONTENT_TYPE": MULTIPART,
        },
    ),
    "multipart in base64 that is none": (
        403,
        {
            "method": "POST",
            "path": "/sessions/",
            "CONTENT_TYPE": MULTIPART,
            "body": PART + b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--",
        },
    ),
    "a length that is none": (200, {"CONTENT_LENGTH": "many"}),
    "a length below nothing": (200, {"CONTENT_LENGTH": "-5"}),
    "a superscript length": (200, {"CONTENT_LENGTH": "²"}),
    "too long a body": (413, {"method": "POST", "path": "/sessions/", "CONTENT_LENGTH": "9" * 30}),
    "too long a body of the API": (
        413,
        {"method": "POST", "path": "/api/v1/auth/login", "CONTENT_LENGTH": "2000000"},
    ),
    "an address longer than any": (404, {"path": "/" + "a" * 20000}),
    "dots": (404, {"path": "/../../etc/passwd"}),
    "two slashes": (404, {"path": "//evil.example/"}),
    "a missing slash": (301, {"path": "/learn"}),
    "a missing file": (404, {"path": "/static/nothing.js"}),
    "a file by NUL": (404, {"path": "/static/\x00.js"}),
    "OPTIONS": (405, {"method": "OPTIONS"}),
    "OPTIONS of the API": (405, {"method": "OPTIONS", "path": "/api/v1/courses"}),
    "HEAD": (200, {"method": "HEAD"}),
}


CODECS = [
    *(
        f"charset={codec}"
        for codec in (
            "\x00",
            "hex",
            "zlib",
            "undefined",
            "idna",
            "punycode",
            "utf-7",
            "utf-16",
            "é",
            "a" * 50_000,
        )
    ),
    "charset*=hex''x",
    "x*=nonsense''y",
    "x*0*=\x00''%ff",
    'charset="',
]


@pytest.mark.parametrize("said", CODECS, ids=ascii)
@pytest.mark.parametrize(
    "path", ["/learn/", "/sessions/", "/api/v1/courses/search", "/api/v1/auth/login", "/leaderboards/"]
)
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "application/json"])
def test_any_charset_does_no_harm(said, path, kind):
    for method in ("GET", "POST"):
        asked = {
            "method": method,
            "path": path,
            "QUERY_STRING": "q=%ff",
            "CONTENT_TYPE": f"{kind}; {said}",
        }
        answer = ask(body=b"log=1&a=%ff", **asked)
        assert answer.status_code < 500 and protected(answer.headers)


@pytest.mark.parametrize("kind", ODD)
def test_it_is_answered_by_us_and_protected(kind):
    status, asked = ODD[kind]
    answer = ask(**asked)
    assert answer.status_code == status, answer.content[:500]
    assert protected(answer.headers)
    if status >= 400 and status != 405:
        assert any(sign in answer.content for sign in (b"<h1>", b'"success": false', b'"success":false'))


class TestWhatMiddlewareAnswers:
    def test_a_redirect_to_https(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        answer = Client().get("/learn/")
        assert answer.status_code == 301 and protected(answer.headers)

    def test_the_question_before_a_request_from_elsewhere(self, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://other.example"]
        asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
        answer = Client().options("/api/v1/auth/login", headers=asked)
        assert (
            answer.status_code == 200 and answer["Access-Control-Allow-Origin"] and protected(answer.headers)
        )

    @pytest.mark.parametrize("path", ["/settings", "/admin/", "/accounts/password/change/"])
    def test_other_redirects(self, path):
        answer = Client().get(path)
        assert answer.status_code in (301, 302) and protected(answer.headers)

    def test_files_stay_light(self):
        answer = Client().head("/static/css/site.css")
        assert answer.status_code == 200 and len(answer["Content-Security-Policy"]) < 100
        assert answer["X-Content-Type-Options"] == "nosniff"


class TestWhoKeepsAnswers:
    PRIVATE = [
        "/",
        "/learn/",
        "/settings/",
        "/history/",
        "/progress/",
        "/practice/ru/1/",
        "/nowhere/",
        "/settings",
    ]

    @pytest.mark.parametrize("path", PRIVATE)
    def test_nobody_keeps_what_a_learner_sees(self, path):
        make_course()
        client = signed_in(make_learner())
        for answer in (client.get(path), client.head(path), client.get(path, headers={"HX-Request": "true"})):
            assert "no-store" in answer["Cache-Control"]

    def test_nor_what_a_guest_sees_from_the_first_answer_on(self):
        client = Client()
        assert "no-store" in client.post("/settings/", {"timezone": "UTC"})["Cache-Control"]
        assert "no-store" in client.get("/settings/")["Cache-Control"]

    def test_nor_the_answer_that_signs_out(self):
        client = signed_in(make_learner())
        assert "no-store" in client.post("/accounts/logout/")["Cache-Control"]

    def test_files_and_pages_for_everybody_may_be_kept(self):
        client = signed_in(make_learner())
        assert "no-store" not in client.head("/static/css/site.css").get("Cache-Control", "")
        assert "no-store" not in Client().get("/learn/").get("Cache-Control", "")


def test_cookies_say_who_may_have_them(settings):
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"):
        setattr(settings, name, True)
    client = Client()
    client.post("/settings/", {"timezone": "UTC"})
    client.get("/settings/")
    client.post("/language/", {"language": "ru"})
    assert {"sessionid", "django_language", "csrftoken"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        if not cookie.value:
            continue
        assert cookie["secure"] and cookie["samesite"] == "Lax", name
        assert cookie["httponly"] or name == "csrftoken"


def test_https_makes_every_cookie_secure():
    environ = os.environ | {
        "HTTPS": "1",
        "SECRET_KEY": "x" * 40,
        "DJANGO_SETTINGS_MODULE": "typingtrainer.settings",
    }
    said = (
        "from django.conf import settings as s; "
        "print([name for name in dir(s) if name.endswith('COOKIE_SECURE') and not getattr(s, name)])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", said], env=environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
