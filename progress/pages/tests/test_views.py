import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.signals import user_logged_in
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from billing.entitlement import grant
from lessons.models import Lesson
from progress.exercises.tickets import InvalidTicket, open_ticket
from progress.figures.session_detail import slow_pairs
from progress.keystrokes.replay import Event, replay
from progress.models import KeystrokeLog, LessonProgress, TypingSession
from tests.factories import (
    TEXT,
    human_events,
    lesson_of,
    make_course,
    make_log,
    make_ticket,
    signed_in,
)


def fresh_ticket(user: User, lesson: Lesson, **fields):
    fields = {"issued_at": timezone.now() - timedelta(minutes=2)} | fields
    return make_ticket(user, lesson, **fields)


def post(client: Client, ticket, events=None, **headers):
    log = make_log(ticket, events if events is not None else human_events(TEXT))
    return client.post("/sessions/", {"log": log}, headers=headers)


class TestPractice:
    def test_anonymous_gets_a_ticket_for_a_guest_to_be_and_writes_nothing(self, course, client):
        before = User.objects.count()
        response = client.get("/practice/ru/1/")
        assert response.status_code == 200
        ticket = open_ticket(response.context["ticket"])
        assert ticket.minted and ticket.lesson == lesson_of(course).pk
        assert User.objects.count() == before and not client.session.keys()
        assert "no-store" in response["Cache-Control"]

    def test_a_learner_gets_her_own_ticket(self, course, anna):
        response = signed_in(anna).get("/practice/ru/1/?mode=free")
        ticket = open_ticket(response.context["ticket"])
        assert (ticket.learner, ticket.minted, ticket.mode) == (anna.pk, False, "free")

    def test_an_unknown_mode_is_the_usual_one(self, course, client):
        response = client.get("/practice/ru/1/?mode=wild")
        assert open_ticket(response.context["ticket"]).mode == "stop"

    @pytest.mark.parametrize(("number", "status"), [(2, 403), (3, 402), (99, 404)])
    def test_a_closed_lesson_says_so(self, course, client, number, status):
        assert client.get(f"/practice/ru/{number}/").status_code == status

    def test_a_lesson_without_text_is_coming(self, course, client):
        Lesson.objects.update(text=None)
        response = client.get("/practice/ru/1/", headers={"Accept-Language": "ru"})
        assert response.status_code == 404 and response.context["refusal"].action_url == "/learn/ru/"

    def test_premium_opens_with_an_entitlement(self, course, anna):
        now = timezone.now()
        LessonProgress.objects.create(user=anna, lesson=lesson_of(course, 2), best_stars=2, last_at=now)
        client = signed_in(anna)
        assert client.get("/practice/ru/3/").status_code == 402
        grant(user=anna, ends_at=now + timedelta(days=1), reason="test", granted_by=anna, now=now)
        assert client.get("/practice/ru/3/").status_code == 200

    def test_wrong_method(self, course, client):
        assert client.post("/practice/ru/1/").status_code == 405

    def test_queries_do_not_grow(self, course, anna, django_assert_max_num_queries):
        client = signed_in(anna)
        with django_assert_max_num_queries(6):
            client.get("/practice/ru/1/")

    def test_the_preferred_layout_where_it_fits(self, course, anna):
        for preferred, shown in [
            ("ru-jcuken", "ru-jcuken"),
            ("en-qwerty", "ru-jcuken"),
            ("ru-jcuken-mac", "ru-jcuken-mac"),
            ("kk-jcuken", "kk-jcuken"),
            ("gone", "ru-jcuken"),
        ]:
            User.objects.filter(pk=anna.pk).update(layout=preferred)
            page = signed_in(anna).get("/practice/ru/1/")
            assert page.context["layout"].code == open_ticket(page.context["ticket"]).layout == shown

    @pytest.mark.parametrize(
        ("text", "preferred", "shown"),
        [
            ("fj fj", "en-dvorak", "en-dvorak"),
            ("fj fj", "fr-azerty", "fr-azerty"),
            ("[fj] @", "fr-azerty", "en-qwerty"),
            ("$ 5", "ru-jcuken", "en-qwerty"),
            ("5 + 5", "ru-jcuken", "en-qwerty"),
        ],
    )
    def test_an_english_lesson_on_another_layout(self, anna, text, preferred, shown):
        make_course(slug="en", text=text)
        User.objects.filter(pk=anna.pk).update(layout=preferred)
        page = signed_in(anna).get("/practice/en/1/")
        assert page.context["layout"].code == open_ticket(page.context["ticket"]).layout == shown
        assert f'data-layout="{shown}"' in page.content.decode()

    @pytest.mark.parametrize(("keyboard", "halves"), [("", 0), ("iso", 0), ("split", 5)])
    def test_the_keyboard_is_drawn_as_the_learner_likes(self, course, anna, keyboard, halves):
        User.objects.filter(pk=anna.pk).update(keyboard=keyboard)
        page = signed_in(anna).get("/practice/ru/1/").content.decode()
        assert ("IntlBackslash" in page) == (keyboard == "iso")
        assert page.count('<i data-width="2"></i>') == halves

    def test_hidden_parts_come_hidden(self, course, client):
        client.cookies["hide"] = "speed.nonsense"
        assert client.get("/practice/ru/1/").context["hidden"] == {"speed"}


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

    @pytest.mark.parametrize(("number", "status"), [(2, 403), (3, 402)])
    def test_a_closed_lesson_is_refused(self, course, anna, number, status):
        assert post(signed_in(anna), fresh_ticket(anna, lesson_of(course, number))).status_code == status
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
    "negative": b'{"v":1,"ticket":"a","started_at":1700000000000,"mode":"stop","events":[[0,"a",1],[-5,"a",1]]}',
    "huge": b'{"v":1,"ticket":"a","started_at":1700000000000,"mode":"stop","events":[[0,"a",1],[1e300,"a",1]]}',
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


class TestSession:
    def test_only_its_owner_sees_it(self, course, anna, boris):
        ticket = fresh_ticket(anna, lesson_of(course))
        post(signed_in(anna), ticket)
        url = f"/sessions/{ticket.session}/"
        assert signed_in(anna).get(url).status_code == 200
        assert signed_in(boris).get(url).status_code == 404
        assert Client().get(url).status_code == 404
        assert signed_in(anna).post(url).status_code == 405

    def test_it_tells_what_changed_since_the_last_time(self, course, anna):
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, pace_ms=400))
        response = post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, pace_ms=300))
        result = client.get(response.url).context["result"]
        sessions = TypingSession.objects.order_by("recorded_at")
        assert result.gain == sessions[1].cpm - sessions[0].cpm > 0

    def result(self, anna, events, *, language="ru", **fields) -> str:
        client = signed_in(anna)
        ticket = fresh_ticket(anna, **fields)
        response = post(client, ticket, events)
        page = client.get(response.url, headers={"Accept-Language": language}).content.decode()
        return " ".join(page.replace("\u00a0", "~").split())

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("ru", ("Для двух звёзд: от 70~зн/мин и точность от 88~%.", "</b>~%</dd>", "20 ошибок, нажатий")),
            ("en", ("Two stars want 14 WPM and an accuracy of 88%.", "</b>%</dd>", "20 mistakes in")),
        ],
    )
    def test_it_tells_what_the_next_star_wants(self, course, anna, language, words):
        events = human_events(TEXT, mistakes=range(20))
        page = self.result(anna, events, language=language, lesson=lesson_of(course))
        for expected in words:
            assert expected in page

    def test_five_stars_want_nothing(self, course, anna):
        page = self.result(anna, human_events(TEXT), lesson=lesson_of(course))
        assert "звёзд: от" not in page and "без ошибок" in page
        assert 'aria-label="Скорость по ходу упражнения: от ' in page

    def test_enter_says_what_it_does(self, course, anna, boris):
        page = self.result(anna, human_events(TEXT), lesson=lesson_of(course))
        assert "<kbd>Enter</kbd> дальше" in page
        page = self.result(boris, human_events(TEXT, mistakes=range(20)), lesson=lesson_of(course))
        assert "<kbd>Enter</kbd> ещё раз" in page

    def test_a_drill_leads_back_to_the_courses(self, course, anna):
        page = self.result(anna, human_events(TEXT), lesson=None, text=lesson_of(course).text)
        assert 'data-primary href="/learn/"' in page and "Ещё раз" in page

    def test_queries_do_not_grow(self, course, anna, django_assert_max_num_queries):
        client = signed_in(anna)
        for seed in range(3):
            response = post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, seed=seed))
        with django_assert_max_num_queries(9):
            client.get(response.url)


class TestDetail:
    def test_the_page_marks_what_was_missed(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        post(client, ticket, human_events(TEXT, mistakes=(2,)))
        page = client.get(f"/sessions/{ticket.session}/")
        missed = [passage for passage in page.context["passages"] if passage.typed]
        assert [passage.text for passage in missed] == [TEXT[2]]
        assert "".join(passage.text for passage in page.context["passages"]) == TEXT
        assert page.content.decode().count("<mark") == 1

    def test_the_keys_are_those_that_were_posted(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        events = human_events(TEXT, mistakes=(2, 5))
        post(client, ticket, events)
        keys = client.get(f"/sessions/{ticket.session}/keys/").json()
        assert (keys["mode"], keys["text"]) == ("stop", TEXT)
        assert [text for _, text, _ in keys["events"]] == [text for _, text, _ in events]

    def test_keys_are_their_owners_alone(self, course, anna, boris):
        ticket = fresh_ticket(anna, lesson_of(course))
        post(signed_in(anna), ticket)
        url = f"/sessions/{ticket.session}/keys/"
        assert signed_in(boris).get(url).status_code == Client().get(url).status_code == 404
        assert signed_in(anna).post(url).status_code == 405

    def test_without_keystrokes_there_is_nothing_to_mark_or_play(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        post(client, ticket)
        KeystrokeLog.objects.all().delete()
        page = client.get(f"/sessions/{ticket.session}/")
        assert page.status_code == 200 and "passages" not in page.context
        assert client.get(f"/sessions/{ticket.session}/keys/").status_code == 404

    def test_slow_pairs_are_the_slowest_of_those_typed_twice(self):
        events = [
            Event(0, "f"),
            *[Event(ms, key) for ms, key in [(100, "j"), (900, "f"), (100, "j"), (700, "f")]],
        ]
        found = slow_pairs(replay("fjfjf", events, "stop"))
        assert [(pair.pair, pair.times, pair.ms) for pair in found] == [("jf", 2, 800), ("fj", 2, 100)]


class TestMap:
    def states(self, client) -> list[str]:
        return [place.state for place in client.get("/learn/ru/").context["map"].places]

    def test_anonymous(self, course, client):
        assert self.states(client) == ["open", "locked", "premium"]

    def test_as_a_learner_gets_on(self, course, anna):
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)))
        assert self.states(client) == ["done", "open", "premium"]
        drawn = client.get("/learn/ru/").context["map"]
        assert (drawn.done, drawn.next.number) == (1, 2)
        assert drawn.places[0].stars == TypingSession.objects.get().stars

    def test_one_star_leaves_the_same_lesson_next(self, course, anna):
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, mistakes=range(20)))
        assert self.states(client) == ["done", "locked", "premium"]
        assert client.get("/learn/ru/").context["map"].next.number == 1

    def both_lessons_typed(self, course, anna) -> Client:
        client = signed_in(anna)
        for number in (1, 2):
            post(client, fresh_ticket(anna, lesson_of(course, number)))
        return client

    def test_after_the_last_free_lesson_comes_the_subscription(self, course, anna):
        client = self.both_lessons_typed(course, anna)
        for path in ("/learn/ru/", "/", f"/sessions/{TypingSession.objects.latest('recorded_at').pk}/"):
            page = client.get(path, headers={"Accept-Language": "ru"}).content.decode()
            assert '<a href="/pricing/">Урок 3 входит в подписку.</a>' in page
        drawn = client.get("/learn/ru/").context["map"]
        assert drawn.next is None and drawn.closed.lesson.number == 3
        assert 'href="/learn/ru/">Русский курс<' in " ".join(
            client.get("/", headers={"Accept-Language": "ru"}).content.decode().split()
        ).replace("> ", ">").replace(" <", "<")

    def test_after_the_last_ready_lesson_the_next_is_coming(self, course, anna):
        Lesson.objects.filter(number=3).update(text=None)
        client = self.both_lessons_typed(course, anna)
        for path in ("/learn/ru/", "/"):
            page = client.get(path, headers={"Accept-Language": "ru"}).content.decode()
            assert "Все готовые уроки пройдены." in page and "Урок 3 ещё пишется." in page

    def test_one_star_in_the_last_lesson_leaves_it_next(self, course, anna):
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)))
        post(client, fresh_ticket(anna, lesson_of(course, 2)), human_events(TEXT, mistakes=range(20)))
        drawn = client.get("/learn/ru/").context["map"]
        assert drawn.next.number == 2 and drawn.closed is None

    def test_the_legend_explains_what_is_there(self, course, anna):
        client = signed_in(anna)
        assert client.get("/learn/ru/").context["map"].legend == {"next", "open", "locked", "premium"}
        Lesson.objects.filter(number=3).update(text=None)
        assert "coming premium" in client.get("/learn/ru/").content.decode()
        now = timezone.now()
        grant(user=anna, ends_at=now + timedelta(days=1), reason="test", granted_by=anna, now=now)
        response = client.get("/learn/ru/")
        assert response.context["map"].legend == {"next", "open", "locked", "coming"}
        assert "premium" not in response.content.decode()

    def test_nobody_elses_stars(self, course, anna, boris):
        post(signed_in(anna), fresh_ticket(anna, lesson_of(course)))
        assert self.states(signed_in(boris)) == ["open", "locked", "premium"]

    def test_constant_queries(self, anna, django_assert_max_num_queries):
        make_course(lessons=40, free=40)
        client = signed_in(anna)
        with django_assert_max_num_queries(6):
            assert client.get("/learn/ru/").status_code == 200

    def test_unknown_course_and_wrong_method(self, course, client):
        assert client.get("/learn/xx/").status_code == 404
        assert client.post("/learn/ru/").status_code == 405


def test_a_ticket_survives_the_round_trip(course, anna):
    from progress.exercises.tickets import sign_ticket

    ticket = make_ticket(anna, lesson_of(course))
    assert open_ticket(sign_ticket(ticket)) == ticket
    with pytest.raises(InvalidTicket):
        open_ticket(sign_ticket(ticket)[:-2])
