"""The coach's page: what it says to whom, and what its buttons lead to."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from coaching.chat.answers import told_at_large
from coaching.chat.knowledge import Knowledge
from coaching.models import Drill, Plan, SpeedGoal
from lessons.models import Lesson
from progress.exercises.tickets import open_ticket
from progress.models import LessonProgress, TypingSession
from tests.factories import human_events, make_course, make_log, make_ticket, signed_in

TEXT = "прокопать короткая попка " * 8 + "попка"
LAYOUT = "ru-jcuken"


@pytest.fixture
def lesson(db):
    return make_course(text=TEXT).lessons.select_related("course", "text").first()


def type_text(user: User, lesson, *, seed: int = 1, slow: float = 2.5, days_ago: int = 0) -> TypingSession:
    """Type a lesson at 40 WPM, its п `slow` times slower."""
    ticket = make_ticket(user, lesson, issued_at=timezone.now() - timedelta(days=days_ago, minutes=3))
    events = human_events(lesson.text.body, pace_ms=300, seed=seed)
    events = [[round(dt * slow) if key == "п" else dt, key, hold] for dt, key, hold in events]
    signed_in(user).post("/sessions/", {"log": make_log(ticket, events)})
    return TypingSession.objects.get(pk=ticket.session)


@pytest.fixture
def practised(anna, lesson):
    for seed in range(3):
        type_text(anna, lesson, seed=seed)
    return anna


def type_exercise(client: Client, url: str) -> str:
    """Type what stands at an address; the address of the result."""
    page = client.get(url)
    ticket = open_ticket(page.context["ticket"])
    return client.post("/sessions/", {"log": make_log(ticket, human_events(page.context["text"]))}).url


def test_strangers_are_told_what_the_coach_is(db):
    page = Client().get("/coach/")
    assert page.status_code == 200 and page.context["coach"] is None
    assert "The coach learns from what you type" in page.content.decode()


def test_who_has_typed_nothing_is_sent_to_the_courses(anna):
    assert 'primary" href="/learn/"' in signed_in(anna).get("/coach/").content.decode()


def test_or_to_the_first_lesson_in_her_language(anna, lesson):
    html = signed_in(anna).get("/coach/", headers={"accept-language": "ru"}).content.decode()
    assert 'primary" href="/practice/ru/start/"' in html and "для этого не нужна" not in html


def test_it_says_what_costs_most_and_offers_a_drill_of_it(practised):
    page = signed_in(practised).get("/coach/")
    html = page.content.decode()
    assert page.context["coach"].standing.worst[0].item == "п"
    assert "You lose the most time on “п”" in html and "The key “п” costs you" in html
    assert '<input type="hidden" name="item" value="п">' in html


def test_it_leads_on_in_the_course_too(practised):
    page = signed_in(practised).get("/coach/")
    lesson = page.context["coach"].next_lesson
    assert f'<a href="/practice/ru/{lesson.number}/">' in page.content.decode()


class TestFirstLetters:
    """Who knows а and о, which make no words."""

    @pytest.fixture
    def first(self, anna):
        return make_course().lessons.select_related("course", "text").first()

    def type_first(self, user, lesson, mistakes) -> str:
        ticket = make_ticket(user, lesson, issued_at=timezone.now() - timedelta(minutes=3))
        events = human_events(lesson.text.body, mistakes=mistakes)
        signed_in(user).post("/sessions/", {"log": make_log(ticket, events)})
        return signed_in(user).get("/coach/").content.decode()

    def test_a_lesson_typed_well_promises_new_letters(self, anna, first):
        html = self.type_first(anna, first, ())
        assert "the next lesson brings more" in html and "Lesson 2." in html

    def test_a_lesson_not_passed_is_typed_once_more(self, anna, first):
        html = self.type_first(anna, first, range(0, len(first.text.body), 3))
        assert "the next lesson brings more" not in html
        assert "Repeat this lesson" in html and "Lesson 1." in html
        assert (
            told_at_large(Knowledge.of(anna, now=timezone.now())).count("once more: when it goes well") == 1
        )

    def test_no_exercise_is_called_words(self, anna, first):
        html = self.type_first(anna, first, ())
        assert "<b>Groups of letters</b>" in html and "<b>Words</b>" not in html


def test_in_russian(practised):
    html = signed_in(practised).get("/coach/", headers={"accept-language": "ru"}).content.decode()
    assert "Больше всего времени вы теряете на «п»" in html
    assert "секунды на каждые 1000\u00a0знаков" in html


def test_a_guest_has_a_coach(lesson):
    client = Client()
    ticket = open_ticket(client.get("/practice/ru/1/").context["ticket"])
    client.post("/sessions/", {"log": make_log(ticket, human_events(TEXT, pace_ms=300))})
    assert client.get("/coach/").context["coach"].standing.layout == LAYOUT


def test_looking_writes_nothing(practised):
    signed_in(practised).get("/coach/")
    assert not Plan.objects.exists() and not Drill.objects.exists() and not SpeedGoal.objects.exists()


def test_it_asks_the_database_a_few_times_however_much_was_typed(practised, django_assert_max_num_queries):
    client = signed_in(practised)
    client.post("/coach/plan/", {"layout": LAYOUT})
    client.get("/coach/")
    with django_assert_max_num_queries(18):
        client.get("/coach/")


class TestPlan:
    def test_one_click_begins_it_and_each_exercise_leads_to_the_next(self, practised):
        client = signed_in(practised)
        url = client.post("/coach/plan/", {"layout": LAYOUT}).url
        for place in range(1, 5):
            title = client.get(url).context["title"]
            assert title.endswith(f"{place} of 4")
            result = client.get(type_exercise(client, url))
            primary = result.context["result"].primary.context["progress"]
            html = result.content.decode()
            if place < 4:
                url = f"/coach/drills/{primary.next.text_id}/"
                assert f'data-primary href="{url}"' in html and f"{place + 1} of 4" in html
        assert primary.is_done and 'data-primary href="/coach/"' in html
        assert "Before and after" in html and "“п”" not in title

    def test_what_it_did_is_told_once_it_is_typed_to_its_end(self, practised):
        client = signed_in(practised)
        client.post("/coach/plan/", {"layout": LAYOUT})
        assert not client.get("/coach/").context["coach"].achieved
        for drill in Drill.objects.order_by("place"):
            type_exercise(client, f"/coach/drills/{drill.text_id}/")
        assert client.get("/coach/").context["coach"].achieved

    def test_result_and_history_name_its_exercises(self, practised):
        client = signed_in(practised)
        url = type_exercise(client, client.post("/coach/plan/", {"layout": LAYOUT}).url)
        for page in (url, "/history/", f"{url}delete/"):
            assert "Warm-up, 1 of 4" in client.get(page).content.decode()

    def test_where_no_sentence_can_be_typed_it_ends_with_words(self, practised):
        html = signed_in(practised).get("/coach/").content.decode()
        assert "<b>Prose</b>" not in html and "ordinary text" not in html

    def test_after_too_many_mistakes_it_asks_for_no_speed(self, practised):
        client = signed_in(practised)
        client.post("/coach/plan/", {"layout": LAYOUT})
        url = f"/coach/drills/{Drill.objects.get(place=2).text_id}/"
        Plan.objects.update(level="same")
        assert "Target" in client.get(url).context["goal"]
        Plan.objects.update(level="less")
        assert "Target" not in client.get(url).context["goal"]

    def test_one_begun_is_gone_on_with(self, practised):
        client = signed_in(practised)
        type_exercise(client, client.post("/coach/plan/", {"layout": LAYOUT}).url)
        html = client.get("/coach/").content.decode()
        assert "Continue: 2 of 4" in html and "A new plan" in html

    def test_a_drill_says_what_it_practises_and_then_how_it_went(self, practised):
        client = signed_in(practised)
        client.post("/coach/plan/", {"layout": LAYOUT})
        drill = Drill.objects.get(place=2)
        url = f"/coach/drills/{drill.text_id}/"
        assert client.get(url).context["goal"].startswith("Practices “п”")
        html = client.get(type_exercise(client, url)).content.decode()
        assert "Before and after" in html and re.search(r"\d+ → \d+\u00a0ms", html)

    def test_the_next_exercise_stands_there_with_the_last_in_a_line(self, practised):
        client = signed_in(practised)
        url = client.post("/coach/plan/", {"layout": LAYOUT}).url
        count = Drill.objects.count()
        for place in range(2, count + 1):
            page = client.get(url)
            log = make_log(open_ticket(page.context["ticket"]), human_events(page.context["text"]))
            headers = {"HX-Request": "true", "HX-Target": "practice"}
            answer = client.post("/sessions/", {"log": log}, headers=headers)
            url, _, after = answer["HX-Redirect"].partition("?after=")
            assert url == f"/coach/drills/{Drill.objects.get(place=place).text_id}/"
            assert str(client.get(answer["HX-Redirect"]).context["last"].session.pk) == after
        assert client.get(type_exercise(client, url)).status_code == 200

    def test_not_for_a_layout_never_typed_on(self, practised, boris):
        for client in (signed_in(boris), Client()):
            assert client.post("/coach/plan/", {"layout": LAYOUT}).status_code == 404
        assert signed_in(practised).post("/coach/plan/", {"layout": "en-qwerty"}).status_code == 404
        assert signed_in(practised).post("/coach/plan/").status_code == 404
        assert not Plan.objects.exists()

    def test_its_exercises_are_nobody_elses(self, practised, boris):
        url = signed_in(practised).post("/coach/plan/", {"layout": LAYOUT}).url
        for client in (signed_in(boris), Client()):
            assert client.get(url).status_code == 404


class TestGoal:
    def test_it_is_chosen_in_the_learners_unit(self, practised):
        client = signed_in(practised)
        response = client.post("/coach/goal/", {"layout": LAYOUT, "speed": "50"})
        assert response.status_code == 302 and SpeedGoal.objects.get().cpm == 250
        assert 'value="50"' in client.get("/coach/").content.decode()

    @pytest.mark.parametrize("speed", ["", "0", "-3", "1e9", "many", "\x00", "99999999999999999999"])
    def test_nonsense_gets_a_sentence(self, practised, speed):
        response = signed_in(practised).post("/coach/goal/", {"layout": LAYOUT, "speed": speed})
        assert response.status_code == 422 and 'class="errorlist"' in response.content.decode()
        assert not SpeedGoal.objects.exists()

    def test_not_anothers(self, practised, boris):
        for client in (signed_in(boris), Client()):
            response = client.post("/coach/goal/", {"layout": LAYOUT, "speed": "50"})
            assert response.status_code == 404
        assert not SpeedGoal.objects.exists()


class TestDrillOfOne:
    def test_it_drills_what_the_button_names(self, practised):
        client = signed_in(practised)
        url = client.post("/coach/drill/", {"layout": LAYOUT, "item": "п"}).url
        drill = Drill.objects.get()
        assert url == f"/coach/drills/{drill.text_id}/" and drill.practised == ["п"]
        assert drill.text.body.count("п") >= 8

    @pytest.mark.parametrize(
        ("origin", "back"),
        [("progress:dashboard", "/dashboard/"), ("home", "/"), ("", "/coach/"), ("x", "/coach/")],
    )
    def test_its_result_leads_back_to_the_page_it_was_asked_on(self, practised, origin, back):
        client = signed_in(practised)
        url = client.post("/coach/drill/", {"layout": LAYOUT, "item": "п", "origin": origin}).url
        page = client.get(type_exercise(client, url)).content.decode()
        assert f'data-primary href="{back}"' in page

    def test_pages_say_which_they_are(self, practised):
        client = signed_in(practised)
        for url, origin in (("/", "home"), ("/dashboard/", "progress:dashboard")):
            assert f'name="origin" value="{origin}"' in client.get(url).content.decode()

    def test_what_is_not_weak_may_be_practised_too(self, practised):
        signed_in(practised).post("/coach/drill/", {"layout": LAYOUT, "item": "о"})
        assert [one["item"] for one in Drill.objects.get().items] == ["о"]

    @pytest.mark.parametrize("item", ["", "zz", "\x00", "п" * 1000])
    def test_what_was_never_typed_leads_to_the_coach(self, practised, item):
        response = signed_in(practised).post("/coach/drill/", {"layout": LAYOUT, "item": item})
        assert response.url == "/coach/" and not Drill.objects.exists()

    def test_nor_on_a_layout_never_typed_on(self, practised, boris):
        client = signed_in(practised)
        for layout in ("none", "en-qwerty", "\x00"):
            assert client.post("/coach/drill/", {"layout": layout, "item": "п"}).status_code == 404
        for other in (signed_in(boris), Client()):
            assert other.post("/coach/drill/", {"layout": LAYOUT, "item": "п"}).status_code == 404
        assert not Drill.objects.exists()


class TestReview:
    def test_the_map_offers_one_after_every_fifth_lesson_typed(self, practised, lesson, client):
        for number in range(4, 6):
            block = lesson.block
            Lesson.objects.create(
                course=lesson.course,
                block=block,
                number=number,
                title_ru=f"Урок {number}",
                title_en=f"Lesson {number}",
                new_characters="вл" if number == 4 else "",
                target_cpm=50,
                target_accuracy=90,
                length=30,
                is_free=True,
                is_published=True,
                text=lesson.text,
            )
        fifth = Lesson.objects.get(course=lesson.course, number=5)
        mine = signed_in(practised)
        assert "/coach/review/" not in mine.get("/learn/ru/").text
        LessonProgress.objects.create(user=practised, lesson=fifth, runs=1, last_at=timezone.now())
        page = mine.get("/learn/ru/").text
        assert page.count('action="/coach/review/ru/') == 1
        assert page.count(' title="Review of lessons 1–5"') == 1
        assert page.count('<path d="M13 8a5') == 2, "on the map, and in its legend"
        assert "/coach/review/" not in client.get("/learn/ru/").text
        url = mine.post("/coach/review/ru/5/").url
        drill = Drill.objects.get()
        assert url == f"/coach/drills/{drill.text_id}/" and drill.kind == "review"
        assert set(drill.text.body) <= set("аовл \n")
        assert all(drill.text.body.count(key) >= 5 for key in "вл"), "the recent keys"
        typed_on = mine.get(url).text
        assert "<title>Review of lessons 1–5 · " in typed_on
        assert re.findall(r'href="(\S+)" aria-current="page"', typed_on) == ["/learn/"], (
            "where it leads back to"
        )

    def test_not_of_lessons_that_are_closed(self, practised):
        assert signed_in(practised).post("/coach/review/ru/3/").status_code in (402, 403)
        assert signed_in(practised).post("/coach/review/ru/77/").status_code == 404
        assert not Drill.objects.exists()

    def test_strangers_have_none(self, lesson):
        assert Client().post("/coach/review/ru/1/").status_code == 404


@pytest.mark.parametrize("url", ["plan/", "goal/", "drill/", "review/ru/1/"])
def test_wrong_methods(anna, url):
    assert signed_in(anna).get(f"/coach/{url}").status_code == 405
    assert signed_in(anna).post("/coach/").status_code == 405


def test_five_stars_are_never_blamed(practised, lesson):
    ticket = make_ticket(practised, lesson, issued_at=timezone.now() - timedelta(minutes=3))
    client = signed_in(practised)
    client.post("/sessions/", {"log": make_log(ticket, human_events(TEXT, pace_ms=200))})
    page = client.get(f"/sessions/{ticket.session}/")
    assert page.context["result"].session.stars == 5
    assert "What holds you back" not in page.content.decode()


def test_the_dashboard_drills_what_is_weak(practised):
    html = signed_in(practised).get("/dashboard/").content.decode()
    assert 'action="/coach/drill/"' in html and 'value="п"' in html


def test_with_two_layouts_one_may_choose(practised):
    english = make_course(slug="en", text="the rest " * 12 + "the rest").lessons.first()
    type_text(practised, english)
    client = signed_in(practised)
    assert client.get("/coach/").context["coach"].standing.layout == "en-qwerty"
    page = client.get("/coach/", {"layout": LAYOUT})
    assert page.context["coach"].standing.layout == LAYOUT and "?layout=en-qwerty" in page.content.decode()
    assert client.get("/coach/", {"layout": "nonsense\x00"}).status_code == 200


def test_after_days_of_practice_it_foretells(anna, lesson):
    for day in range(6, 0, -1):
        for seed in range(6):
            type_text(anna, lesson, seed=10 * day + seed, days_ago=day)
    page = signed_in(anna).get("/coach/")
    assert page.context["coach"].forecast and "<polygon points=" in page.content.decode()
