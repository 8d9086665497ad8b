import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from accounts.merging import Gone
from accounts.models import User
from billing.entitlement.grants import grant
from lessons.models import Course, Lesson, TypingText
from lessons.outlines import lesson_numbered
from outbox.models import OutboxEvent
from progress.exercises import access
from progress.keystrokes import packing, scoring
from progress.keystrokes.logs import InvalidLog, parse_log
from progress.keystrokes.replay import replay
from progress.models import KeystrokeLog, LessonProgress, SkillProfile, TypingSession
from progress.recording import record as recording
from progress.recording.record import Conflict, ExerciseGone, PlainText
from tests.factories import (
    NOW,
    TEXT,
    human_events,
    lesson_of,
    make_course,
    make_learner,
    make_log,
    make_ticket,
)

LATER = NOW + timedelta(minutes=5)


def record_session(**asked) -> TypingSession:
    """In a transaction, as the views have it: a refusal rolls all of it back."""
    with transaction.atomic():
        return recording.record_session(**asked).session


def record(anna, lesson, events=None, *, now=LATER, **ticket_fields) -> TypingSession:
    ticket = make_ticket(anna, lesson, **ticket_fields)
    log = parse_log(make_log(ticket, events or human_events(lesson.text.body)))
    return record_session(ticket=ticket, learner=anna, log=log, now=now)


def nothing_stored() -> bool:
    models = (TypingSession, KeystrokeLog, LessonProgress, OutboxEvent)
    return not any(model.objects.exists() for model in models)


def test_a_session_is_stored_with_everything_that_follows_from_it(course, anna):
    lesson = lesson_of(course)
    events = human_events(TEXT, mistakes=(3, 9))
    session = record(anna, lesson, events)
    session.refresh_from_db()
    assert (session.user, session.lesson, session.kind, session.layout) == (
        anna,
        lesson,
        "lesson",
        "ru-jcuken",
    )
    assert session.errors == 2
    assert session.keystrokes == len(events)
    assert session.ranked and session.flags == []
    mode, stored = packing.unpack(TEXT, bytes(session.log.packed))
    assert scoring.score(replay(TEXT, stored, mode)).cpm == session.cpm
    progress = LessonProgress.objects.get(user=anna, lesson=lesson)
    assert (progress.runs, progress.best_stars, progress.best_cpm) == (1, session.stars, session.cpm)
    profile = SkillProfile.objects.get(user=anna, layout="ru-jcuken")
    assert profile.skill.keys["а"].hits == TEXT.count("а") and profile.counted_at == session.counted_at
    assert not OutboxEvent.objects.exists()


def test_a_run_that_may_be_a_copy_of_an_earlier_one_is_looked_at_once_more(course, anna):
    lesson = lesson_of(course)
    record(anna, lesson, human_events(TEXT, seed=1))
    record(anna, lesson, human_events(TEXT, seed=2, mistakes=(3,)))
    assert not OutboxEvent.objects.exists()
    again = record(anna, lesson, human_events(TEXT, seed=3))
    event = OutboxEvent.objects.get()
    assert (event.task, event.payload) == ("progress.tasks.session_recorded", {"session_id": str(again.pk)})


def test_the_very_intervals_of_another_session_are_not_ranked(course, anna):
    lesson = lesson_of(course)
    boris = make_learner("boris@example.com")
    assert record(anna, lesson, human_events(TEXT)).ranked
    copy = record(boris, lesson, human_events(TEXT))
    assert (copy.ranked, copy.flags) == (False, ["repeated"])


def test_the_figures_are_those_of_an_independent_count(course, anna):
    """Counted here from the posted events alone, not by the project's own replay."""
    lesson = lesson_of(course)
    events = human_events(TEXT, mistakes=(0, 5, 20))
    session = record(anna, lesson, events)
    moments, clock = [], 0.0
    for dt, _, _ in events:
        clock += dt
        moments.append(round(clock))
    seconds = (moments[-1] - moments[0]) / 1000
    assert session.duration_ms == pytest.approx(seconds * 1000, abs=1)
    assert session.cpm == pytest.approx((len(TEXT) - 1) / seconds * 60, rel=1e-3)
    assert session.accuracy == pytest.approx(100 * len(TEXT) / (len(TEXT) + 3))


def test_at_most_fourteen_queries(course, anna, django_assert_max_num_queries):
    premium = lesson_of(course, 3)
    grant(user=anna, ends_at=LATER + timedelta(days=1), reason="test", granted_by=anna, now=NOW)
    LessonProgress.objects.create(
        user=anna, lesson=course.lessons.get(number=2), best_stars=3, runs=1, last_at=NOW
    )
    ticket = make_ticket(anna, premium)
    log = parse_log(make_log(ticket, human_events(TEXT)))
    with django_assert_max_num_queries(14):
        record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    ticket = make_ticket(anna, premium)
    log = parse_log(make_log(ticket, human_events(TEXT, seed=2)))
    with django_assert_max_num_queries(14):
        record_session(ticket=ticket, learner=anna, log=log, now=LATER)


def test_the_same_log_again_is_the_same_session(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    log = parse_log(make_log(ticket, human_events(TEXT)))
    once = record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    again = record_session(ticket=ticket, learner=anna, log=log, now=LATER + timedelta(hours=1))
    assert again == once and again.recorded_at == LATER
    assert (TypingSession.objects.count(), KeystrokeLog.objects.count()) == (1, 1)
    assert LessonProgress.objects.get().runs == 1


def test_another_log_under_the_same_ticket_conflicts(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    for seed in (1, 2):
        log = parse_log(make_log(ticket, human_events(TEXT, seed=seed)))
        if seed == 1:
            stored = record_session(ticket=ticket, learner=anna, log=log, now=LATER)
        else:
            with pytest.raises(Conflict):
                record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    assert TypingSession.objects.get() == stored


def test_another_learner_under_the_same_ticket_conflicts(course, anna, boris):
    ticket = make_ticket(anna, lesson_of(course))
    log = parse_log(make_log(ticket, human_events(TEXT)))
    record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    with pytest.raises(Conflict):
        record_session(ticket=ticket, learner=boris, log=log, now=LATER)
    assert not TypingSession.objects.filter(user=boris).exists()


def test_a_locked_lesson_stores_nothing(course, anna):
    lesson = lesson_of(course, 2)
    with pytest.raises(access.LessonLocked):
        record(anna, lesson)
    assert nothing_stored()


@pytest.mark.parametrize("is_report", [False, True], ids=["begun", "reported"])
def test_what_was_begun_with_premium_is_finished_without(course, anna, is_report):
    """Premium is asked for when the ticket is given; a report's ticket is given to nobody before."""
    LessonProgress.objects.create(
        user=anna, lesson=course.lessons.get(number=2), best_stars=3, runs=1, last_at=NOW
    )
    ticket = make_ticket(anna, lesson_of(course, 3))
    log = parse_log(make_log(ticket, human_events(TEXT)))
    if is_report:
        with pytest.raises(access.PremiumNeeded):
            record_session(ticket=ticket, learner=anna, log=log, now=LATER, is_report=True)
        assert not TypingSession.objects.exists()
    else:
        assert record_session(ticket=ticket, learner=anna, log=log, now=LATER).lesson.number == 3


def test_an_unpublished_lesson_stores_nothing(course, anna):
    lesson = lesson_of(course)
    Lesson.objects.update(is_published=False)
    with pytest.raises(access.LessonComing):
        record(anna, lesson)
    assert nothing_stored()


def test_an_unfinished_text_stores_nothing(course, anna):
    with pytest.raises(InvalidLog, match="unfinished"):
        record(anna, lesson_of(course), human_events(TEXT)[:-1])
    assert nothing_stored()


def test_the_ticket_decides_the_mode(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    log = parse_log(make_log(ticket, human_events(TEXT), mode="free"))
    with pytest.raises(InvalidLog, match="mode"):
        record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    assert nothing_stored()


def test_a_learner_merged_away_meanwhile_stores_nothing(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    log = parse_log(make_log(ticket, human_events(TEXT)))
    User.objects.filter(pk=anna.pk).delete()
    with pytest.raises(Gone):
        record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    assert nothing_stored()


def test_an_edited_lesson_records_the_text_that_was_shown(course, anna):
    lesson = lesson_of(course)
    ticket = make_ticket(anna, lesson)
    Lesson.objects.filter(pk=lesson.pk).update(text=TypingText.of("оо аа"))
    log = parse_log(make_log(ticket, human_events(TEXT)))
    assert record_session(ticket=ticket, learner=anna, log=log, now=LATER).text.body == TEXT


def test_two_stars_open_the_next_lesson(course, anna):
    lesson = lesson_of(course)
    session = record(anna, lesson, human_events(TEXT, pace_ms=400))
    assert session.stars >= 2
    second = lesson_numbered(course, 2)
    access.require_access(anna, second, now=LATER)


def test_three_careful_runs_open_the_next_lesson(course, anna):
    lesson, second = lesson_of(course), lesson_numbered(course, 2)
    for run in range(3):
        with pytest.raises(access.LessonLocked):
            access.require_access(anna, second, now=LATER)
        session = record(anna, lesson, human_events(TEXT, pace_ms=2000, seed=run))
        assert session.stars == 1 and session.accuracy == 100
    access.require_access(anna, second, now=LATER)


def test_a_lesson_once_typed_stays_open(course, anna):
    second = lesson_numbered(course, 2)
    LessonProgress.objects.create(user=anna, lesson=second.lesson, runs=1, best_stars=1, last_at=NOW)
    access.require_access(anna, second, now=LATER)


def test_the_start_is_the_clients_within_what_the_server_knows(course, anna):
    lesson = lesson_of(course)
    ticket = make_ticket(anna, lesson)
    events = human_events(TEXT)
    for claimed, expected in [
        (NOW + timedelta(minutes=1), NOW + timedelta(minutes=1)),
        (NOW - timedelta(days=3), NOW),
        (NOW + timedelta(days=3), None),
    ]:
        ticket = make_ticket(anna, lesson)
        log = parse_log(make_log(ticket, events, started_at=claimed))
        session = record_session(ticket=ticket, learner=anna, log=log, now=LATER)
        latest = LATER - timedelta(milliseconds=session.duration_ms)
        assert session.started_at == (expected or latest)


def test_an_implausible_session_counts_but_is_not_ranked(course, anna):
    steady = [[100, unit, 50] for unit in TEXT]
    session = record(anna, lesson_of(course), steady)
    assert session.flags == ["steady"] and not session.ranked and session.stars == 5


def test_a_plain_text_is_aligned_and_unranked(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    typed = TEXT.replace("ооа", "оа", 1)
    now = NOW + timedelta(seconds=30)
    session = record_session(ticket=ticket, learner=anna, log=PlainText(typed), now=now)
    assert (session.source, session.ranked, session.errors) == ("plain", False, 1)
    assert session.accuracy == pytest.approx(100 * (len(TEXT) - 1) / len(TEXT))
    assert session.cpm == pytest.approx(60 * (len(typed) - 1) / 30)
    assert not KeystrokeLog.objects.exists()
    assert LessonProgress.objects.get().best_stars == session.stars
    again = record_session(ticket=ticket, learner=anna, log=PlainText(typed), now=LATER)
    assert again == session and TypingSession.objects.count() == 1


def test_an_empty_plain_text_stores_nothing(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    with pytest.raises(InvalidLog, match="unfinished"):
        record_session(ticket=ticket, learner=anna, log=PlainText("  \n "), now=LATER)
    assert nothing_stored()


def test_a_plain_text_cut_short_stores_nothing(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    with pytest.raises(InvalidLog, match="unfinished"):
        record_session(ticket=ticket, learner=anna, log=PlainText(TEXT[:20]), now=LATER)
    assert nothing_stored()


def test_a_plain_text_at_once_is_flagged_and_no_best_speed(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    now = NOW + timedelta(milliseconds=20)
    session = record_session(ticket=ticket, learner=anna, log=PlainText(TEXT), now=now)
    assert session.flags == ["fast"] and session.stars == 5
    assert LessonProgress.objects.get().best_cpm == 0


def test_a_text_or_lesson_that_is_gone_stores_nothing(course, anna):
    lesson = lesson_of(course)
    for ticket in (make_ticket(anna, lesson, text=TypingText(sha256="0" * 64)), make_ticket(anna, lesson)):
        log = parse_log(make_log(ticket, human_events(TEXT)))
        Lesson.objects.filter(pk=lesson.pk).delete()
        with pytest.raises(ExerciseGone):
            record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    assert nothing_stored()


def test_a_gap_in_the_course_shuts_nothing_off(course, anna):
    Lesson.objects.filter(number=2).update(is_published=False)
    record(anna, lesson_of(course))
    Lesson.objects.filter(number=3).update(is_free=True)
    third = lesson_numbered(Course.objects.get(), 3)
    assert third.previous.number == 1
    access.require_access(anna, third, now=LATER)


def test_a_plain_text_after_a_year_is_still_recorded(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    now = NOW + timedelta(days=365)
    assert record_session(ticket=ticket, learner=anna, log=PlainText(TEXT), now=now).stars == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_of_one_log_give_one_session():
    lesson, anna = lesson_of(make_course()), make_learner()
    ticket = make_ticket(anna, lesson)
    log = parse_log(make_log(ticket, human_events(TEXT)))
    together, seen = Barrier(4), []

    def post() -> None:
        together.wait()
        try:
            seen.append(record_session(ticket=ticket, learner=anna, log=log, now=LATER).pk)
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [ticket.session] * 4
    assert (TypingSession.objects.count(), KeystrokeLog.objects.count()) == (1, 1)
    assert LessonProgress.objects.get().runs == 1


@pytest.mark.django_db(transaction=True)
def test_two_learners_at_once_under_one_ticket_conflict():
    lesson, anna, bob = lesson_of(make_course()), make_learner(), make_learner("bob@example.com")
    ticket = make_ticket(anna, lesson)
    log = parse_log(make_log(ticket, human_events(TEXT)))
    answers = []

    def post() -> None:
        try:
            record_session(ticket=ticket, learner=bob, log=log, now=LATER)
        except Conflict as error:
            answers.append(error)
        finally:
            connection.close()

    thread = Thread(target=post)
    with transaction.atomic():
        record_session(ticket=ticket, learner=anna, log=log, now=LATER)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert len(answers) == 1
    assert TypingSession.objects.get().user == anna


def test_the_stored_log_says_what_was_posted(course, anna):
    events = human_events(TEXT, mistakes=(2,))
    session = record(anna, lesson_of(course), events)
    _, stored = packing.unpack(TEXT, bytes(session.log.packed))
    assert [event.text for event in stored] == [text for _, text, _ in events]
    assert json.dumps(session.flags) == "[]"
