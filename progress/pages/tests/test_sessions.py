import re

import pytest
from django.test import Client

from accounts.units import as_reached, exact_speed
from lessons.models import Lesson
from progress.models import KeystrokeLog, TypingSession
from progress.pages.tests.posting import fresh_ticket, post
from progress.templatetags.results import duration, target_reached
from progress.tests.practice import run
from tests.factories import TEXT, human_events, lesson_of, signed_in


class TestSession:
    def test_only_its_owner_sees_it(self, course, anna, boris):
        ticket = fresh_ticket(anna, lesson_of(course))
        post(signed_in(anna), ticket)
        url = f"/sessions/{ticket.session}/"
        assert signed_in(anna).get(url).status_code == 200
        assert signed_in(boris).get(url).status_code == 404
        assert Client().get(url).status_code == 404
        assert signed_in(anna).post(url).status_code == 405

    def test_it_leads_to_the_one_before_and_the_next(self, course, anna, boris):
        first, second, third = (run(anna, course, days_ago=days, seed=days) for days in (3, 2, 1))
        other = run(boris, course, days_ago=2, seed=9)
        client = signed_in(anna)
        page = client.get(second.get_absolute_url())
        assert page.context["earlier"] == first and page.context["later"] == third
        assert other.get_absolute_url() not in page.content.decode()
        assert client.get(third.get_absolute_url()).context["later"] is None

    def test_it_tells_what_changed_since_the_last_time(self, course, anna):
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, pace_ms=400))
        response = post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, pace_ms=300))
        result = client.get(response.url).context["result"]
        sessions = TypingSession.objects.order_by("recorded_at")
        assert result.session.cpm == sessions[1].cpm > result.previous_cpm == sessions[0].cpm
        before, now = (as_reached(session.cpm / 5, 2) for session in sessions)
        page = client.get(response.url, headers={"Accept-Language": "en"}).content.decode()
        assert f">{now.normalize():f}</b> WPM" in page
        assert f"{(now - before).normalize():f}\u00a0WPM more than last time" in page

    def result(self, anna, events, *, language="ru", **fields) -> str:
        client = signed_in(anna)
        ticket = fresh_ticket(anna, **fields)
        response = post(client, ticket, events)
        page = client.get(response.url, headers={"Accept-Language": language}).content.decode()
        return " ".join(page.replace("\u00a0", "~").split())

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("ru", ("Для двух звёзд не хватает точности: 88~%.", "</b>~%</dd>", "20 ошибок, нажатий")),
            ("en", ("For two stars you need more accuracy: 88%.", "</b>%</dd>", "20 mistakes in")),
        ],
    )
    def test_it_tells_what_the_next_star_wants(self, course, anna, language, words):
        events = human_events(TEXT, mistakes=range(20))
        page = self.result(anna, events, language=language, lesson=lesson_of(course))
        for expected in words:
            assert expected in page

    def test_five_stars_want_nothing(self, course, anna):
        page = self.result(anna, human_events(TEXT), lesson=lesson_of(course))
        assert "не хватает" not in page and "без ошибок" in page
        assert 'aria-label="Скорость по ходу упражнения. Медленнее всего: «' in page

    def test_enter_says_what_it_does(self, course, anna, boris):
        page = self.result(anna, human_events(TEXT), lesson=lesson_of(course))
        assert "Enter</kbd> дальше" in page
        page = self.result(boris, human_events(TEXT, mistakes=range(20)), lesson=lesson_of(course))
        assert "Enter</kbd> ещё раз" in page

    def test_a_drill_leads_back_to_the_courses(self, course, anna):
        page = self.result(anna, human_events(TEXT), lesson=None, text=lesson_of(course).text)
        assert 'data-primary href="/learn/"' in page and "Ещё раз" in page

    def test_queries_do_not_grow(self, course, anna, django_assert_max_num_queries):
        client = signed_in(anna)
        for seed in range(3):
            response = post(client, fresh_ticket(anna, lesson_of(course)), human_events(TEXT, seed=seed))
        with django_assert_max_num_queries(12):
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
        assert 'class="keyboard"' in keys["keyboard"] and 'data-layout="ru-jcuken"' in keys["keyboard"]
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

    def test_it_tells_more_figures(self, course, anna):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        post(client, ticket, human_events(TEXT, mistakes=(2, 5)))
        page = client.get(f"/sessions/{ticket.session}/").content.decode()
        stored = TypingSession.objects.get()
        rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th><td>([^<]+)</td></tr>', page))
        assert rows["Speed, wrong keystrokes included, WPM"] == exact_speed(stored.raw_cpm, "wpm")
        assert rows["Mistakes put right, %"] == f"{100 * 2 / (len(TEXT) + 2):.1f}"
        assert rows["Keystrokes for each character"] == f"{(len(TEXT) + 2) / len(TEXT):.2f}"
        assert rows["Mistakes left in the text, %"] == "0.0" and rows["Pauses over 2 seconds"] == "0"

    @pytest.mark.parametrize(
        ("pace_ms", "mistakes", "said"),
        [
            (300, (), "Target of the lesson reached: 20\u00a0WPM, 92% accuracy."),
            (900, (), "Target of the lesson: 20\u00a0WPM, 92% accuracy.<"),
            (300, range(0, 12, 2), "Target of the lesson: 20\u00a0WPM, 92% accuracy.<"),
        ],
    )
    def test_it_tells_whether_the_lessons_target_was_reached(self, course, anna, pace_ms, mistakes, said):
        ticket = fresh_ticket(anna, lesson_of(course))
        client = signed_in(anna)
        post(client, ticket, human_events(TEXT, pace_ms=pace_ms, mistakes=mistakes))
        assert said in client.get(f"/sessions/{ticket.session}/").content.decode()
        assert "Target: 20\u00a0WPM, 92% accuracy" in client.get("/practice/ru/1/").content.decode()

    @pytest.mark.parametrize(
        ("cpm", "accuracy", "unit", "target_cpm", "reached"),
        [
            (50, 95, "wpm", 50, True),
            (49.99, 95, "wpm", 50, False),
            (83, 95, "cpm", 83, True),
            (82.96, 95, "cpm", 83, False),
            (90, 92, "cpm", 83, True),
            (90, 91.99, "cpm", 83, False),
        ],
    )
    def test_meeting_the_target_as_shown_is_meeting_it(self, cpm, accuracy, unit, target_cpm, reached):
        lesson = Lesson(target_cpm=target_cpm, target_accuracy=92)
        session = TypingSession(cpm=cpm, accuracy=accuracy, lesson=lesson)
        assert ("reached:" in target_reached(session, unit)) is reached


@pytest.mark.parametrize(
    ("ms", "shown"), [(58_000, "<b>58</b>"), (188_000, "<b>3:08</b>"), (247_000, "<b>4:07</b>")]
)
def test_minutes_have_two_digits_of_seconds(ms, shown):
    assert duration(TypingSession(duration_ms=ms)).startswith(shown)
