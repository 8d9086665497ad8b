"""What is refused before any view sees it, in our look and language, whole or as htmx's fragment."""

import pytest
from django.test import Client

DAMAGED = {"data": b"no parts", "content_type": "multipart/form-data"}
TOO_MUCH = {"data": {"log": "x" * 1_400_000}}
REFUSED = [
    (DAMAGED, False, 400, {"en": "This could not be read", "ru": "Не удалось прочитать запрос"}),
    ({}, True, 403, {"en": "This page was open too long", "ru": "Страница была открыта слишком долго"}),
    (TOO_MUCH, False, 413, {"en": "That was too much at once", "ru": "Слишком много сразу"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("form", "with_csrf", "status", "heading"), REFUSED, ids=["400", "403", "413"])
class TestNotices:
    def post(self, form, with_csrf, language, **headers):
        client = Client(enforce_csrf_checks=with_csrf)
        client.get("/")
        return client.post("/sessions/", **form, headers={"accept-language": language, **headers})

    def test_a_page(self, form, with_csrf, status, heading, language):
        response = self.post(form, with_csrf, language)
        page = response.content.decode()
        assert response.status_code == status
        assert f"<h1>{heading[language]}</h1>" in page and 'class="site-head"' in page

    def test_a_fragment(self, form, with_csrf, status, heading, language):
        response = self.post(form, with_csrf, language, **{"hx-request": "true"})
        fragment = response.content.decode().strip()
        assert response.status_code == status
        assert fragment.startswith('<section class="refusal"') and fragment.endswith("</section>")
        assert f"<h1>{heading[language]}</h1>" in fragment and "<html" not in fragment


def test_a_host_that_is_not_ours_gets_our_page_too(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400 and b'class="site-head"' in response.content
