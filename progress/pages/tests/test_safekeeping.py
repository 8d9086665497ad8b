"""What a browser that keeps a log is told of it: only our own answers end its stay, and only when it is settled."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from lessons.models import Lesson
from progress.models import TypingSession
from progress.pages.practice import VERDICT
from progress.pages.tests.posting import fresh_ticket
from tests.factories import TEXT, human_events, lesson_of, make_log, signed_in

EXERCISE = {"HX-Request": "true", "HX-Target": "practice"}
LATER = {"HX-Request": "true", "HX-Target": "unsent"}


def send(client: Client, ticket, events=None, headers=EXERCISE, **fields):
    """Post a log and its ticket as the practice page does; `verdict` is what the answer says of this log."""
    log = make_log(ticket, events if events is not None else human_events(TEXT), **fields)
    signed = json.loads(log)["ticket"]
    response = client.post("/sessions/", {"ticket": signed, "log": log}, headers=headers)
    signature, _, response.verdict = response.get(VERDICT, "").partition(" ")
    assert not signature or signed.endswith(f":{signature}")
    return response


@pytest.mark.parametrize("headers", [EXERCISE, LATER, {}], ids=["exercise", "later", "without htmx"])
class TestSettled:
    def test_recorded_and_known_already(self, course, anna, headers):
        ticket = fresh_ticket(anna, lesson_of(course))
        for _ in range(2):
            assert send(signed_in(anna), ticket, headers=headers).verdict == "settled"
        assert TypingSession.objects.count() == 1

    def test_another_log_damaged_too_large_unfinished_or_gone(self, course, anna, headers):
        client, ticket = signed_in(anna), fresh_ticket(anna, lesson_of(course))
        send(client, ticket, headers=headers)
        answers = [
            send(client, ticket, human_events(TEXT, seed=2), headers=headers),
            send(client, ticket, headers=headers, v=2),
            send(client, ticket, headers=headers, padding="x" * 1_100_000),
            send(client, ticket, human_events(TEXT)[:3], headers=headers),
        ]
        TypingSession.objects.all().delete()
        Lesson.objects.all().delete()
        answers.append(send(client, ticket, headers=headers))
        assert [answer.status_code for answer in answers] == [409, 422, 413, 422, 410]
        assert {answer.verdict for answer in answers} == {"settled"}


class TestKept:
    def test_a_lesson_that_may_open(self, course, anna):
        response = send(signed_in(anna), fresh_ticket(anna, lesson_of(course, 2)))
        assert (response.status_code, response.verdict) == (403, "kept")
        assert response["HX-Retarget"] == "#refused" and "<h1" not in response.content.decode()

    def test_another_learners(self, course, anna, boris):
        ticket = fresh_ticket(anna, lesson_of(course))
        response = send(signed_in(boris), ticket)
        assert (response.status_code, response.verdict) == (403, "kept")
        assert send(signed_in(anna), ticket).verdict == "settled"

    def test_a_ticket_that_is_not_ours(self, course, anna):
        form = {"ticket": "a:b:c", "log": "", "typed": TEXT}
        response = signed_in(anna).post("/sessions/", form, headers=EXERCISE)
        assert (response.status_code, response[VERDICT]) == (403, "c kept")

    def test_from_another_exercise_nothing_is_shown(self, course, anna, boris):
        response = send(signed_in(boris), fresh_ticket(anna, lesson_of(course)), headers=LATER)
        assert response["HX-Reswap"] == "none"


class TestNoVerdict:
    def test_of_what_no_view_has_seen(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        strict = Client(enforce_csrf_checks=True)
        client = signed_in(anna)
        answers = [
            send(strict, ticket),
            send(client, ticket, padding="x" * 2_000_000),
            client.post("/sessions/", b"no parts", content_type="multipart/form-data", headers=EXERCISE),
            client.get("/sessions/", headers=EXERCISE),
        ]
        assert [answer.status_code for answer in answers] == [403, 413, 400, 405]
        assert not any(VERDICT in answer for answer in answers)

    def test_while_the_database_is_away(self, course, anna, monkeypatch):
        client = signed_in(anna)
        client.raise_request_exception = False

        def lose_connection(*values, **named):
            raise OperationalError

        ticket = fresh_ticket(anna, lesson_of(course))
        monkeypatch.setattr("progress.recording.record.lock_and_read", lose_connection)
        response = send(client, ticket)
        assert response.status_code == 503 and VERDICT not in response

    @pytest.mark.parametrize("ticket", ["", "a:", "a:b\r\nSet-Cookie: x=1", "a:ё", "a:" + "b" * 101, "a:b c"])
    def test_of_no_ticket(self, course, anna, ticket):
        response = signed_in(anna).post("/sessions/", {"ticket": ticket, "log": "{"}, headers=EXERCISE)
        assert response.status_code == 422 and VERDICT not in response


class TestFromAnotherExercise:
    def test_what_is_recorded_leaves_the_page_alone(self, course, anna):
        response = send(signed_in(anna), fresh_ticket(anna, lesson_of(course)), headers=LATER)
        assert (response.status_code, response.content) == (200, b"") and "HX-Push-Url" not in response

    def test_what_is_refused_for_good_is_told(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        Lesson.objects.all().delete()
        page = send(signed_in(anna), ticket, headers=LATER).content.decode()
        assert 'role="alert"' in page and "<h1" not in page

    def test_an_answer_lost_with_its_cookie_is_the_same_guest(self, course):
        signed = Client().get("/practice/ru/1/").context["ticket"]
        log = json.dumps(
            {
                "v": 1,
                "ticket": signed,
                "started_at": 1_700_000_000_000,
                "mode": "stop",
                "events": human_events(TEXT),
            }
        )
        answers = [
            Client().post("/sessions/", {"ticket": signed, "log": log}, headers=headers)
            for headers in (EXERCISE, LATER, LATER)
        ]
        assert {answer[VERDICT].split(" ")[1] for answer in answers} == {"settled"}
        assert TypingSession.objects.count() == User.objects.count() == 1
