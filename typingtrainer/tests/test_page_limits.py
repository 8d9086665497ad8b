"""Pages take so much a minute from a learner, and more from an address that a classroom shares."""

import json
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import guests
from accounts.models import User
from progress.models import TypingSession
from progress.pages.practice import VERDICT
from tests.factories import TEXT, human_events, make_course, make_learner, make_log, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def within_a_minute():
    """However slow the machine is."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def lesson():
    return make_course().lessons.select_related("course", "text").get(number=1)


def browser_of(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, guests.BACKEND)
    return client


def post_of(learner, lesson, *, minted=False):
    ticket = make_ticket(
        learner, lesson, issued_at=timezone.now() - timedelta(minutes=2), session=uuid.uuid4(), minted=minted
    )
    return {"log": make_log(ticket, human_events(TEXT))}


class TestRecording:
    def test_a_learner_records_sixty_a_minute(self, lesson):
        anna = make_learner()
        client = browser_of(anna)
        statuses = [client.post("/sessions/", post_of(anna, lesson)).status_code for _ in range(62)]
        assert statuses == [302] * 60 + [429] * 2
        boris = make_learner("boris@example.org")
        assert browser_of(boris).post("/sessions/", post_of(boris, lesson)).status_code == 302

    @pytest.mark.parametrize("target", ["practice", "unsent"])
    def test_what_is_refused_is_kept_by_the_browser_and_can_be_sent_again(self, lesson, target):
        anna = make_learner()
        client = browser_of(anna)
        for _ in range(60):
            client.post("/sessions/", {})
        post = post_of(anna, lesson)
        post["ticket"] = json.loads(post["log"])["ticket"]
        refused = client.post("/sessions/", post, headers={"HX-Request": "true", "HX-Target": target})
        assert refused.status_code == 429 and 0 < int(refused["Retry-After"]) <= 60
        signature, verdict = refused[VERDICT].split()
        assert post["ticket"].endswith(f":{signature}") and verdict == "kept"
        assert (refused["HX-Retarget"], refused["HX-Reswap"]) == (
            "#refused",
            "none" if target == "unsent" else "innerHTML",
        )
        assert "Too many exercises" in refused.content.decode() and "<" not in refused.content.decode()
        assert not TypingSession.objects.exists()
        cache.clear()
        assert client.post("/sessions/", post).status_code == 302

    def test_without_htmx_the_refusal_itself_sends_it_again(self, lesson):
        anna = make_learner()
        client = browser_of(anna)
        for _ in range(60):
            client.post("/sessions/", {})
        ticket = json.loads(post_of(anna, lesson)["log"])["ticket"]
        refused = client.post("/sessions/", {"ticket": ticket, "log": "", "typed": "a <b>\nc"})
        fields = {
            name: unescape(value)
            for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', refused.content.decode())
        }
        assert (fields["ticket"], fields["typed"]) == (ticket, "a <b>\nc")

    def test_a_classroom_of_strangers_finishes_its_first_lesson_at_once(self, lesson):
        statuses = []
        for _ in range(65):
            ticket = make_ticket(
                User(id=uuid.uuid4()),
                lesson,
                issued_at=timezone.now() - timedelta(minutes=2),
                session=uuid.uuid4(),
                minted=True,
            )
            post = {"log": make_log(ticket, human_events(TEXT))}
            statuses.append(Client().post("/sessions/", post).status_code)
        assert statuses == [302] * 60 + [429] * 5
        assert User.objects.count() == 60

    def test_a_network_named_as_a_classrooms_takes_more(self, lesson, settings):
        settings.CLASSROOM_NETWORKS = ["127.0.0.0/8"]
        anna = make_learner()
        client = browser_of(anna)
        assert {client.post("/sessions/", {}).status_code for _ in range(70)} == {422}

    def test_counting_asks_the_database_nothing(self, lesson):
        anna = make_learner()
        client = browser_of(anna)
        client.post("/sessions/", {})
        for _ in range(60):
            client.post("/sessions/", {})
        with CaptureQueriesContext(connection) as queries:
            assert client.post("/sessions/", {}).status_code == 429
        assert len(queries) <= 2, "the session and its learner, whom every page asks for"


class TestOtherPages:
    @pytest.mark.parametrize(
        "path", ["/learn/?q=home", "/certificates/?code=x", "/certificates/x/", "/certificates/x.pdf"]
    )
    def test_what_costs_to_read_is_counted(self, path):
        make_course()
        learner, stranger = browser_of(make_learner()), Client()
        statuses = [learner.get(path).status_code for _ in range(61)]
        assert 429 not in statuses[:60] and statuses[60] == 429
        assert 429 not in [stranger.get(path).status_code for _ in range(61)]

    @pytest.mark.parametrize("path", ["/learn/", "/certificates/"])
    def test_a_page_that_is_only_read_is_never_refused(self, path):
        make_course()
        client = browser_of(make_learner())
        assert {client.get(path).status_code for _ in range(105)} == {200}

    @pytest.mark.parametrize("path", ["/leaderboards/join/", "/language/"])
    def test_whatever_is_sent_is_counted(self, path):
        client = browser_of(make_learner())
        statuses = [client.post(path, {}).status_code for _ in range(101)]
        assert 429 not in statuses[:100] and statuses[100] == 429

    def test_guests_made_in_the_settings(self):
        statuses = [Client().post("/settings/", {"timezone": "UTC"}).status_code for _ in range(61)]
        assert statuses == [302] * 60 + [429]

    def test_reset_mails(self, mailoutbox):
        make_learner("anna@example.org")
        ask = [
            Client().post("/accounts/password/reset/", {"email": email}).status_code
            for email in ["anna@example.org"] * 7 + ["other@example.org"]
        ]
        assert ask == [302] * 5 + [429] * 2 + [302]
        assert len(mailoutbox) == 6

    def test_sign_ups_by_page_and_api_count_together(self, settings):
        def sign_up(number):
            data = {"email": f"n{number}@example.org", "password1": "kettle-on-the-hob"}
            return Client().post("/accounts/signup/", data).status_code

        api = Client().post(
            "/api/v1/auth/register",
            {"email": "api@example.org", "password": "kettle-on-the-hob"},
            content_type="application/json",
        )
        assert api.status_code == 201
        assert [sign_up(number) for number in range(5)] == [302] * 4 + [429]
        settings.CLASSROOM_NETWORKS = ["127.0.0.0/8"]
        assert [sign_up(number) for number in range(10, 40)] == [302] * 30

    def test_a_network_of_ipv6_is_one_address(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        statuses = [
            Client(headers={"x-forwarded-for": f"2001:db8::{number:x}"})
            .post("/settings/", {"timezone": "UTC"})
            .status_code
            for number in range(1, 62)
        ]
        assert statuses == [302] * 60 + [429]

    def test_in_both_languages(self):
        client = Client(headers={"accept-language": "ru"})
        client.force_login(make_learner(), guests.BACKEND)
        for _ in range(60):
            client.post("/sessions/", {})
        assert re.search("[а-я]", client.post("/sessions/", {}).content.decode().partition("<main")[2])
