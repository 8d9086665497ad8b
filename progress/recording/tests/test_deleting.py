import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.merging import merge
from accounts.models import User
from lessons.models import Course, Lesson, TypingText
from outbox.models import OutboxEvent
from progress.keystrokes.logs import parse_log
from progress.models import DailyStat, KeystrokeLog, LessonProgress, SkillProfile, TypingSession
from progress.recording.deleting import closing, delete_session
from progress.recording.record import record_session
from progress.recording.tests.aggregates import ZONES, aggregates
from progress.tasks import rebuild_learner
from tests.factories import (
    NOW,
    TEXT,
    human_events,
    lesson_of,
    make_course,
    make_learner,
    make_log,
    make_ticket,
    signed_in,
)


def run(user, typed, *, now=NOW, seed=1, ticket=None, pace_ms=200, mistakes=()) -> TypingSession:
    """A recorded session of a lesson, or a drill of a text."""
    on, text = (typed, None) if isinstance(typed, Lesson) else (None, typed)
    ticket = ticket or make_ticket(user, on, text=text, issued_at=now - timedelta(minutes=5))
    events = human_events(TEXT, seed=seed, pace_ms=pace_ms, mistakes=mistakes)
    return record_session(
        ticket=ticket, learner=user, log=parse_log(make_log(ticket, events)), now=now
    ).session


def url(session) -> str:
    return f"/sessions/{session.pk}/delete/"


class TestPage:
    def test_asking_deletes_nothing_and_a_post_deletes_all_of_it(self, course, anna):
        session, client = run(anna, lesson_of(course)), signed_in(anna)
        assert client.get(url(session)).status_code == 200
        assert TypingSession.objects.exists() and KeystrokeLog.objects.exists()
        page = client.post(url(session), follow=True)
        assert page.redirect_chain == [("/history/", 302)] and "Deleted." in page.content.decode()
        for model in (TypingSession, KeystrokeLog, LessonProgress, DailyStat):
            assert not model.objects.exists()
        event = OutboxEvent.objects.get(task="progress.tasks.rebuild_learner")
        rebuild_learner(**event.payload)
        assert not SkillProfile.objects.exists()

    def test_the_session_leads_there_and_the_history_to_the_session(self, course, anna):
        session, client = run(anna, lesson_of(course)), signed_in(anna)
        page, history = f"/sessions/{session.pk}/", client.get("/history/").content.decode()
        assert f'href="{url(session)}"' in client.get(page).content.decode()
        assert f'href="{page}"' in history and url(session) not in history

    def test_a_drill_goes_too(self, course, anna):
        session = run(anna, TypingText.of(TEXT))
        assert signed_in(anna).get(url(session)).context["closing"] == []
        signed_in(anna).post(url(session))
        assert not TypingSession.objects.exists() and not DailyStat.objects.exists()

    def test_what_is_left_is_right_at_once(self, course, anna):
        best = run(anna, lesson_of(course), pace_ms=100)
        left = run(anna, lesson_of(course), now=NOW + timedelta(minutes=9), seed=2, mistakes=(3, 4, 5))
        signed_in(anna).post(url(best))
        progress, day = LessonProgress.objects.get(), DailyStat.objects.get()
        assert (progress.runs, progress.best_cpm, progress.best_stars) == (1, left.cpm, left.stars)
        assert (day.sessions, day.errors, day.best_cpm) == (1, 3, left.cpm)

    def test_deleting_for_another_learner_finds_nothing(self, course, anna, boris):
        session = run(anna, lesson_of(course))
        with pytest.raises(TypingSession.DoesNotExist):
            delete_session(session_id=session.pk, learner=boris, now=NOW)
        assert TypingSession.objects.exists() and LessonProgress.objects.exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_only_its_owner(self, course, anna, boris, method):
        session = run(anna, lesson_of(course))
        for client in (signed_in(boris), Client()):
            assert getattr(client, method)(url(session)).status_code == 404
        assert TypingSession.objects.exists()

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_wrong_method(self, course, anna, method):
        session = run(anna, lesson_of(course))
        assert getattr(signed_in(anna), method)(url(session)).status_code == 405
        assert TypingSession.objects.exists()

    def test_without_the_token_nothing_goes(self, course, anna):
        session = run(anna, lesson_of(course))
        client = Client(enforce_csrf_checks=True)
        client.force_login(anna)
        assert client.post(url(session)).status_code == 403
        form = client.get(url(session)).content.decode()
        token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', form)[-1]
        assert client.post(url(session), {"csrfmiddlewaretoken": token}).status_code == 302

    def test_twice_is_404(self, course, anna):
        session, client = run(anna, lesson_of(course)), signed_in(anna)
        assert [client.post(url(session)).status_code for _ in range(2)] == [302, 404]
        assert (
            client.get(url(session)).status_code == client.get(f"/sessions/{session.pk}/").status_code == 404
        )
        assert OutboxEvent.objects.filter(task="progress.tasks.rebuild_learner").count() == 1

    def test_one_deleted_meanwhile_is_404(self, course, anna, monkeypatch):
        session, client = run(anna, lesson_of(course)), signed_in(anna)
        inner = delete_session

        def twice(**named):
            inner(**named)
            inner(**named)

        monkeypatch.setattr("progress.pages.sessions.delete_session", twice)
        assert client.post(url(session)).status_code == 404

    def test_what_it_closes_is_said(self, course, anna):
        session, client = run(anna, lesson_of(course)), signed_in(anna)
        warning = "Lesson 2 will be locked again until lesson 1 has two stars"
        assert warning in client.get(url(session)).content.decode()
        client.post(url(session))
        assert client.get("/practice/ru/2/").status_code == 403
        kept = run(anna, lesson_of(course), now=NOW + timedelta(days=1))
        other = run(anna, lesson_of(course), now=NOW + timedelta(days=2), seed=2)
        for session in (kept, other):
            assert "locked again" not in client.get(url(session)).content.decode()

    def test_queries_do_not_grow(self, course, anna, django_assert_max_num_queries):
        made = [run(anna, lesson_of(course), now=NOW + timedelta(hours=n), seed=n) for n in range(12)]
        client = signed_in(anna)
        with django_assert_max_num_queries(12):
            client.get(url(made[0]))
        with django_assert_max_num_queries(24):
            client.post(url(made[0]))


class TestClosing:
    def numbers(self, session) -> list[int]:
        return [closed.lesson.number for closed in closing(session, now=NOW)]

    def test_the_next_lesson_stays_open_once_typed(self, course, anna):
        session = run(anna, lesson_of(course))
        assert self.numbers(session) == [2]
        run(anna, lesson_of(course, 2), now=NOW + timedelta(hours=1))
        assert self.numbers(session) == []

    def test_a_lesson_open_by_its_own_run_alone(self, course, anna):
        opener = run(anna, lesson_of(course))
        second = run(anna, lesson_of(course, 2), now=NOW + timedelta(hours=1))
        assert self.numbers(second) == []
        delete_session(session_id=opener.pk, learner=anna, now=NOW)
        assert self.numbers(second) == [2]

    def test_of_three_accurate_slow_runs_each_holds_the_next_open(self, course, anna):
        course.lessons.update(target_cpm=3000)
        made = [run(anna, lesson_of(course), now=NOW + timedelta(hours=n), seed=n) for n in range(3)]
        assert [session.stars for session in made] == [1, 1, 1]
        assert [self.numbers(session) for session in made] == [[2]] * 3
        run(anna, lesson_of(course), now=NOW + timedelta(hours=4), seed=4)
        assert self.numbers(made[0]) == []

    def test_a_lesson_closed_anyway_is_not_named(self, course, anna):
        run(anna, lesson_of(course))
        second = run(anna, lesson_of(course, 2), now=NOW + timedelta(hours=1))
        assert self.numbers(second) == []


class TestReplayedTicket:
    def test_the_same_log_is_recorded_again(self, course, anna):
        client = signed_in(anna)
        now = timezone.now()
        ticket = make_ticket(anna, lesson_of(course), issued_at=now - timedelta(minutes=2))
        form = {"log": make_log(ticket, human_events(TEXT))}
        client.post("/sessions/", form)
        counted = aggregates(anna)
        client.post(f"/sessions/{ticket.session}/delete/")
        assert client.post("/sessions/", form).status_code == 302
        assert TypingSession.objects.get().pk == ticket.session and KeystrokeLog.objects.count() == 1
        rebuild_learner(str(anna.pk))
        again = aggregates(anna)
        for name, kept in (
            ("LessonProgress", slice(0, -1)),
            ("SkillProfile", slice(0, 2)),
            ("DailyStat", slice(None)),
        ):
            assert [row[kept] for row in again[name]] == [row[kept] for row in counted[name]]

    def test_it_is_refused_where_the_lesson_is_closed_now(self, course, anna):
        opener, client = run(anna, lesson_of(course)), signed_in(anna)
        ticket = make_ticket(anna, lesson_of(course, 2), issued_at=timezone.now() - timedelta(minutes=2))
        form = {"log": make_log(ticket, human_events(TEXT))}
        assert client.post("/sessions/", form).status_code == 302
        for pk in (opener.pk, ticket.session):
            client.post(f"/sessions/{pk}/delete/")
        assert client.post("/sessions/", form).status_code == 403
        assert not TypingSession.objects.exists()


def test_the_task_bears_running_twice_and_a_learner_who_is_gone(course, anna):
    run(anna, lesson_of(course))
    counted = aggregates(anna)
    for _ in range(2):
        rebuild_learner(str(anna.pk))
    assert aggregates(anna) == counted
    rebuild_learner(str(uuid4()))


def test_a_guest_who_deleted_and_signed_up_is_counted_right_at_once(course, anna):
    guest = User.objects.create_guest(uuid4(), now=NOW)
    gone = run(guest, lesson_of(course))
    run(guest, lesson_of(course), now=NOW + timedelta(hours=1), seed=2)
    delete_session(session_id=gone.pk, learner=guest, now=NOW)
    merge(guest, anna, now=NOW)
    rebuild_learner(str(guest.pk))
    counted = aggregates(anna)
    rebuild_learner(str(anna.pk))
    assert aggregates(anna) == counted and LessonProgress.objects.get().runs == 1


def counted_at_once(user) -> dict[str, list[tuple]]:
    """All but what follows by a task."""
    return {name: rows for name, rows in aggregates(user).items() if name != "SkillProfile"}


def follow_up(user) -> None:
    """Run what waits to be rebuilt, which leaves alone what was right at once."""
    counted = counted_at_once(user)
    events = OutboxEvent.objects.filter(task="progress.tasks.rebuild_learner")
    for event in events:
        rebuild_learner(**event.payload)
        assert counted_at_once(user) == counted
    events.delete()


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("run"),
            st.sampled_from([1, 2, None]),
            st.integers(80, 2000),
            st.lists(st.integers(0, 20), max_size=8),
        ),
        st.tuples(st.just("delete"), st.integers(0, 20)),
    ),
    max_size=10,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_counting_through_runs_and_deletions_equals_counting_anew(db, steps):
    for model in (TypingSession, LessonProgress, SkillProfile, DailyStat, OutboxEvent):
        model.objects.all().delete()
    course = Course.objects.first() or make_course(lessons=2)
    anna = User.objects.first() or make_learner()
    text, here = TypingText.of(TEXT), []
    for n, (step, *asked) in enumerate(steps):
        now = NOW + timedelta(hours=7 * (n // 2), minutes=n)
        if step == "run":
            number, pace, mistakes = asked
            anna.timezone = ZONES[n % len(ZONES)]
            typed = lesson_of(course, number) if number else text
            if number == 2:
                LessonProgress.objects.get_or_create(user=anna, lesson=typed, defaults={"last_at": NOW})
            here.append(run(anna, typed, now=now, seed=n, pace_ms=pace, mistakes=mistakes).pk)
            LessonProgress.objects.filter(runs=0).delete()
        elif here:
            delete_session(session_id=here.pop(asked[0] % len(here)), learner=anna, now=now)
        if n % 3 == 2:
            follow_up(anna)
    follow_up(anna)
    counted = aggregates(anna)
    rebuild_learner(str(anna.pk))
    assert aggregates(anna) == counted
