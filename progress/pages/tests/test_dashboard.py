import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from progress.figures.dashboard import Filters, dashboard_of
from progress.figures.days import CALENDAR_WEEKS
from progress.tests.practice import run
from tests.factories import NOW, TEXT, make_course, signed_in

URL = reverse("progress:dashboard")


class TestPage:
    def test_it_shows_what_was_typed(self, course, anna):
        sessions = [run(anna, course, days_ago=n, seed=n, mistakes=(3,)) for n in range(3)]
        page = signed_in(anna).get(URL)
        board = page.context["dashboard"]
        assert board.sessions == 3 and board.stars == max(session.stars for session in sessions)
        assert board.best_cpm == max(session.cpm for session in sessions)
        assert [point.start for point in board.points] == sorted(session.local_date for session in sessions)
        latest = max(sessions, key=lambda session: session.started_at)
        assert board.points[-1].cpm == pytest.approx(latest.cpm, rel=0.01)
        assert board.points[-1].accuracy == pytest.approx(latest.accuracy)
        assert {key.item for key in board.keys.all} <= set(TEXT)

    @pytest.mark.parametrize("who", ["anonymous", "new"])
    def test_before_the_first_exercise_it_points_to_the_courses(self, course, client, anna, who):
        page = (client if who == "anonymous" else signed_in(anna)).get(URL)
        assert page.status_code == 200 and reverse("lessons:catalogue") in page.content.decode()

    def test_nobody_elses_practice(self, course, anna, boris):
        run(anna, course)
        assert signed_in(boris).get(URL).context["dashboard"].sessions == 0

    def test_wrong_method(self, client):
        assert client.post(URL).status_code == 405

    @pytest.mark.parametrize(
        "asked",
        [
            {"course": "nope"},
            {"layout": "nope"},
            {"period": "year"},
            {"measure": "\x00"},
            {"course": "\x00'"},
            {"layout": "en-qwerty"},
            {"period": "month", "measure": "speed", "course": "ru", "layout": "ru-jcuken"},
            {"measure": "errors", "period": "week"},
        ],
    )
    def test_no_filter_breaks_it(self, course, anna, asked):
        run(anna, course)
        page = signed_in(anna).get(URL, asked)
        assert page.status_code == 200 and page.context["dashboard"].sessions == 1

    def test_filters_by_layout_and_course(self, course, anna):
        english = make_course(slug="en", text=TEXT)
        run(anna, course)
        run(anna, english, seed=2)
        run(anna, english, seed=3)
        client = signed_in(anna)
        assert client.get(URL, {"course": "en"}).context["dashboard"].sessions == 2
        assert client.get(URL, {"course": course.slug}).context["dashboard"].sessions == 1
        assert client.get(URL).context["dashboard"].sessions == 3

    def test_queries_do_not_grow(self, course, anna, django_assert_max_num_queries):
        for n in range(6):
            run(anna, course, days_ago=n, seed=n)
        client = signed_in(anna)
        client.get(URL)
        with django_assert_max_num_queries(9):
            client.get(URL)

    def test_a_course_says_how_many_stars_it_has(self, course, anna):
        session = run(anna, course)
        assert dashboard_of(anna, Filters(), now=NOW).possible is None
        board = dashboard_of(anna, Filters(course=course.slug), now=NOW)
        assert (board.stars, board.possible) == (session.stars, 15)
        assert (
            f"{session.stars} of 15 stars"
            in signed_in(anna).get(URL, {"course": course.slug}).content.decode()
        )

    def test_the_calendar_has_its_numbers(self, course, anna):
        run(anna, course)
        page = signed_in(anna).get(reverse("progress:numbers", args=["days"])).content.decode()
        assert "Minutes of practice" in page and page.count('<th scope="row">') >= CALENDAR_WEEKS

    @pytest.mark.parametrize(("language", "words"), [("ru", "Ваш прогресс"), ("en", "Your progress")])
    def test_both_languages(self, course, anna, language, words):
        run(anna, course)
        anna.language = language
        anna.save()
        assert words in signed_in(anna).get(URL).content.decode()


class TestGoal:
    def test_it_is_shown_when_it_is_set(self, course, anna):
        run(anna, course)
        assert b"<progress" not in signed_in(anna).get(URL).content
        User.objects.filter(pk=anna.pk).update(goal_minutes=15)
        page = signed_in(anna).get(URL).content.decode()
        assert '<progress max="15"' in page and "of 15 minutes today" in page

    def test_it_is_set_in_the_settings(self, anna):
        client, url = signed_in(anna), reverse("accounts:preferences")
        assert client.post(url, {"timezone": "UTC", "goal_minutes": "20"}).status_code == 302
        anna.refresh_from_db()
        assert anna.goal_minutes == 20
        assert client.post(url, {"timezone": "UTC", "goal_minutes": "241"}).status_code == 200
        client.post(url, {"timezone": "UTC", "goal_minutes": "0"})
        anna.refresh_from_db()
        assert anna.goal_minutes == 0


def test_fingers_share_what_was_typed(course, anna):
    run(anna, course, mistakes=(3,))
    board = dashboard_of(anna, Filters(), now=NOW)
    assert len(board.keys.fingers) == 9
    assert sum(load.share for load in board.keys.fingers) == pytest.approx(1)
    by = {(load.hand, load.finger): load for load in board.keys.fingers}
    typed = TEXT.replace("\n", "")
    assert by["left", "index"].share == pytest.approx(typed.count("а") / len(typed))
    assert by["right", "index"].share == pytest.approx(typed.count("о") / len(typed))
    assert by["left", "little"].share == 0 and by["left", "little"].ms is None
    assert b"left index" in signed_in(anna).get(reverse("progress:numbers", args=["fingers"])).content


class TestNumbers:
    @pytest.mark.parametrize("table", ["points", "keys", "fingers", "days"])
    def test_each_is_fetched_when_wanted(self, course, anna, boris, client, table):
        run(anna, course, mistakes=(3,))
        url = reverse("progress:numbers", args=[table])
        page = signed_in(anna).get(url)
        assert page.status_code == 200 and page.content.count(b"<tr>") > 1
        assert signed_in(boris).get(url).status_code == client.get(url).status_code == 404
        assert client.post(url).status_code == 405

    def test_an_unknown_one_is_not_found(self, course, anna):
        run(anna, course)
        assert signed_in(anna).get(reverse("progress:numbers", args=["nope"])).status_code == 404


def test_of_one_point_the_label_stands_where_it_lies(course, anna):
    """In the middle, with nothing at the top."""
    run(anna, course)
    page = signed_in(anna).get(URL).content.decode()
    [middle] = re.findall(r"chart-range[^>]*><span></span><span>(\d+)</span><span></span>", page)
    assert f'aria-hidden="true">{middle}</b>' in page


class TestLead:
    def test_it_says_how_the_speed_changed(self, course, anna):
        for n in range(8):
            run(anna, course, days_ago=n, seed=n, pace_ms=200 + 40 * n)
        board = dashboard_of(anna, Filters(), now=NOW)
        assert board.growth and board.growth.before < board.growth.now and not board.is_first_week

    def test_a_first_week_has_seven_days(self, course, anna):
        run(anna, course)
        first = [dashboard_of(anna, Filters(), now=NOW + timedelta(days=n)).is_first_week for n in (0, 6, 7)]
        assert first == [True, True, False]

    def test_it_is_of_the_layout_whose_keys_are_shown(self, course, anna):
        english = make_course(slug="en", text=TEXT)
        for n in range(6):
            run(anna, course, days_ago=n, seed=n)
        alone = dashboard_of(anna, Filters(), now=NOW).growth
        run(anna, english, days_ago=3, seed=7, pace_ms=900)
        assert alone and dashboard_of(anna, Filters(), now=NOW).growth == alone

    @pytest.mark.parametrize("mistakes", [(), range(0, 40, 3)])
    def test_it_says_what_the_coach_says(self, course, anna, mistakes):
        run(anna, course, mistakes=mistakes)
        client = signed_in(anna)
        coach = re.search(r'coach-says">(.+?)</p>', client.get(reverse("coaching:coach")).content.decode())
        assert coach and coach[1] in client.get(URL).content.decode()

    def test_a_first_week_has_no_empty_tables(self, course, anna):
        run(anna, course, days_ago=(NOW - timezone.now()) / timedelta(days=1))
        page = signed_in(anna).get(URL).content.decode()
        assert "After a week" in page and 'class="calendar"' not in page and "<table" not in page
        assert dashboard_of(anna, Filters(), now=timezone.now()).growth is None
