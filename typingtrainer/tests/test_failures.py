"""What a visitor gets when something breaks below the pages."""

import errno
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError, connection
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from accounts.merging import Gone
from tests.factories import make_learner
from typingtrainer import views


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "error", [OperationalError("the connection is lost"), Gone(), SessionInterrupted("signed in beside it")]
)
def test_what_passes_is_503_with_a_time_to_come_back(visitor, monkeypatch, error):
    monkeypatch.setattr(views, "render", raising(error))
    response = visitor.get("/help/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    page = response.content.decode()
    assert "reload the page in a few seconds" in page
    assert "обновите страницу через несколько секунд" in page


def test_a_database_away_below_the_views_is_503_too(visitor, monkeypatch):
    monkeypatch.setattr("accounts.middleware.PreferencesMiddleware.__call__", raising(OperationalError()))
    assert visitor.get("/learn/").status_code == 503


def test_our_own_mistake_is_500(visitor, monkeypatch):
    monkeypatch.setattr(views, "render", raising(ZeroDivisionError()))
    response = visitor.get("/help/")
    assert response.status_code == 500
    assert "Retry-After" not in response


def raising(error):
    def call(*arguments, **named):
        raise error

    return call


FULL = """
    CREATE FUNCTION pg_temp.no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
    """
NO_BLOCKS = {"position": 0, "blocks-TOTAL_FORMS": 0, "blocks-INITIAL_FORMS": 0}
WRITTEN = (
    "accounts_user",
    "lessons_course",
    "accounts_browsersession",
    "accounts_tokenfamily",
    "progress_typingsession",
)
READ_ONLY = "SET LOCAL transaction_read_only = on"
NO_ROOM = FULL + "".join(
    f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION pg_temp.no_room();"
    for table in WRITTEN
)
# Of one address allauth takes no second sign-up for minutes, whatever a test run before has rolled back.
NEW, ANNA, PASSWORD = f"vera-{uuid.uuid4().hex}@example.com", "anna@example.com", "a-long-password"
WRITERS = {
    "/accounts/signup/": {"email": NEW, "password1": PASSWORD},
    "/accounts/login/": {"login": ANNA, "password": PASSWORD},
    "/accounts/password/reset/": {"email": ANNA},
    "/api/v1/auth/register": {"email": NEW, "password": PASSWORD},
    "/api/v1/auth/login": {"email": ANNA, "password": PASSWORD},
}


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [READ_ONLY, NO_ROOM], ids=["read-only", "full"])
@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/login/", "/api/v1/auth/register", "/api/v1/auth/login"]
)
def test_what_cannot_be_written_now_is_503(visitor, trouble, path):
    make_learner()
    with connection.cursor() as cursor:
        cursor.execute(trouble)
    answer = visitor.post(
        path, WRITERS[path], content_type="application/json" if "/api/" in path else MULTIPART_CONTENT
    )
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2")


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [READ_ONLY, NO_ROOM], ids=["read-only", "full"])
def test_the_admin_says_so_too(visitor, trouble):
    visitor.force_login(make_learner(is_staff=True, is_superuser=True))
    with connection.cursor() as cursor:
        cursor.execute(trouble)
    course = {"slug": "fr", "language": "en", "layout": "fr-azerty", "title_ru": "Курс", "title_en": "Course"}
    assert visitor.post("/admin/lessons/course/add/", course | NO_BLOCKS).status_code == 503


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/password/reset/"])
def test_mail_that_cannot_be_sent_now_is_503(visitor, settings, path):
    EmailAddress.objects.create(user=make_learner(), email=ANNA, verified=True, primary=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert visitor.post(path, WRITERS[path]).status_code == 503


def test_no_room_for_a_file_is_503_and_a_missing_one_is_our_mistake(visitor, monkeypatch):
    for error, status in ((OSError(errno.ENOSPC, "No space left"), 503), (FileNotFoundError(2, "none"), 500)):
        monkeypatch.setattr(views, "render", raising(error))
        assert visitor.get("/help/").status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (READ_ONLY, "the database is read-only"),
        ("SET LOCAL temp_file_limit = '64kB'", "the disk of the database is full"),
    ],
)
def test_health_says_when_nothing_can_be_recorded(visitor, trouble, reason):
    with connection.cursor() as cursor:
        cursor.execute(trouble)
    answer = visitor.get("/health/")
    assert answer.status_code == 503
    assert answer.json() == {"database": False, "cache": True, "reason": reason}
