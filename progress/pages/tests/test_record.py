import json
import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.signals import user_logged_in
from django.db import OperationalError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from lessons.models import Lesson
from progress.exercises.tickets import open_ticket
from progress.models import TypingSession
from progress.pages.tests.posting import fresh_ticket, post
from tests.factories import TEXT, human_events, lesson_of, make_course, make_log, make_ticket, signed_in


class TestRecord:
    def test_a_page_post_goes_to_the_session(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        response = post(client, ticket)
        assert response.status_code == 302 and response.url == f"/sessions/{ticket.session}/"
        assert client.get(response.url).status_code == 200

    def test_htmx_gets_the_result_and_the_same_again(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        headers = {"HX-Request": "true", "HX-Target": "practice"}
        first, again = post(client, ticket, **headers), post(client, ticket, **headers)
        assert first.status_code == again.status_code == 200
        assert "<html" not in first.content.decode()
        assert first["HX-Push-Url"] == f"/sessions/{ticket.session}/"
        strip = "csrfmiddlewaretoken"
        lines = [
            [line for line in response.content.decode().splitlines() if strip not in line]
            for response in (first, again)
        ]
        assert lines[0] == lines[1]
        assert TypingSession.objects.count() == 1

    def test_an_anonymous_post_makes_a_guest_who_keeps_it(self, course, client):
        ticket = open_ticket(client.get("/practice/ru/1/").context["ticket"])
        response = post(client, ticket)
        guest = User.objects.get(pk=ticket.learner)
        assert guest.is_guest and TypingSession.objects.get().user == guest
        assert client.get(response.url).status_code == 200

    @pytest.mark.parametrize(("zone", "day"), [("Europe/Moscow", 29), ("America/New_York", 28), ("Mars", 28)])
    def test_a_guests_first_session_is_of_her_own_day(self, course, client, zone, day):
        with time_machine.travel("2026-11-28T21:30Z", tick=False):
            ticket = open_ticket(client.get("/practice/ru/1/").context["ticket"])
        with time_machine.travel("2026-11-28T21:35Z", tick=False):
            log = make_log(ticket, human_events(TEXT), started_at=datetime(2026, 11, 28, 21, 31, tzinfo=UTC))
            address = client.post("/sessions/", {"log": log, "timezone": zone}).url
            page = client.get("/history/").text
        assert User.objects.get().timezone == (zone if "/" in zone else "UTC")
        assert TypingSession.objects.get().local_date == date(2026, 11, day)
        assert (
            address.startswith("/sessions/")
            and {"Europe/Moscow": "12:31 a.m.", "Mars": "9:31 p.m."}.get(zone, "4:31 p.m.") in page
        )

    def test_a_retry_without_the_answers_cookie_is_the_same_guest(self, course):
        first, second = Client(), Client()
        ticket = open_ticket(first.get("/practice/ru/1/").context["ticket"])
        assert post(first, ticket).url == post(second, ticket).url
        assert User.objects.count() == 1 and TypingSession.objects.count() == 1
        assert second.get(f"/sessions/{ticket.session}/").status_code == 200

    def test_a_retry_after_a_sign_in_broken_off_is_recorded(self, course):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        page = client.get("/practice/ru/1/")
        ticket = open_ticket(page.context["ticket"])
        form = {
            "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
            "log": make_log(ticket, human_events(TEXT)),
        }

        def lose_connection(**named):
            raise OperationalError

        user_logged_in.connect(lose_connection)
        assert client.post("/sessions/", form).status_code == 503
        user_logged_in.disconnect(lose_connection)
        assert client.post("/sessions/", form).status_code == 302
        assert TypingSession.objects.filter(user=ticket.learner).count() == 1

    def test_another_log_conflicts(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        post(client, ticket)
        assert post(client, ticket, human_events(TEXT, seed=2)).status_code == 409
        assert TypingSession.objects.count() == 1

    def test_another_learners_ticket_is_refused(self, course, anna, boris):
        assert post(signed_in(boris), fresh_ticket(anna, lesson_of(course))).status_code == 403
        assert post(Client(), fresh_ticket(anna, lesson_of(course))).status_code == 403
        assert not TypingSession.objects.exists()

    def test_a_tampered_ticket_is_refused(self, course, anna):
        log = json.loads(make_log(fresh_ticket(anna, lesson_of(course)), human_events(TEXT)))
        for broken in (
            log["ticket"][:-1] + "_",
            "x" + log["ticket"],
            log["ticket"].split(":")[0],
            "nonsense",
        ):
            body = json.dumps(log | {"ticket": broken})
            assert signed_in(anna).post("/sessions/", {"log": body}).status_code == 403
        assert not TypingSession.objects.exists()

    def test_a_closed_lesson_is_refused(self, course, anna):
        assert post(signed_in(anna), fresh_ticket(anna, lesson_of(course, 2))).status_code == 403
        assert not TypingSession.objects.exists()

    def test_an_unfinished_log_is_422(self, course, anna):
        response = post(signed_in(anna), fresh_ticket(anna, lesson_of(course)), human_events(TEXT)[:-2])
        assert response.status_code == 422

    def test_the_plain_form_records(self, course, client):
        page = client.get("/practice/ru/1/")
        form = {"ticket": page.context["ticket"], "log": "", "typed": TEXT.replace("\n", "\r\n")}
        response = client.post("/sessions/", form, follow=True)
        assert response.status_code == 200
        session = TypingSession.objects.get()
        assert (session.source, session.accuracy, session.ranked) == ("plain", 100, False)

    @pytest.mark.parametrize("broken", ["unfinished", "conflict"])
    def test_a_refused_post_makes_no_guest_and_signs_nobody_in(self, course, broken):
        author, stranger = Client(), Client()
        ticket = open_ticket(author.get("/practice/ru/1/").context["ticket"])
        events = human_events(TEXT)[:3]
        if broken == "conflict":
            post(author, ticket)
            events = human_events(TEXT, seed=2)
        users = User.objects.count()
        assert post(stranger, ticket, events).status_code in (409, 422)
        assert User.objects.count() == users
        assert "_auth_user_id" not in stranger.session

    def test_a_log_sent_later_leaves_the_address_alone(self, course, anna):
        headers = {"HX-Request": "true", "HX-Target": "unsent"}
        response = post(signed_in(anna), fresh_ticket(anna, lesson_of(course)), **headers)
        assert response.status_code == 200 and "HX-Push-Url" not in response

    def test_the_plain_form_has_limits(self, course, client):
        ticket = client.get("/practice/ru/1/").context["ticket"]
        assert client.post("/sessions/", {"ticket": ticket, "typed": ""}).status_code == 422
        assert client.post("/sessions/", {"ticket": ticket, "typed": "а" * 20_001}).status_code == 413
        assert not User.objects.exists() and not TypingSession.objects.exists()

    def test_get_is_refused(self, course, client):
        assert client.get("/sessions/").status_code == 405

    def test_a_post_from_elsewhere_is_refused(self, course, anna):
        client = Client(enforce_csrf_checks=True)
        client.force_login(anna)
        assert post(client, fresh_ticket(anna, lesson_of(course))).status_code == 403
        assert not TypingSession.objects.exists()

    def test_a_learners_words_are_her_own_language(self, course, anna):
        anna.language = "ru"
        anna.save()
        response = post(signed_in(anna), fresh_ticket(anna, lesson_of(course, 2)))
        assert "Урок 2" in response.content.decode()


BAD_BODIES = {
    "empty": b"",
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "nul": b'{"v":1,"ticket":"\\u0000"}',
    "surrogate": b'{"v":1,"ticket":"a","started_at":1700000000000,"mode":"stop","events":[[0,"\\ud800",1]]}',
    "nan": b'{"v":1,"ticket":"a","started_at":1700000000000,"mode":"stop","events":[[0,"a",1],[NaN,"a",1]]}',
    "types": b'{"v":"1","ticket":[],"started_at":{},"mode":7,"events":"x"}',
    "not utf-8": b"\xff\xfe",
    "digits": b'{"v":' + b"9" * 10_000 + b"}",
}


@pytest.mark.django_db
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_log_is_422(client, body):
    boundary = b"--x\r\nContent-Disposition: form-data; name=log\r\n\r\n" + body + b"\r\n--x--\r\n"
    response = client.post("/sessions/", boundary, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 422
    assert response.context["refusal"].message


@pytest.mark.django_db
def test_too_large_is_413(client):
    assert client.post("/sessions/", {"log": "x" * 2_000_000}).status_code == 413
    assert client.post("/sessions/", {"log": "x" * 1_100_000}).status_code == 413
    million = '{"v":1,"events":[' + ",".join(['[1,"a",1]'] * 1_000_000) + "]}"
    assert client.post("/sessions/", {"log": million}).status_code == 413


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


FIELDS = ("v", "ticket", "started_at", "mode", "events", "client")


@settings(max_examples=60, deadline=None)
@given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON), raw=st.none() | st.binary(max_size=400))
def test_no_log_is_ever_a_500(db, changes, raw):
    ticket = make_ticket(uuid.uuid4(), _drill_lesson(), minted=True)
    log = json.loads(make_log(ticket, human_events(TEXT))) | changes
    body = raw if raw is not None else json.dumps(log, ensure_ascii=True).encode()
    form = b"--xyz\r\nContent-Disposition: form-data; name=log\r\n\r\n" + body + b"\r\n--xyz--\r\n"
    client = Client(raise_request_exception=True)
    response = client.post("/sessions/", form, content_type="multipart/form-data; boundary=xyz")
    assert response.status_code in (302, 403, 409, 413, 422)


def _drill_lesson() -> Lesson:
    lessons = Lesson.objects.select_related("course", "text")
    return lessons.filter(number=1).first() or lesson_of(make_course())
