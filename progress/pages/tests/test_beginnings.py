"""The first line and the placement test, from the page to what they open."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.merging import merge
from accounts.models import User
from lessons.models import Lesson, TypingText
from progress.exercises.beginnings import PLACING_LENGTH, PLACING_MINUTES
from progress.exercises.tickets import Ticket, open_ticket
from progress.figures.maps import State, course_map
from progress.models import LessonProgress, Placement, TypingSession
from progress.recording.deleting import delete_session
from progress.recording.rebuilding import rebuild_aggregates
from tests.factories import (
    human_events,
    make_course,
    make_gold_test,
    make_learner,
    make_log,
    make_test,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(lessons=5, free=4)


def ticket_on(client, path: str) -> Ticket:
    page = client.get(path, headers={"Accept-Language": "ru"}).content.decode()
    signed = re.search(r'name="ticket" value="([^"]+)"', page)
    assert signed
    return replace(open_ticket(signed[1]), issued_at=timezone.now() - timedelta(minutes=5))


def typed(client, path: str, *, pace_ms: float = 200, mistakes=()):
    """Open a page, type its text, post it, and give the answer with the log."""
    ticket = ticket_on(client, path)
    log = make_log(
        ticket,
        human_events(ticket.body, pace_ms=pace_ms, mistakes=mistakes),
        started_at=timezone.now() - timedelta(minutes=4),
    )
    return client.post("/sessions/", {"log": log}, follow=True), log


def placed(client, **how) -> TypingSession:
    typed(client, "/practice/placement/ru/", **how)
    return TypingSession.objects.get(kind="placing")


class TestTheFirstLine:
    def test_it_makes_a_guest_and_leads_on(self, client, course):
        answer, _ = typed(client, "/", pace_ms=600)
        page = answer.content.decode()
        assert User.objects.get().is_guest and 'data-primary href="/practice/ru/start/"' in page

    def test_who_can_type_is_led_to_the_placement_test(self, client, course):
        answer, _ = typed(client, "/practice/line/ru/", pace_ms=150)
        assert "/practice/placement/ru/" in answer.content.decode()

    def test_it_sets_no_record(self, client, course):
        typed(client, "/")
        session = TypingSession.objects.get()
        assert not session.ranked and not session.flags


def test_it_lasts_a_minute_at_most_and_is_as_long_as_a_minute_of_the_goals(client, course):
    """In a minute hands at 250 characters are through, and a second minute is for nobody."""
    assert PLACING_MINUTES == 1
    assert len(ticket_on(client, "/practice/placement/ru/").body) >= PLACING_LENGTH >= 240


def test_the_dashboard_of_who_typed_a_line_leads_to_the_beginning(client, course):
    for pace_ms, beginning in ((600, "/practice/ru/start/"), (150, "/practice/placement/ru/")):
        typed(client, "/practice/line/ru/", pace_ms=pace_ms)
        page = client.get("/dashboard/").content.decode()
        lead = page.split('class="dashboard-lead"')[1].split("</section>")[0]
        assert f'data-primary href="{beginning}"' in lead and 'href="/coach/' not in lead
        assert "<b>0</b> min" not in page and "<b>0</b> мин" not in page


class TestThePlacementTest:
    def test_it_opens_lessons_up_to_the_level_and_earns_no_star(self, client, course):
        session = placed(client)
        assert session.placements.get().lesson.number == 5
        drawn = course_map(course, session.user, now=timezone.now())
        assert [place.state for place in drawn.places] == [State.OPEN] * 4 + [State.PREMIUM]
        assert all(place.is_placed for place in drawn.places[:4]) and not drawn.stars and not drawn.done
        assert drawn.next and drawn.next.number == 4

    def test_access_follows_and_the_wall_stays(self, client, course):
        assert client.get("/practice/ru/4/").status_code == 403
        placed(client)
        assert client.get("/practice/ru/4/").status_code == 200
        assert client.get("/practice/ru/5/").status_code == 402

    def test_just_so_far_and_no_further(self, client, course):
        Placement.objects.create(
            user=(anna := make_learner()),
            session=make_test(anna, kind="placing", layout="ru-jcuken"),
            lesson=course.lessons.get(number=3),
        )
        browser = signed_in(anna)
        assert [browser.get(f"/practice/ru/{number}/").status_code for number in (2, 3, 4)] == [200, 200, 403]
        states = [place.state for place in course_map(course, anna, now=timezone.now()).places]
        assert states == [State.OPEN] * 3 + [State.LOCKED, State.PREMIUM]

    def test_what_is_not_ranked_any_more_is_not_believed(self, client, course):
        session = placed(client)
        TypingSession.objects.update(ranked=False)
        assert client.get("/practice/ru/4/").status_code == 403
        assert course_map(course, session.user, now=timezone.now()).next.number == 1
        page = client.get(session.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
        assert (
            "not ranked, so it opens no lessons" in page and 'data-primary href="/practice/ru/start/"' in page
        )

    def test_pasted_without_javascript_it_opens_nothing_and_says_how_it_would(self, client, course):
        page = client.get("/practice/placement/ru/", headers={"Accept-Language": "en"})
        assert "Turn JavaScript on" in page.content.decode()
        ticket = page.context["ticket"]
        body = open_ticket(ticket).body
        answer = client.post("/sessions/", {"ticket": ticket, "typed": body}, follow=True)
        assert TypingSession.objects.get().cpm > 200 and client.get("/practice/ru/2/").status_code == 403
        assert "JavaScript" in answer.content.decode().split('class="begin"')[1].split("</p>")[0]

    def test_beyond_the_free_lessons_it_names_prices_and_what_else_there_is(self, client, course):
        page = client.get(
            placed(client).get_absolute_url(), headers={"Accept-Language": "en"}
        ).content.decode()
        said = page.split('class="begin"')[1].split('class="actions"')[0]
        assert "level is lesson 5. Lessons 1 to 4 are open" in said and 'href="/pricing/"' in said
        assert 'href="/tests/"' in said and 'href="/coach/"' in said and "4 lessons" in said

    def test_who_has_passed_all_that_is_free_is_not_sent_back_to_lesson_1(self, client, course):
        session = placed(client)
        for lesson in course.lessons.filter(is_free=True):
            LessonProgress.objects.create(
                user=session.user, lesson=lesson, runs=1, best_stars=5, last_at=timezone.now()
            )
        page = client.get(session.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
        assert "Lessons 1 to 4 are open" in page and 'data-primary href="/coach/"' in page

    def test_with_the_last_free_lesson_typed_those_before_it_have_stars_to_earn(self, client, course):
        session = placed(client)
        last = course.lessons.get(number=4)
        LessonProgress.objects.create(
            user=session.user, lesson=last, runs=1, best_stars=5, last_at=timezone.now()
        )
        drawn = course_map(course, session.user, now=timezone.now())
        assert drawn.next is None and drawn.done == 1 and drawn.with_stars_left == 3
        for url in ("/", "/learn/ru/"):
            page = client.get(url, headers={"Accept-Language": "en"}).content.decode()
            assert "passed the last free lesson" in page and "3 lessons</a> with stars" in page
            assert "all the free lessons" not in page

    def test_of_a_letter_not_known_the_lesson_is_the_last(self, client, course):
        Lesson.objects.filter(course=course, number=2).update(new_characters="щ")
        ticket = ticket_on(client, "/practice/placement/ru/")
        body = "щ" + "ао" * 30 + "щ"
        ticket = replace(ticket, body=body, text=TypingText.digest(body))
        log = make_log(
            ticket,
            [[0, "ж", 80], [150, "\b", 80], *[[150, one, 80] for one in "щ" + "ао" * 30], [150, "ж", 80]],
        )
        assert client.post("/sessions/", {"log": log}).status_code == 302
        assert Placement.objects.get().lesson.number == 2

    def test_a_lesson_up_to_which_somebody_was_placed_is_kept(self, client, course):
        placed(client)
        with pytest.raises(ProtectedError):
            Placement.objects.get().lesson.delete()

    def test_slow_or_wild_typing_opens_nothing(self, client, course):
        session = placed(client, pace_ms=900)
        assert not session.placements.exists()

    def test_the_same_log_again_changes_nothing(self, client, course):
        _, log = typed(client, "/practice/placement/ru/")
        client.post("/sessions/", {"log": log})
        assert Placement.objects.count() == 1

    def test_it_goes_with_its_session_and_outlives_a_rebuilding(self, client, course):
        session = placed(client)
        rebuild_aggregates(session.user_id)
        assert client.get("/practice/ru/4/").status_code == 200
        assert (
            "locked again"
            in client.get(
                f"/sessions/{session.pk}/delete/", headers={"Accept-Language": "en"}
            ).content.decode()
        )
        delete_session(session_id=session.pk, learner=session.user, now=timezone.now())
        assert not Placement.objects.exists() and client.get("/practice/ru/4/").status_code == 403

    def test_a_guest_brings_it_into_an_account(self, client, course):
        anna, session = make_learner(), placed(client)
        merge(session.user, anna, now=timezone.now())
        assert signed_in(anna).get("/practice/ru/4/").status_code == 200

    def test_nobody_elses_and_nothing_else(self, client, course):
        placed(client)
        assert signed_in(make_learner()).get("/practice/ru/4/").status_code == 403
        assert client.get("/practice/placement/xx/").status_code == 404
        assert client.get("/practice/line/xx/").status_code == 404
        assert client.post("/practice/placement/ru/").status_code == 405
        assert client.post("/practice/line/ru/").status_code == 405


def test_a_locked_lesson_leads_to_the_open_one(client, course):
    page = client.get("/practice/ru/4/", headers={"Accept-Language": "en"}).content.decode()
    assert 'data-primary href="/practice/ru/start/"' in page
    assert "Lesson 4 opens later: you are at lesson 1." in page
    page = client.get("/practice/ru/2/", headers={"Accept-Language": "en"}).content.decode()
    assert "Lesson 2 opens after two stars in lesson 1" in page


def test_where_nothing_is_sold_premium_is_no_way_on(client, course):
    page = client.get("/practice/ru/5/").content.decode()
    assert 'data-primary href="/practice/ru/start/"' in page


def test_who_signed_up_is_told_to_confirm_and_not_to_sign_up(client, course):
    typed(client, "/practice/line/ru/")
    session = TypingSession.objects.get()
    page = client.get(session.get_absolute_url()).content.decode()
    assert "/accounts/signup/?next" in page and "/accounts/confirm-email/" not in page
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": "kettle-on-hob"})
    page = client.get(session.get_absolute_url()).content.decode()
    assert "/accounts/signup/?next" not in page and "/accounts/confirm-email/" in page
    test = make_gold_test(session.user)
    for url in ("/leaderboards/", "/pricing/", "/settings/", f"/sessions/{test.pk}/"):
        page = client.get(url).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert "/accounts/signup/" not in main and "/accounts/confirm-email/" in main, url
