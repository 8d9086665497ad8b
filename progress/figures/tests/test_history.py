import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from lessons.models import TypingText
from progress.figures.history import PAGE, Cursor, HistoryFilters, InvalidCursor, history_of
from progress.keystrokes.plausibility import Flag
from progress.models import DailyStat, TypingSession
from progress.recording.rebuilding import rebuild_aggregates
from progress.wording import clock, unranked
from tests.factories import NOW, TEXT, lesson_of, make_course, make_learner, signed_in

URL = reverse("progress:history")
KEY = "0" * 32


def sessions(user, lesson=None, *, count=1, now=NOW, apart=timedelta(minutes=1), layout="", **fields):
    """`count` unlogged sessions, the last one at `now`; drills without a lesson."""
    text = TypingText.of(TEXT)
    values = {
        "user": user,
        "kind": "lesson" if lesson else "drill",
        "lesson": lesson,
        "text": text,
        "layout": layout or (lesson.course.layout if lesson else "ru-jcuken"),
        "duration_ms": 61_000,
        "cpm": 150.0,
        "raw_cpm": 150.0,
        "accuracy": 96.8,
        "errors": 1,
        "keystrokes": 30,
        "stars": 3 if lesson else None,
        "ranked": True,
        "source": TypingSession.Source.PLAIN,
        "submission_sha256": b"",
    }
    moments = [now - n * apart for n in range(count)]
    made = [
        TypingSession(
            id=uuid.uuid4(),
            started_at=moment,
            recorded_at=moment,
            local_date=moment.date(),
            counted_at=moment,
            **(values | fields),
        )
        for moment in moments
    ]
    TypingSession.objects.bulk_create(made)
    rebuild_aggregates(user.pk)
    return made


class TestPage:
    def test_it_shows_the_newest_first_with_local_times_and_units(self, course, anna):
        User.objects.filter(pk=anna.pk).update(timezone="Asia/Vladivostok", language="ru", unit="cpm")
        old, new = sessions(anna, lesson_of(course)), sessions(anna, now=NOW + timedelta(hours=3))
        page = signed_in(anna).get(URL)
        assert page.context["history"].sessions == [*new, *old]
        shown = page.content.decode()
        assert "21.11.2026 <span>22:00" in shown and "22.11.2026 <span>1:00" in shown
        assert "150" in shown and "96,8" in shown and "1:01" in shown and "Русский курс" in shown
        assert f'href="/sessions/{old[0].pk}/"' in shown
        assert 'href="/history/" aria-current="page"' in shown

    def test_another_learner_sees_none_of_it(self, course, anna, boris):
        sessions(anna, lesson_of(course))
        page = signed_in(boris).get(URL)
        assert page.context["history"].is_untouched and 'href="/learn/"' in page.content.decode()

    def test_nobody_gets_the_empty_page(self, course, client):
        page = client.get(URL)
        assert page.status_code == 200 and 'href="/learn/"' in page.content.decode()
        assert 'href="/history/"' not in page.content.decode()

    def test_a_guest_has_a_history(self, course):
        guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
        sessions(guest, lesson_of(course))
        page = signed_in(guest).get(URL)
        assert len(page.context["history"].sessions) == 1 and 'href="/history/"' in page.content.decode()

    def test_wrong_method(self, client, db):
        assert client.post(URL).status_code == 405

    def test_an_unranked_session_says_why(self, course, anna):
        sessions(anna, lesson_of(course), ranked=False, source="keystrokes", flags=["idle"])
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
        made = sessions(anna, lesson_of(course))
        page = signed_in(anna).get(f"{URL}?{asked}")
        assert page.status_code == 200 and page.context["history"].sessions == made

    def test_queries_and_index_with_ten_thousand(self, course, anna, django_assert_max_num_queries):
        newest = sessions(anna, lesson_of(course), count=10_000)
        User.objects.filter(pk=anna.pk).update(last_seen=datetime.now(ZoneInfo("UTC")))
        client = signed_in(anna)
        with django_assert_max_num_queries(6) as queries:
            page = client.get(URL)
        with django_assert_max_num_queries(6):
            page = client.get(f"{URL}?before={page.context['history'].older}")
        assert page.context["history"].sessions == newest[PAGE : 2 * PAGE]
        [listing] = [
            query["sql"] for query in queries if "ORDER BY" in query["sql"] and "LIMIT" in query["sql"]
        ]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE progress_typingsession")
            cursor.execute(f"EXPLAIN {listing}")
            assert "session_user_recorded" in str(cursor.fetchall())


class TestFilters:
    def test_each_narrows_and_is_offered_only_where_it_tells_apart(self, course, anna):
        english = make_course(slug="en", text="fj fj")
        ru = sessions(anna, lesson_of(course))
        shown = history_of(anna, HistoryFilters())
        assert (len(shown.courses), len(shown.layouts), shown.has_kinds) == (1, 1, False)
        en = sessions(anna, lesson_of(english), now=NOW - timedelta(hours=1))
        drill = sessions(anna, now=NOW - timedelta(hours=2), layout="kk-jcuken")
        for filters, expected in [
            (HistoryFilters(), [*ru, *en, *drill]),
            (HistoryFilters(course="en"), en),
            (HistoryFilters(kind="drill"), drill),
            (HistoryFilters(kind="lesson", layout="ru-jcuken"), ru),
            (HistoryFilters(course="en", layout="ru-jcuken"), []),
        ]:
            shown = history_of(anna, filters)
            assert shown.sessions == expected and shown.filters == filters
        assert (len(shown.courses), len(shown.layouts), shown.has_kinds) == (2, 3, True)

    def test_the_links_narrow_without_javascript(self, course, anna):
        sessions(anna, lesson_of(course))
        drill = sessions(anna)
        client = signed_in(anna)
        assert "?kind=drill" in client.get(URL).content.decode()
        page = client.get(f"{URL}?kind=drill")
        assert page.context["history"].sessions == drill

    def test_nothing_under_a_filter_is_said(self, course, anna):
        sessions(anna, lesson_of(course))
        page = signed_in(anna).get(f"{URL}?kind=drill")
        assert not page.context["history"].sessions and "Show everything" in page.content.decode()


class TestPaging:
    @settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(count=st.integers(0, 3 * PAGE + 1), at_once=st.booleans())
    def test_older_and_back_again_meets_each_session_once(self, db, count, at_once):
        TypingSession.objects.all().delete()
        DailyStat.objects.all().delete()
        anna = User.objects.first() or make_learner()
        sessions(anna, count=count, apart=timedelta(0) if at_once else timedelta(seconds=1))
        expected = list(TypingSession.objects.order_by("-recorded_at", "-id"))
        pages = [history_of(anna, HistoryFilters())]
        while pages[-1].older:
            pages.append(history_of(anna, HistoryFilters(), before=pages[-1].older))
        assert [session for page in pages for session in page.sessions] == expected
        for newer, page in zip(reversed(pages[:-1]), reversed(pages), strict=False):
            assert history_of(anna, HistoryFilters(), after=page.newer) == newer
        assert pages[0].newer is None

    def test_a_place_survives_its_session(self, course, anna):
        made = sessions(anna, lesson_of(course), count=3)
        place = Cursor.of(made[1])
        made[1].delete()
        assert history_of(anna, HistoryFilters(), before=place).sessions == made[2:]

    @given(moment=st.datetimes(timezones=st.just(ZoneInfo("UTC"))), key=st.uuids())
    def test_a_cursor_reads_back(self, moment, key):
        if moment >= datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC")):
            assert Cursor.parse(str(Cursor(moment, key))) == Cursor(moment, key)

    @given(text=st.text())
    def test_any_text_is_a_cursor_or_none(self, text):
        with suppress(InvalidCursor):
            Cursor.parse(text)


@translation.override("en")
def test_every_flag_has_words():
    words = {unranked(TypingSession(ranked=False, source="keystrokes", flags=[flag])) for flag in Flag}
    assert len(words) == len(Flag) and all(words)
    assert unranked(TypingSession(ranked=True)) == ""
    assert unranked(TypingSession(ranked=False, source="plain")) == "typed without JavaScript"


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(499, "0:00"), (58_400, "0:58"), (59_600, "1:00"), (247_000, "4:07"), (3_723_000, "1:02:03")],
)
def test_clock(ms, shown):
    assert clock(ms) == shown
