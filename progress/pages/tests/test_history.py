import re
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from progress.figures.history import Cursor
from progress.models import TypingSession
from progress.pages.sessions import ROWS
from progress.tests.practice import make_sessions
from tests.factories import NOW, lesson_of, signed_in

URL = reverse("progress:history")


KEY = "0" * 32


class TestPage:
    def test_it_shows_the_newest_first_with_local_times_and_units(self, course, anna):
        User.objects.filter(pk=anna.pk).update(timezone="Asia/Vladivostok", language="ru", unit="cpm")
        old, new = make_sessions(anna, lesson_of(course)), make_sessions(anna, now=NOW + timedelta(hours=3))
        TypingSession.objects.filter(pk=new[0].pk).update(local_date=NOW.date() + timedelta(days=1))
        new[0].refresh_from_db()
        page = signed_in(anna).get(URL)
        assert page.context["history"].sessions == [*new, *old]
        shown = page.content.decode()
        assert re.findall("<span>(22:00|1:00)</span>", shown) == ["1:00", "22:00"]
        assert [day.date.isoformat() for day in page.context["days"]] == ["2026-11-22", "2026-11-21"]
        assert "150" in shown and "96,8" in shown and "1:01" in shown and "Русский курс" in shown
        assert f'href="/sessions/{old[0].pk}/"' in shown
        assert 'href="/history/" aria-current="page"' in shown

    def test_another_learner_sees_none_of_it(self, course, anna, boris):
        make_sessions(anna, lesson_of(course))
        page = signed_in(boris).get(URL)
        assert page.context["history"].is_untouched and 'href="/learn/"' in page.content.decode()

    def test_nobody_gets_the_empty_page(self, course, client):
        page = client.get(URL)
        assert page.status_code == 200 and 'href="/learn/"' in page.content.decode()
        assert 'href="/history/"' not in page.content.decode()

    def test_a_guest_has_a_history(self, course):
        guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
        make_sessions(guest, lesson_of(course))
        page = signed_in(guest).get(URL)
        assert len(page.context["history"].sessions) == 1 and 'href="/history/"' in page.content.decode()

    def test_wrong_method(self, client, db):
        assert client.post(URL).status_code == 405

    def test_an_unranked_session_says_why(self, course, anna):
        make_sessions(anna, lesson_of(course), ranked=False, source="keystrokes", flags=["idle"])
        shown = signed_in(anna).get(URL).content.decode()
        assert "not ranked" in shown and "there was a break of more than 5 seconds" in shown

    @pytest.mark.parametrize(
        "asked",
        [
            "before=x",
            "before=1-2",
            f"before={'9' * 40}-{KEY}",
            f"after={'9' * 500}-{KEY}",
            f"before=-99999999999999999-{KEY}",
            f"before=0-{KEY}",
            "before=%00&after=%00",
            "course=nowhere&kind=wild&layout=gone",
            "course=%00&kind=%00&layout=%F0%9F",
            "course=ru&course=en&before=&after=",
        ],
    )
    def test_bad_parameters_show_the_newest(self, course, anna, asked):
        made = make_sessions(anna, lesson_of(course))
        page = signed_in(anna).get(f"{URL}?{asked}")
        assert page.status_code == 200 and page.context["history"].sessions == made

    def test_queries_and_index_with_two_thousand(self, course, anna, django_assert_max_num_queries):
        newest = make_sessions(anna, lesson_of(course), count=2_000)
        User.objects.filter(pk=anna.pk).update(last_seen=datetime.now(ZoneInfo("UTC")))
        client = signed_in(anna)
        with django_assert_max_num_queries(6) as queries:
            page = client.get(URL)
        with django_assert_max_num_queries(6):
            page = client.get(f"{URL}?before={page.context['history'].older}")
        assert page.context["history"].sessions == newest[ROWS : 2 * ROWS]
        [listing] = [
            query["sql"] for query in queries if "ORDER BY" in query["sql"] and "LIMIT" in query["sql"]
        ]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE progress_typingsession")
            cursor.execute(f"EXPLAIN {listing}")
            assert "session_user_started" in str(cursor.fetchall())


def test_the_order_is_that_of_the_moments_shown(course, anna):
    """What was typed offline came later than what was typed after it."""
    late, newest = (
        make_sessions(anna, lesson_of(course), now=NOW - timedelta(days=days))[0] for days in (3, 1)
    )
    TypingSession.objects.filter(pk=late.pk).update(recorded_at=NOW)
    client = signed_in(anna)
    page = client.get(URL)
    assert page.context["history"].sessions == [newest, late]
    shown = re.findall(r'<time datetime="([^"]+)"', page.content.decode())
    assert [datetime.fromisoformat(one) for one in shown] == [newest.started_at, late.started_at]
    older = client.get(f"{URL}?before={Cursor.of(newest)}").context["history"]
    assert older.sessions == [late]


class TestDays:
    def test_a_day_counts_what_stands_on_other_pages_too(self, course, anna):
        make_sessions(anna, lesson_of(course), count=ROWS + 2)
        make_sessions(anna, lesson_of(course), now=NOW - timedelta(days=2))
        [day] = signed_in(anna).get(URL).context["days"]
        assert (len(day.sessions), day.exercises) == (ROWS, ROWS + 2)
        assert day.minutes == pytest.approx((ROWS + 2) * 61 / 60)

    def test_a_day_is_that_in_which_it_was_counted(self, course, anna):
        """Wherever the learner is now, as her streak and her calendar have it."""
        make_sessions(anna, lesson_of(course), count=2, apart=timedelta(hours=2))
        User.objects.filter(pk=anna.pk).update(timezone="Pacific/Kiritimati")
        [day] = signed_in(anna).get(URL).context["days"]
        assert (day.date, day.exercises) == (NOW.date(), 2)

    def test_a_filter_narrows_the_sums_of_a_day(self, course, anna):
        make_sessions(anna, lesson_of(course))
        make_sessions(anna, count=2)
        [day] = signed_in(anna).get(f"{URL}?kind=drill").context["days"]
        assert day.exercises == 2


class TestSorting:
    def test_the_best_come_first_with_their_days(self, course, anna):
        slow, fast, unsure = (
            make_sessions(anna, lesson_of(course), cpm=cpm, accuracy=accuracy, ranked=True)[0]
            for cpm, accuracy in ((100.0, 99.0), (300.0, 90.0), (200.0, 86.0))
        )
        client = signed_in(anna)
        page = client.get(f"{URL}?sort=speed")
        assert page.context["history"].sessions == [fast, unsure, slow] and not page.context["days"]
        assert "11/" in page.content.decode() and 'aria-sort="descending"' in page.content.decode()
        assert client.get(f"{URL}?sort=accuracy").context["history"].sessions == [slow, fast, unsure]
        assert client.get(f"{URL}?sort=%00").context["history"].filters.sort == ""

    def test_it_goes_on_behind_the_first_page(self, course, anna):
        for n in range(ROWS + 2):
            make_sessions(anna, lesson_of(course), cpm=100.0 + n)
        client = signed_in(anna)
        first = client.get(f"{URL}?sort=speed")
        [on] = re.findall(r'id="worse" rel="next" href="([^"]+)"', first.content.decode())
        assert 'id="better"' not in first.content.decode()
        last = client.get(URL + on.replace("&amp;", "&"))
        assert [one.cpm for one in last.context["history"].sessions] == [101.0, 100.0]
        [back] = re.findall(r'id="better" rel="prev" href="([^"]+)"', last.content.decode())
        assert 'id="worse"' not in last.content.decode()
        again = client.get(URL + back.replace("&amp;", "&")).context["history"]
        assert again.sessions == first.context["history"].sessions
        assert client.get(f"{URL}?sort=speed&skip={'9' * 30}").status_code == 200

    def test_only_the_record_is_marked(self, course, anna):
        for cpm, ranked in ((150.0, True), (200.0, True), (400.0, False)):
            make_sessions(anna, lesson_of(course), cpm=cpm, ranked=ranked)
        shown = signed_in(anna).get(f"{URL}?sort=speed").content.decode()
        assert re.findall(r'<b class="record">|<td>\d+</td>', shown)[1:3] == [
            '<b class="record">',
            "<td>40</td>",
        ]
        assert shown.count('class="record"') == 1


class TestFilters:
    def test_the_links_narrow_without_javascript(self, course, anna):
        make_sessions(anna, lesson_of(course))
        drill = make_sessions(anna)
        client = signed_in(anna)
        assert "?kind=drill" in client.get(URL).content.decode()
        page = client.get(f"{URL}?kind=drill")
        assert page.context["history"].sessions == drill

    def test_nothing_under_a_filter_is_said(self, course, anna):
        make_sessions(anna, lesson_of(course))
        page = signed_in(anna).get(f"{URL}?kind=drill")
        assert not page.context["history"].sessions and "Show everything" in page.content.decode()
