from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import VIEW
from accounts.models import User
from billing.entitlement.grants import grant
from lessons.models import Lesson
from progress.exercises.tickets import open_ticket
from progress.models import LessonProgress, TypingSession
from progress.pages.tests.posting import fresh_ticket, post
from tests.factories import TEXT, human_events, lesson_of, make_course, signed_in


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

    def test_a_lesson_with_rests_says_when_the_clock_stands(self, course, client):
        """Of others not a word, and none before a line's end."""
        note, plain = '<p class="exercise-rest" role="status"></p>', "the clock does not stop"
        page = client.get("/practice/ru/1/").text
        assert note not in page and plain not in page and "data-rests" not in page
        Lesson.objects.filter(pk=lesson_of(course).pk).update(has_rests=True)
        page = client.get("/practice/ru/1/").text
        assert note in page and 'data-rests="Take a rest: the clock has stopped."' in page
        assert f'<noscript><p class="exercise-goal">Without JavaScript {plain}' in page

    def test_an_unknown_mode_is_the_usual_one(self, course, client):
        response = client.get("/practice/ru/1/?mode=wild")
        assert open_ticket(response.context["ticket"]).mode == "stop"

    def test_the_mode_is_remembered_for_tests_apart(self, course, client):
        def mode(address):
            return open_ticket(client.get(address).context["ticket"]).mode

        lesson, test = "/practice/ru/1/", "/tests/ru/1/"
        asked = ("", "?mode=free", "?mode=x", "")
        assert [mode(lesson + now) for now in asked] == ["stop", "free", "stop", "stop"]
        client.cookies["view"] = "mistakes:free"
        assert [mode(lesson), mode(lesson + "?mode=stop"), mode(test)] == ["free", "stop", "free"]
        client.cookies["view"] = "test_mistakes:stop"
        assert [mode(lesson), mode(test)] == ["stop", "stop"]
        client.cookies["view"] = "mistakes:wild"
        assert mode(lesson) == "stop"

    def test_the_modes_to_choose_are_those_of_lessons(self):
        assert {"", *Lesson.Mode.values} == set(VIEW["mistakes"].values)
        assert VIEW["mistakes"].values == VIEW["test_mistakes"].values

    def test_the_pace_of_ones_best_run_is_offered_where_there_is_one(self, course, anna):
        client = signed_in(anna)
        User.objects.filter(pk=anna.pk).update(view={"pace_line": True})
        response = client.get("/practice/ru/1/")
        assert "data-pace=" not in response.content.decode() and "pace.js" not in response.content.decode()
        LessonProgress.objects.create(
            user=anna, lesson=lesson_of(course), best_cpm=123.5, last_at=timezone.now()
        )
        assert 'data-pace="123.5"' in client.get("/practice/ru/1/", headers={"Accept-Language": "ru"}).text

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
        client.cookies["view"] = "show_speed:off.nonsense:on"
        page = client.get("/practice/ru/1/").text
        assert ' data-show-speed="off">' in page and "choices.css" in page and "nonsense" not in page


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
            assert '<a href="/pricing/">Урок 3 входит в премиум.</a>' in page
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
            assert "Последний готовый урок пройден." in page and "Урок 3 ещё пишется." in page

    def test_the_result_of_the_last_free_lesson_is_no_dead_end(self, anna):
        course = make_course(slug="en", free=2)
        client = self.both_lessons_typed(course, anna)
        last = TypingSession.objects.get(lesson__number=2)
        page = client.get(last.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
        primary = page.split("data-primary href=")[1].split("</a>")[0]
        assert '"/coach/"' in primary and page.count("data-primary") == 1
        said = page.split('<p class="soft">')
        assert any("Lesson 3 is part of premium" in one and 'href="/tests/"' in one for one in said)
        post(
            client, again := fresh_ticket(anna, lesson_of(course, 2)), human_events(TEXT, mistakes=range(20))
        )
        LessonProgress.objects.filter(lesson__number=2).update(best_stars=1, accurate_runs=0)
        page = client.get(f"/sessions/{again.session}/").content.decode()
        assert 'data-primary href="/practice/en/2/"' in page

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
        with django_assert_max_num_queries(7):
            assert client.get("/learn/ru/").status_code == 200

    def test_unknown_course_and_wrong_method(self, course, client):
        assert client.get("/learn/xx/").status_code == 404
        assert client.post("/learn/ru/").status_code == 405


class TestRuns:
    """A lesson typed again has another text."""

    @staticmethod
    def text(client) -> str:
        return client.get("/practice/ru/1/").context["text"]

    def typed(self, user, runs):
        LessonProgress.objects.filter(user=user).delete()
        LessonProgress.objects.create(user=user, lesson=self.lesson, runs=runs, last_at=timezone.now())

    @pytest.fixture(autouse=True)
    def _lesson(self, course):
        self.lesson = lesson_of(course)

    def test_a_lesson_of_new_keys_is_varied_and_what_was_typed_is_recorded(self, anna):
        client = signed_in(anna)
        assert self.text(client) == TEXT
        self.typed(anna, 1)
        again = self.text(client)
        assert again != TEXT and set(again) <= set("ао \n") and again == self.text(client)
        ticket = open_ticket(client.get("/practice/ru/1/").context["ticket"])
        assert ticket.body == again
        ticket = replace(ticket, issued_at=timezone.now() - timedelta(minutes=2))
        assert post(client, ticket, human_events(again)).status_code in (200, 302)
        session = TypingSession.objects.get(user=anna)
        assert session.text.body == again and session.lesson == self.lesson and session.stars
        self.typed(anna, 2)
        assert self.text(client) not in (TEXT, again)

    def test_other_lessons_have_their_texts_in_turn(self, anna):
        texts = (TEXT, "оао ао\nао оа", "аа оо ао")
        self.lesson.kind, self.lesson.further_texts = "words", "\n\n".join(texts[1:])
        self.lesson.save()
        client = signed_in(anna)
        for runs, text in enumerate((*texts, TEXT)):
            self.typed(anna, runs)
            assert self.text(client) == text

    def test_a_lesson_of_free_typing_is_so_whatever_was_chosen_elsewhere(self, anna):
        self.lesson.mode = "free"
        self.lesson.save()
        client = signed_in(anna)
        User.objects.filter(pk=anna.pk).update(view={"mistakes": "stop"})
        modes = [client.get(f"/practice/ru/1/{asked}").context["mode"] for asked in ("", "?mode=stop")]
        assert modes == ["free", "stop"]
