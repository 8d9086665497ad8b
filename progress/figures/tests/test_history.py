from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from progress.figures.history import PAGE, Cursor, HistoryFilters, InvalidCursor, history_of
from progress.keystrokes.plausibility import Flag
from progress.models import DailyStat, TypingSession
from progress.tests.practice import make_sessions
from progress.wording import clock, unranked
from tests.factories import NOW, lesson_of, make_course, make_learner


def test_each_narrows_and_is_offered_only_where_it_tells_apart(course, anna):
    english = make_course(slug="en", text="fj fj")
    ru = make_sessions(anna, lesson_of(course))
    shown = history_of(anna, HistoryFilters())
    assert (len(shown.courses), len(shown.layouts), shown.has_kinds) == (1, 1, False)
    en = make_sessions(anna, lesson_of(english), now=NOW - timedelta(hours=1))
    drill = make_sessions(anna, now=NOW - timedelta(hours=2), layout="kk-jcuken")
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


class TestPaging:
    @settings(max_examples=10)
    @given(count=st.integers(0, 3 * PAGE + 1), at_once=st.booleans())
    def test_older_and_back_again_meets_each_session_once(self, db, count, at_once):
        TypingSession.objects.all().delete()
        DailyStat.objects.all().delete()
        anna = User.objects.first() or make_learner()
        make_sessions(anna, count=count, apart=timedelta(0) if at_once else timedelta(seconds=1))
        expected = list(TypingSession.objects.order_by("-recorded_at", "-id"))
        pages = [history_of(anna, HistoryFilters())]
        while pages[-1].older:
            pages.append(history_of(anna, HistoryFilters(), before=pages[-1].older))
        assert [session for page in pages for session in page.sessions] == expected
        for newer, page in zip(reversed(pages[:-1]), reversed(pages), strict=False):
            assert history_of(anna, HistoryFilters(), after=page.newer) == newer
        assert pages[0].newer is None

    def test_a_place_survives_its_session(self, course, anna):
        made = make_sessions(anna, lesson_of(course), count=3)
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
    [
        (499, "0:00"),
        (58_400, "0:58"),
        (59_600, "0:59"),
        (60_000, "1:00"),
        (247_000, "4:07"),
        (3_723_000, "1:02:03"),
    ],
)
def test_clock(ms, shown):
    assert clock(ms) == shown
