"""What all endpoints of the JSON API share: the envelope, the limits, the languages, the description."""

import gzip
import json
import re
import threading
import uuid
from collections import Counter
from datetime import timedelta

import brotli
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation
from rest_framework.serializers import ListField, Serializer

from accounts import limits
from accounts.api import ViewShown
from accounts.endpoints import shown_by
from accounts.models import User
from lessons.api import LessonShown
from lessons.models import Lesson
from lessons.outlines import outline
from progress.api.fields import Events
from progress.api.sessions import SessionShown
from progress.api.stats import Place
from progress.figures.maps import State, course_map
from progress.keystrokes.logs import parse_log
from progress.models import TypingSession
from progress.recording.record import record_session
from tests.api_client import Api
from tests.factories import NOW, TEXT, human_events, make_course, make_learner, make_log, make_ticket
from typingtrainer.api_json import LONGEST_NAME, Renderer, camel, cameled, snake
from typingtrainer.api_urls import ALIASES, ENDPOINTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    limits._away_until = 0.0


class TestEnvelope:
    def test_success(self):
        answer = Client().get("/api/v1/courses")
        assert answer.json() == {"success": True, "data": []}
        assert answer["Content-Type"] == "application/json"

    def test_an_error(self):
        answer = Client().get("/api/v1/auth/me", headers={"Accept": "text/html"})
        assert answer.json()["success"] is False
        assert set(answer.json()["error"]) == {"code", "message", "fields"}

    @pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/courses"])
    def test_where_there_is_nothing(self, path):
        strict = Client(enforce_csrf_checks=True)
        for answer in (strict.get(path), strict.post(path)):
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")

    def test_another_method(self):
        for method in ("delete", "patch", "options"):
            answer = getattr(Client(), method)("/api/v1/courses")
            assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")

    def test_another_kind_of_body(self):
        answer = Client().post(
            "/api/v1/auth/login", "email=x", content_type="application/x-www-form-urlencoded"
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")

    def test_a_body_far_too_large(self):
        answer = Client().post("/api/v1/auth/login", b" " * 1_400_000, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")

    def test_when_the_database_is_away(self, monkeypatch):
        def away(*args, **kwargs):
            raise OperationalError

        monkeypatch.setattr("lessons.api.Course.objects.all", away)
        answer = Client().get("/api/v1/courses")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert answer["Retry-After"]

    def test_a_mistake_of_ours(self, monkeypatch):
        monkeypatch.setattr("lessons.api.outline", lambda course: 1 / 0)
        make_course()
        answer = Client(raise_request_exception=False).get("/api/v1/courses")
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "failed")

    def test_compressed(self):
        make_course(lessons=20)
        answer = Client().get("/api/v1/lessons", headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert len(json.loads(gzip.decompress(answer.content))["data"]["items"]) == 20

    def test_compressed_with_brotli(self):
        make_course(lessons=20)

        def encoding(path, accepted):
            return Client().get(path, headers={"Accept-Encoding": accepted}).get("Content-Encoding")

        answer = Client().get("/api/v1/lessons", headers={"Accept-Encoding": "gzip, br"})
        assert answer["Content-Encoding"] == "br"
        assert len(json.loads(brotli.decompress(answer.content))["data"]["items"]) == 20
        assert encoding("/api/v1/lessons", "gzip, br;q=0") == "gzip"
        assert encoding("/api/v1/lessons", "br;q=0.5") == "br"
        assert encoding("/api/v1/lessons", "identity") is None
        assert encoding("/", "gzip, br") == "gzip"

    def test_the_language_asked_for(self):
        for language, letters in (("ru", "[а-я]"), ("en", "[a-z]")):
            _, error = Api(language=language).get("auth/me")
            assert re.search(letters, error["message"])

    def test_names(self):
        assert cameled({"session_id": [{"is_free": {"a_b": [1, ["c_d"]]}}]}) == {
            "sessionId": [{"isFree": {"aB": [1, ["c_d"]]}}]
        }
        assert [snake(camel(name)) for name in ("started_at", "v", "new_characters")] == [
            "started_at",
            "v",
            "new_characters",
        ]
        long = "a_b" * LONGEST_NAME
        assert camel(long) == long


class TestLimits:
    def test_a_hundred_a_minute_and_then_429(self):
        api = Api(make_learner())
        statuses = [api.get("auth/me")[0] for _ in range(101)]
        assert statuses == [200] * 100 + [429]
        assert (api.headers["RateLimit-Limit"], api.headers["RateLimit-Remaining"]) == ("100", "0")
        assert 0 < int(api.headers["Retry-After"]) <= 60

    def test_each_learner_for_herself_behind_one_address(self):
        first = Api(make_learner())
        for _ in range(101):
            first.get("auth/me")
        assert Api(make_learner("boris@example.org")).get("auth/me")[0] == 200
        assert Api().get("courses")[0] == 200

    def test_a_thousand_an_hour(self):
        anna = make_learner()
        for _ in range(999):
            assert limits.hit(limits.LEARNER, key=("learner", str(anna.pk))).passes
        api = Api(anna)
        assert [api.get("auth/me")[0] for _ in range(2)] == [200, 429]

    def test_bad_tokens_count_for_the_address(self):
        statuses = [Api(token="made-up").get("auth/me")[0] for _ in range(101)]
        assert statuses == [401] * 100 + [429]

    def test_five_registrations_a_minute(self):
        def register(**headers):
            body = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse battery"}
            return Api().post("auth/register", body, **headers)[0]

        assert [register() for _ in range(6)] == [201] * 5 + [429]
        assert register(X_Forwarded_For="203.0.113.9") == 429

    def test_a_forged_address_has_no_effect(self, settings):
        for number in range(100):
            Api().get("courses", X_Forwarded_For=f"203.0.113.{number}")
        assert Api().get("courses", X_Forwarded_For="198.51.100.1")[0] == 429
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(100):
            Api().get("courses", X_Forwarded_For=f"203.0.113.{number}, 192.0.2.7")
        assert Api().get("courses", X_Forwarded_For="198.51.100.1, 192.0.2.7")[0] == 429
        assert Api().get("courses", X_Forwarded_For="198.51.100.1, 192.0.2.8")[0] == 200

    def test_a_classroom_has_its_own_bucket(self, settings):
        settings.CLASSROOM_NETWORKS = ["127.0.0.0/8"]
        assert {Api().get("courses")[0] for _ in range(120)} == {200}
        body = {"password": "correct horse battery"}
        statuses = {
            Api().post("auth/register", body | {"email": f"{number}@example.org"})[0] for number in range(8)
        }
        assert statuses == {201}

    def test_without_redis_still_limited_and_still_up(self, settings):
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere.sock"}}
        limits.OWN.storage.reset()
        api = Api(make_learner())
        assert [api.get("auth/me")[0] for _ in range(101)] == [200] * 100 + [429]


@pytest.mark.django_db(transaction=True)
def test_of_400_parallel_requests_exactly_100_pass():
    """From as many threads as the pool has connections, for each keeps its own, and this one gives up its."""
    api_of = make_learner()
    token = Api(api_of).token
    statuses = []
    connection.close()

    def ask():
        for _ in range(50):
            statuses.append(Api(token=token).get("auth/me")[0])
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {200: 100, 429: 300}


class TestCrossOrigin:
    def test_off_by_default(self):
        answer = Client().get("/api/v1/courses", headers={"Origin": "https://elsewhere.example"})
        assert "Access-Control-Allow-Origin" not in answer

    def test_for_those_named(self, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
        headers = {"Origin": "https://app.example"}
        assert (
            Client().get("/api/v1/courses", headers=headers)["Access-Control-Allow-Origin"]
            == headers["Origin"]
        )
        assert "Access-Control-Allow-Origin" not in Client().get("/", headers=headers)


def own_kinds(kind=Serializer):
    """The serializers of the product."""
    for one in kind.__subclasses__():
        yield from own_kinds(one)
        if not one.__module__.startswith(("rest_framework", "drf_spectacular")):
            yield one


class TestMadeByHand:
    """Where fields were too slow, what is written out is what they would have shown."""

    BY_HAND = (LessonShown, Place, SessionShown)

    @pytest.fixture
    def rows(self):
        course, anna = make_course(lessons=6, free=4), make_learner()
        Lesson.objects.filter(number=6).update(is_published=False)
        lesson = Lesson.objects.select_related("course", "text").get(number=1)
        ticket = make_ticket(anna, lesson)
        log = parse_log(make_log(ticket, human_events(TEXT, mistakes=(3,))))
        record_session(ticket=ticket, learner=anna, log=log, now=NOW + timedelta(minutes=1))
        whole = TypingSession.objects.get()
        bare = TypingSession.objects.get()
        bare.consistency = bare.stars = bare.lesson_id = None
        bare.flags, bare.started_at = ["legacy"], NOW.replace(microsecond=0)
        bare.kind, bare.minutes = "test", 5
        places = course_map(course, anna, now=NOW).places
        assert {place.state for place in places} == set(State)
        return {LessonShown: outline(course), Place: places, SessionShown: [whole, bare]}

    def test_these_are_all(self):
        # What ViewShown shows is not as the row has it: what holds where nothing was chosen stands beside it.
        by_hand = {kind for kind in own_kinds() if "to_representation" in vars(kind)} - {ViewShown}
        assert by_hand == set(self.BY_HAND)

    @pytest.mark.parametrize("kind", BY_HAND)
    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_as_the_fields_would_show_it(self, rows, kind, language):
        with translation.override(language):
            for row in rows[kind]:
                by_fields = Serializer.to_representation(kind(), row)
                assert Renderer().render(shown_by(kind, row)) == Renderer().render(by_fields)

    def test_events(self):
        events = human_events(TEXT)
        assert Events().to_representation(events) == ListField.to_representation(Events(), events)


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Client().get("/api/schema/").json()


class TestDescription:
    def test_every_endpoint_is_in_it(self, document):
        assert document["openapi"].startswith("3.1")
        routes = {*ENDPOINTS, *ALIASES}
        paths = {"/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in routes}
        assert set(document["paths"]) == paths

    def test_every_operation_has_examples_and_a_summary(self, document):
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                where = f"{method} {path}"
                assert operation["summary"], where
                body = operation.get("requestBody")
                is_file = body and "multipart/form-data" in body["content"]
                if body and not is_file and "example" not in json.dumps(body):
                    raise AssertionError(f"{where} has no example of a request")
                for status, answer in operation["responses"].items():
                    if status in ("200", "201") and not {"application/zip", "image/webp"} & set(
                        answer["content"]
                    ):
                        schema = answer["content"]["application/json"]
                        if schema["schema"]["properties"]["data"] != {"type": "null"}:
                            assert "examples" in schema, where

    def test_of_several_addresses_one_is_meant(self, document):
        assert len(set(ENDPOINTS.values())) == len(ENDPOINTS), "another address belongs into ALIASES"
        deprecated = {
            path.removeprefix("/api/v1/"): operation["description"]
            for path, operations in document["paths"].items()
            for operation in operations.values()
            if operation.get("deprecated")
        }
        assert set(deprecated) == set(ALIASES)
        api = Api(make_learner())
        for alias, meant in ALIASES.items():
            assert f"`{meant}`" in deprecated[alias]
            assert api.get(alias) == api.get(meant)

    def test_names_are_in_camel_case(self, document):
        for schema in document["components"]["schemas"].values():
            assert not [name for name in schema.get("properties", ()) if "_" in name]

    def test_the_page_uses_no_foreign_host(self):
        page = Client().get("/api/docs/").content.decode()
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
        assert "<script>" not in page
        assert "style=" not in page


def test_no_endpoint_is_open_by_mistake():
    opened = {route for route, view in ENDPOINTS.items() if view.is_open}
    assert opened == {
        "auth/register",
        "auth/verify-email",
        "auth/login",
        "auth/refresh",
        "auth/forgot-password",
        "auth/reset-password",
        "courses",
        "courses/search",
        "courses/<slug:course>",
        "courses/<slug:course>/lessons",
        "lessons",
        "lessons/<int:lesson>",
        "lessons/<int:lesson>/content",
        "certificates/<str:code>",
        "leaderboards",
        "payments/plans",
        "payments/webhook",
    }
    assert not User.objects.exists()
