import pytest
from django.db import OperationalError
from django.test import Client

from progress.models import LessonProgress
from tests.factories import NOW, make_course, make_learner
from typingtrainer import views


@pytest.mark.django_db
class TestHome:
    def test_one_click_to_the_first_lesson_in_the_readers_language_first(self, client):
        make_course(slug="en")
        make_course(slug="ru")
        for language, first, second in (("ru", "ru", "en"), ("en", "en", "ru")):
            page = client.get("/", headers={"Accept-Language": language}).content.decode()
            assert (
                0 < page.index(f'href="/practice/{first}/1/"') < page.index(f'href="/practice/{second}/1/"')
            )

    def test_a_learner_goes_on_where_she_was(self, client):
        course, anna = make_course(), make_learner()
        LessonProgress.objects.create(
            user=anna, lesson=course.lessons.get(number=1), runs=1, best_stars=3, last_at=NOW
        )
        client.force_login(anna)
        assert 'href="/practice/ru/2/"' in client.get("/").content.decode()

    def test_without_courses_and_by_post(self, client):
        assert client.get("/").status_code == 200
        assert client.post("/").status_code == 405

    def test_queries(self, client, django_assert_max_num_queries):
        make_course(slug="en", lessons=30, free=15)
        make_course(slug="ru", lessons=30, free=15)
        client.force_login(make_learner())
        with django_assert_max_num_queries(7):
            client.get("/")


@pytest.mark.django_db
class TestHealth:
    def test_all_is_well(self, client):
        response = client.get("/health/")
        assert (response.status_code, response.json()) == (200, {"database": True, "cache": True})
        assert "no-store" in response["Cache-Control"]

    def test_without_the_database_it_says_so(self, client, monkeypatch):
        class Away:
            def cursor(self):
                raise OperationalError

        monkeypatch.setattr(views, "connection", Away())
        response = client.get("/health/")
        assert (response.status_code, response.json()["database"]) == (503, False)


@pytest.mark.django_db
def test_an_unknown_page_is_ours(client):
    response = client.get("/nowhere/", headers={"Accept-Language": "ru"})
    assert response.status_code == 404 and "Такой страницы нет" in response.content.decode()


@pytest.mark.django_db
def test_a_form_from_elsewhere_gets_our_page():
    client = Client(enforce_csrf_checks=True)
    client.get("/", headers={"Accept-Language": "ru"})
    response = client.post("/sessions/", headers={"Accept-Language": "ru"})
    assert response.status_code == 403 and "слишком долго" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/sessions/", "/language/"])
def test_cookies_that_are_off_are_named(address):
    response = Client(enforce_csrf_checks=True).post(address, headers={"Accept-Language": "ru"})
    page = response.content.decode()
    assert response.status_code == 403 and "не принимает cookie" in page and "слишком долго" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "null"}, {"Referer": "https://elsewhere.example/"}], ids=str
)
def test_a_hidden_origin_is_named(headers):
    client = Client(enforce_csrf_checks=True)
    client.get("/", secure=True)
    response = client.post("/accounts/login/", secure=True, headers={"Accept-Language": "en", **headers})
    assert response.status_code == 403 and "hides where this came from" in response.content.decode()


@pytest.mark.django_db
def test_every_page_carries_the_policy(client):
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff" and response["X-Frame-Options"] == "DENY"
