from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from billing.entitlement.grants import grant
from tests.factories import make_course


@pytest.fixture
def anna(db):
    return User.objects.create_user("anna@example.com", language="en")


def test_a_stranger_reads_what_is_free_and_how_to_get_the_rest(db, client):
    make_course(lessons=3, free=2)
    page = client.get("/pricing/").content.decode()
    assert "2 lessons of 3." in page and "Payment is not set up here" in page
    assert "/accounts/signup/" in page


def test_who_has_premium_is_told_so(anna, client):
    client.force_login(anna, "django.contrib.auth.backends.ModelBackend")
    assert b"You have premium" not in client.get("/pricing/").content
    now = timezone.now()
    grant(user=anna, ends_at=now + timedelta(days=1), reason="A prize", granted_by=anna, now=now)
    assert b"You have premium" in client.get("/pricing/").content


@pytest.mark.parametrize(
    ("language", "action"), [("en", "See what premium includes"), ("ru", "Узнать о подписке")]
)
def test_a_premium_lesson_leads_here(db, client, language, action):
    make_course(lessons=3, free=2)
    response = client.get("/practice/ru/3/", headers={"accept-language": language})
    assert response.status_code == 402
    assert f'href="/pricing/">{action}</a>' in response.content.decode()


def test_wrong_method(client):
    assert client.post("/pricing/").status_code == 405
