import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lessons.fresh import MAKEUPS, fresh_text, fresh_words
from lessons.models import TypingText
from progress.exercises.tickets import open_ticket
from progress.exercises.timed_tests import LENGTHS, Length, NoSuchTest, bests_of, timed_exercise
from progress.figures.before import before
from progress.figures.shelf import record_of
from progress.honours.certificates import level_earned
from progress.keystrokes.logs import InvalidLog, Unfinished, parse_log
from progress.keystrokes.replay import Event, replay, within
from progress.models import DailyStat, TypingSession
from progress.recording.deleting import delete_session
from progress.recording.judging import judge_session
from progress.recording.playing import replay_of
from progress.recording.rebuilding import rebuild_aggregates
from progress.recording.record import PlainText, record_session
from tests.factories import NOW, human_events, make_log, make_test, make_ticket

BODY = fresh_text("en", "ordinary", length=900, seed=1)
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


def take(anna, events, *, after=timedelta(minutes=2), **fields) -> TypingSession:
    """A one-minute test recorded `after` its page was opened."""
    values = {"kind": "test", "minutes": 1, "difficulty": "ordinary", "mode": "free", "layout": "en-qwerty"}
    body = fields.setdefault("body", BODY)
    text = TypingText(sha256=TypingText.digest(body), body=body)
    ticket = make_ticket(anna, text=text, **(values | fields))
    log = events if isinstance(events, PlainText) else parse_log(make_log(ticket, events))
    return record_session(ticket=ticket, learner=anna, log=log, now=NOW + after).session


class TestTime:
    @given(st.lists(st.integers(0, 3000), min_size=1, max_size=60), st.integers(0, 60_000))
    def test_what_came_later_does_not_count(self, intervals, limit):
        events = [Event(dt, "a") for dt in intervals]
        kept = list(within(tuple(events), limit))
        assert sum(event.dt for event in kept[1:]) <= limit
        assert kept == events or sum(event.dt for event in events[1 : len(kept) + 1]) > limit

    def test_an_unfinished_run_lasts_as_long_as_the_limit(self):
        played = replay("abc", [Event(0, "a"), Event(100, "b")], "free", 60_000)
        assert (played.finished, played.duration, played.cursor) == (False, 60_000, 2)
        played = replay("ab", [Event(0, "a"), Event(100, "b")], "free", 60_000)
        assert (played.finished, played.duration) == (True, 100)


class TestRecording:
    def test_a_test_is_scored_over_its_minute(self, anna):
        events = human_events(BODY, pace_ms=200)
        session = take(anna, events)
        clock, reached = 0.0, 0
        for dt, _, _ in events:
            clock += dt
            reached += clock <= 60_000
        assert session.duration_ms == 60_000
        assert session.cpm == pytest.approx(reached - 1, abs=1)
        assert (session.kind, session.minutes, session.difficulty) == ("test", 1, "ordinary")
        assert session.ranked and session.stars is None and session.text.body == BODY

    def test_what_is_stored_plays_the_same(self, anna):
        session = TypingSession.objects.select_related("text").get(
            pk=take(anna, human_events(BODY, pace_ms=200)).pk
        )
        played = replay_of(session)
        assert (played.duration, len(played.strokes)) == (session.duration_ms, session.keystrokes)

    def test_who_reaches_the_end_is_done(self, anna):
        session = take(anna, human_events(BODY, pace_ms=45))
        assert session.duration_ms < 60_000 and session.cpm > 900

    def test_stopping_early_gains_nothing(self, anna):
        session = take(anna, human_events(BODY, pace_ms=200)[:20])
        assert session.cpm == pytest.approx(19, abs=1)
        assert session.flags == ["idle"] and not session.ranked

    def test_a_key_right_after_waking_comes_too_late(self, anna):
        typed = human_events(BODY, pace_ms=200)[:20]
        session = take(anna, [*typed, [7_200_000, "x", 5]], after=timedelta(hours=2, minutes=1))
        assert (session.keystrokes, session.duration_ms) == (20, 60_000)
        assert session.flags == ["idle", "stale"] and not session.ranked

    def test_the_first_key_and_no_other_in_time(self, anna):
        session = take(anna, [[0, BODY[0], 5], [-7, BODY[1], 5], [1e15, BODY[2], 5], [9, BODY[3], 5]])
        assert (session.keystrokes, session.duration_ms) == (2, 60_000) and "clock" in session.flags

    def test_a_minute_that_cannot_have_passed_is_not_ranked(self, anna):
        session = take(anna, human_events(BODY, pace_ms=200), after=timedelta(seconds=30))
        assert session.flags == ["clock"] and not session.ranked

    def test_an_extended_one_lasts_as_long_as_it_took_and_is_not_ranked(self, anna):
        session = take(anna, human_events(BODY, pace_ms=300), is_extendable=True, after=timedelta(minutes=9))
        assert session.duration_ms > 60_000
        assert session.is_extendable and session.flags == [] and not session.ranked
        judge_session(session, now=NOW, by_hand=True)
        session.refresh_from_db()
        assert not session.ranked and replay_of(session).duration == session.duration_ms

    def test_a_text_that_lay_open_for_long_is_not_ranked(self, anna):
        session = take(anna, human_events(BODY, pace_ms=200), after=timedelta(minutes=17))
        assert session.flags == ["stale"] and not session.ranked

    def test_a_text_typed_before_is_not_ranked_though_its_session_was_deleted(self, anna):
        first = take(anna, human_events(BODY, pace_ms=300))
        delete_session(session_id=first.pk, learner=anna, now=NOW)
        again = take(anna, human_events(BODY, pace_ms=150, seed=2))
        assert again.flags == ["stale"] and not again.ranked

    def test_nothing_typed_is_no_test(self, anna):
        with pytest.raises(Unfinished):
            take(anna, [[0, "\b", None]])

    def test_a_log_of_another_mode_is_refused(self, anna):
        text = TypingText(sha256=TypingText.digest(BODY), body=BODY)
        ticket = make_ticket(anna, text=text, kind="test", minutes=1, body=BODY, mode="free")
        log = parse_log(make_log(ticket, human_events(BODY), mode="stop"))
        with pytest.raises(InvalidLog):
            record_session(ticket=ticket, learner=anna, log=log, now=NOW + timedelta(minutes=2))

    def test_without_javascript_the_text_ends_where_the_typing_does(self, anna):
        session = take(anna, PlainText(BODY[:200]), after=timedelta(minutes=1))
        assert session.accuracy == 100 and session.cpm == pytest.approx(199)
        assert session.source == "plain" and not session.ranked


FEW = fresh_words("en", "ordinary", words=25, seed=1)


def take_words(anna, *, words=25, body=FEW, pace_ms=200, **fields) -> TypingSession:
    events = human_events(body, pace_ms=pace_ms, seed=pace_ms)
    return take(anna, events, minutes=None, words=words, body=body, **fields)


class TestWords:
    def test_it_lasts_as_long_as_its_words_take(self, anna):
        session = TypingSession.objects.select_related("text").get(pk=take_words(anna).pk)
        assert (session.words, session.minutes) == (25, None)
        assert session.ranked and session.characters == len(FEW) - 1 and session.duration_ms < 60_000
        assert replay_of(session).finished

    def test_the_last_word_has_to_be_typed(self, anna):
        with pytest.raises(Unfinished):
            take(anna, human_events(FEW, pace_ms=200)[:-1], minutes=None, words=25, body=FEW)

    def test_a_text_that_lay_open_for_long_is_not_ranked(self, anna):
        assert take_words(anna, after=timedelta(minutes=20)).flags == ["stale"]

    def test_the_same_few_words_may_come_to_many(self, anna, boris):
        take_words(anna)
        assert take_words(boris, pace_ms=190).ranked

    def test_it_compares_with_its_like_alone(self, anna):
        first = take_words(anna)
        take(anna, human_events(BODY, pace_ms=100))
        second = take_words(anna, pace_ms=180, after=timedelta(minutes=3))
        assert before(second).record == first.cpm
        assert not first.is_comparable and not first.has_board and level_earned(first) is None

    def test_how_fast_a_few_words_were_is_no_record_beside_the_rest(self, anna):
        few = take_words(anna, pace_ms=90)
        assert DailyStat.objects.get(user=anna).best_cpm == 0 and record_of(anna).fastest == 0
        assert few.sets_records and not few.sets_records_of_all
        many = take_words(anna, words=50, body=fresh_words("en", "ordinary", words=50, seed=1), pace_ms=120)
        assert DailyStat.objects.get(user=anna).best_cpm == record_of(anna).fastest == many.cpm
        rebuild_aggregates(anna.pk)
        assert DailyStat.objects.get(user=anna).best_cpm == many.cpm

    @pytest.mark.parametrize("length", [{}, {"minutes": 1, "words": 25}])
    def test_a_test_has_one_length(self, anna, length):
        with pytest.raises(IntegrityError):
            make_test(anna, **({"minutes": None} | length))

    def test_the_next_one_waits_and_is_as_long(self, client, db):
        with time_machine.travel(NOW, tick=False):
            page = client.get("/tests/en/10-words/?difficulty=easy").content.decode()
        ticket = open_ticket(TICKET.search(page)[1])
        log = make_log(ticket, human_events(ticket.body, pace_ms=200))
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            answer = client.post(reverse("progress:record"), {"log": log}, headers={"HX-Request": "true"})
        session = TypingSession.objects.get()
        assert answer["HX-Redirect"] == f"/tests/en/10-words/?difficulty=easy&after={session.pk}"
        assert session.ranked and "Test, 10 words" in client.get(session.get_absolute_url()).content.decode()


class TestPages:
    def url(self, language="en", length="1"):
        return reverse("progress:test", args=[language, length])

    def test_every_load_has_a_text_of_its_own_and_writes_nothing(self, client, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            pages = [client.get(self.url()) for _ in range(2)]
        tickets = [open_ticket(TICKET.search(page.content.decode())[1]) for page in pages]
        assert tickets[0].body != tickets[1].body
        assert all(TypingText.digest(ticket.body) == ticket.text for ticket in tickets)
        assert not TypingText.objects.exists()

    @pytest.mark.parametrize("length", LENGTHS, ids=lambda length: length.code)
    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_there_are_no_hints(self, client, db, language, length):
        page = client.get(self.url(language, length.code))
        assert page.status_code == 200
        assert 'class="key' not in page.content.decode()
        signed = TICKET.search(page.content.decode())[1]
        ticket = open_ticket(signed)
        assert len(signed) < 16_000 and Length(ticket.minutes, ticket.words) == length

    @pytest.mark.parametrize(
        "path",
        [
            "/tests/de/1/",
            "/tests/en/2/",
            "/tests/en/1/?difficulty=absurd",
            "/tests/en/99999999999/",
            "/tests/en/11-words/",
        ],
    )
    def test_no_such_test(self, client, db, path):
        assert client.get(path).status_code == 404

    def test_only_reading(self, client, db):
        for url in (self.url(), reverse("progress:tests")):
            assert client.post(url).status_code == 405

    def test_a_stranger_takes_one_and_sees_its_result(self, client, db):
        with time_machine.travel(NOW, tick=False):
            page = client.get(self.url()).content.decode()
        signed = TICKET.search(page)[1]
        ticket = open_ticket(signed)
        log = make_log(ticket, human_events(ticket.body, pace_ms=200))
        with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
            answer = client.post(reverse("progress:record"), {"log": log}, follow=True)
        session = TypingSession.objects.get()
        assert answer.redirect_chain[-1][0] == session.get_absolute_url()
        assert session.kind == "test" and session.ranked
        assert (
            b"Test, 1 minute" in answer.content
            and f"{self.url()}?difficulty=ordinary".encode() in answer.content
        )

    def test_the_page_of_tests_knows_the_learner_s_best(self, anna, django_assert_max_num_queries):
        best = take(anna, human_events(BODY, pace_ms=200))
        take(anna, human_events(BODY, pace_ms=300, seed=2))
        client = Client()
        client.force_login(anna)
        short = take_words(anna, pace_ms=150)
        for beside in ({"ranked": False}, {"accuracy": 50.0}):
            make_test(anna, cpm=990.0, **beside)
        bests = bests_of(anna, own="ru")
        found = {
            (length, language): cpm
            for length, row in bests.rows
            for language, cpm in zip(bests.languages, row, strict=True)
        }
        assert bests.languages == ["ru", "en"] and len(found) == 2 * len(LENGTHS)
        assert {key: cpm for key, cpm in found.items() if cpm} == {
            (Length(minutes=1), "en"): best.cpm,
            (Length(words=25), "en"): short.cpm,
        }
        with django_assert_max_num_queries(4):
            assert client.get(reverse("progress:tests"), {"difficulty": "x"}).status_code == 200

    START = {"language": "ru", "length": "3", "text": "words", "digits": "on"}

    def test_what_is_chosen_is_taken_and_remembered_without_an_account(self, client, db):
        answer = client.get(reverse("progress:start_test"), self.START)
        assert answer.url == f"{self.url('ru', '3')}?difficulty=easy-d"
        page = client.get(reverse("progress:tests")).content.decode()
        checked = re.findall(r"<input[^>]*checked[^>]*>", page)
        assert [re.search(r'name="(\w+)"', one)[1] for one in checked] == [*self.START]
        assert client.get(answer.url).status_code == 200

    def test_at_first_a_ranked_minute_in_one_s_own_language_is_chosen(self, client, db):
        page = client.get(reverse("progress:tests"), headers={"Accept-Language": "ru"}).content.decode()
        checked = re.findall(r"<input[^>]*checked[^>]*>", page)
        chosen = {re.search(r'name="(\w+)"', one)[1]: re.search(r'value="(\w+)"', one) for one in checked}
        assert chosen["language"][1] == "ru" and chosen["text"][1] == "prose" and "punctuation" in chosen
        assert chosen["length"][1] == "1"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"language": "de"}, "There are no tests in this language."),
            ({"length": "2"}, "There is no test of this length."),
            ({"length": "9" * 5000}, "There is no test of this length."),
            ({"text": "\0"}, "There are no tests of such text."),
        ],
    )
    def test_a_choice_there_is_not_is_told_of_and_not_remembered(self, client, db, wrong, said):
        answer = client.get(reverse("progress:start_test"), self.START | wrong)
        assert answer.status_code == 422 and said in answer.content.decode()
        assert "test" not in answer.cookies

    @pytest.mark.parametrize(
        "cookie", ["x", "language=de&length=1&text=prose", "%00" * 500, "length=1&" * 40]
    )
    def test_a_cookie_that_is_none_of_ours_is_as_good_as_none(self, client, db, cookie):
        client.cookies["test"] = cookie
        assert client.get(reverse("progress:tests")).status_code == 200

    def test_every_difficulty_has_a_text_and_only_prose_with_punctuation_compares(self):
        assert set(MAKEUPS) == set(TypingSession.Difficulty.values) and len(set(MAKEUPS.values())) == 8
        for difficulty, makeup in MAKEUPS.items():
            session = TypingSession(kind="test", minutes=1, difficulty=difficulty)
            assert session.is_comparable == (makeup.is_prose and makeup.punctuation)

    @pytest.mark.parametrize("language", ["ru", "en"])
    @pytest.mark.parametrize("difficulty", [one for one in MAKEUPS if one not in ("ordinary", "hard")])
    def test_a_text_has_digits_and_punctuation_where_they_were_chosen(self, language, difficulty):
        text, makeup = fresh_text(language, difficulty, length=600, seed=7), MAKEUPS[difficulty]
        assert any(one.isdigit() for one in text) == makeup.digits
        assert any(one in ".,?!" for one in text) == any(one.isupper() for one in text) == makeup.punctuation
        assert 600 <= len(text) < 640 and text[-1] != " "

    def test_words_are_chosen_like_minutes_and_have_all_the_time_there_is(self, client, db):
        asked = self.START | {"length": "25-words", "extendable": "on"}
        answer = client.get(reverse("progress:start_test"), asked)
        page = client.get(answer.url).content.decode()
        ticket = open_ticket(TICKET.search(page)[1])
        assert (ticket.words, ticket.minutes, ticket.is_extendable) == (25, None, False)
        assert 'data-stat="words"' in page and 'data-stat="time"' not in page
        assert 'value="25-words"' in client.get(reverse("progress:tests")).content.decode()

    def test_an_unknown_difficulty_is_refused(self):
        with pytest.raises(NoSuchTest):
            timed_exercise(AnonymousUser(), "en", Length(minutes=1), "")


def test_a_ticket_from_before_there_were_tests_still_opens():
    from django.core import signing

    old = signing.dumps(
        [
            uuid.uuid4().hex,
            uuid.uuid4().hex,
            False,
            "lesson",
            "0" * 64,
            1,
            "ru-jcuken",
            "stop",
            1_700_000_000_000,
        ],
        salt="progress.ticket",
    )
    ticket = open_ticket(old)
    assert (ticket.minutes, ticket.body, ticket.limit_ms) == (None, "", None)
