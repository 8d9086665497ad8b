import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.merging import merge
from accounts.models import User
from progress.keystrokes.logs import parse_log
from progress.keystrokes.skill import Skill
from progress.models import DailyStat, KeystrokeLog, LessonProgress, SkillProfile, TypingSession
from progress.recording.judging import judge_session
from progress.recording.rebuilding import rebuild_aggregates
from progress.recording.record import record_session
from progress.recording.tests.aggregates import ZONES, aggregates
from progress.tasks import session_recorded
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

RUNS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(80, 2000), st.lists(st.integers(0, 20), max_size=8)), max_size=6
)


@settings(max_examples=15, deadline=None)
@given(runs=RUNS)
def test_counting_as_they_come_equals_counting_anew(db, runs):
    TypingSession.objects.all().delete()
    for model in (LessonProgress, SkillProfile, DailyStat):
        model.objects.all().delete()
    from lessons.models import Course

    course = Course.objects.first() or make_course()
    anna = User.objects.first() or make_learner()
    LessonProgress.objects.create(user=anna, lesson=course.lessons.get(number=3), last_at=NOW)
    LessonProgress.objects.create(
        user=anna, lesson=course.lessons.get(number=1), last_at=NOW - timedelta(days=9)
    )
    for n, (number, pace, mistakes) in enumerate(runs):
        lesson = lesson_of(course, number)
        if number == 2:
            LessonProgress.objects.get_or_create(user=anna, lesson=lesson, defaults={"last_at": NOW})
        ticket = make_ticket(anna, lesson)
        log = parse_log(make_log(ticket, human_events(TEXT, pace_ms=pace, mistakes=mistakes, seed=n)))
        anna.timezone = ZONES[n % len(ZONES)]
        record_session(ticket=ticket, learner=anna, log=log, now=NOW + timedelta(hours=7 * (n // 2) + 1))
    LessonProgress.objects.filter(user=anna, runs=0).delete()
    counted = aggregates(anna)
    LessonProgress.objects.filter(user=anna).update(runs=99, best_stars=5, best_cpm=9999)
    LessonProgress.objects.filter(lesson__number=2).delete()
    DailyStat.objects.update(sessions=7, best_cpm=0)
    SkillProfile.objects.update(skill=Skill())
    rebuild_aggregates(anna.pk)
    assert aggregates(anna) == counted


@pytest.mark.django_db
def test_the_command_rebuilds_everyone_or_one(capsys):
    course, anna = make_course(), make_learner()
    LessonProgress.objects.create(user=anna, lesson=course.lessons.first(), runs=7, last_at=NOW)
    call_command("rebuild_aggregates", email="ANNA@example.com")
    assert not LessonProgress.objects.exists()
    call_command("rebuild_aggregates")
    assert "Rebuilt 0" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("rebuild_aggregates", email="nobody@example.com")


def run(user, course, *, number=1, now=NOW, seed=1, issued_at=None):
    lesson = lesson_of(course, number)
    ticket = make_ticket(user, lesson, issued_at=issued_at or now - timedelta(minutes=5))
    log = parse_log(make_log(ticket, human_events(TEXT, seed=seed), started_at=(now - timedelta(minutes=4))))
    return record_session(ticket=ticket, learner=user, log=log, now=now).session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "began", "day"),
    [
        ("UTC", "2026-03-28T23:59:59+00:00", date(2026, 3, 28)),
        ("Europe/Moscow", "2026-03-28T20:59:59+00:00", date(2026, 3, 28)),
        ("Europe/Moscow", "2026-03-28T21:00:00+00:00", date(2026, 3, 29)),
        ("Europe/Berlin", "2026-03-28T22:59:00+00:00", date(2026, 3, 28)),
        ("Europe/Berlin", "2026-03-29T21:59:00+00:00", date(2026, 3, 29)),
        ("Europe/Berlin", "2026-03-29T22:01:00+00:00", date(2026, 3, 30)),
        ("Europe/Berlin", "2026-10-25T22:59:00+00:00", date(2026, 10, 25)),
        ("America/New_York", "2026-11-01T04:30:00+00:00", date(2026, 11, 1)),
        ("Pacific/Kiritimati", "2026-12-31T10:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_a_session_belongs_to_the_learners_day_in_which_it_began(zone, began, day):
    course, anna = make_course(), make_learner()
    anna.timezone = zone
    start = datetime.fromisoformat(began)
    session = run(anna, course, now=start + timedelta(minutes=4))
    assert session.started_at == start
    assert session.local_date == DailyStat.objects.get().date == day


@pytest.mark.django_db
def test_a_clock_that_is_wrong_moves_no_session_to_another_day():
    course, anna = make_course(), make_learner()
    lesson = lesson_of(course)
    ticket = make_ticket(anna, lesson, issued_at=NOW - timedelta(minutes=9))
    for skew in (timedelta(days=-3), timedelta(days=3)):
        ticket = make_ticket(anna, lesson, issued_at=NOW - timedelta(minutes=9))
        raw = make_log(ticket, human_events(TEXT, seed=skew.days), started_at=NOW + skew)
        session = record_session(ticket=ticket, learner=anna, log=parse_log(raw), now=NOW).session
        assert session.local_date == NOW.date()


@pytest.mark.django_db
def test_another_time_zone_leaves_past_days_alone():
    course, anna = make_course(), make_learner()
    anna.timezone = "Asia/Vladivostok"
    anna.save()
    run(anna, course)
    before = aggregates(anna)
    anna.timezone = "America/New_York"
    anna.save()
    rebuild_aggregates(anna.pk)
    assert aggregates(anna) == before


@pytest.mark.django_db
def test_clocks_that_disagree_do_not_change_what_is_counted():
    course, anna = make_course(), make_learner()
    run(anna, course, now=NOW, seed=1)
    run(anna, course, now=NOW - timedelta(seconds=3), seed=2)
    run(anna, course, now=NOW, seed=3)
    counted = aggregates(anna)
    rebuild_aggregates(anna.pk)
    assert aggregates(anna) == counted


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["keystrokes", "legacy"])
def test_a_profile_that_counts_expired_logs_is_kept(source):
    course, anna = make_course(), make_learner()
    first, second = run(anna, course, seed=1), run(anna, course, now=NOW + timedelta(days=1), seed=2)
    TypingSession.objects.update(source=source)
    counted = aggregates(anna)
    KeystrokeLog.objects.filter(session=first).delete()
    rebuild_aggregates(anna.pk)
    assert aggregates(anna) == counted
    KeystrokeLog.objects.filter(session=second).delete()
    rebuild_aggregates(anna.pk)
    assert aggregates(anna) == counted


@pytest.mark.django_db
def test_merging_counts_a_guests_sessions_with_the_accounts():
    course, anna = make_course(), make_learner()
    guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
    run(anna, course, seed=1)
    run(guest, course, now=NOW - timedelta(days=1), seed=2)
    run(guest, course, now=NOW + timedelta(days=1), seed=3)
    assert merge(guest, anna, now=NOW)
    counted = aggregates(anna)
    assert LessonProgress.objects.get(user=anna).runs == 3 and len(counted["DailyStat"]) == 3
    rebuild_aggregates(anna.pk)
    assert aggregates(anna) == counted
    assert not SkillProfile.objects.exclude(user=anna).exists()


@pytest.mark.django_db
def test_a_rhythm_typed_again_is_no_ranked_session_and_sets_no_record():
    course, anna, bob = make_course(), make_learner(), make_learner("bob@example.com")
    first = run(anna, course, seed=1)
    again = run(bob, course, now=NOW + timedelta(hours=1), seed=1)
    other = run(bob, course, now=NOW + timedelta(hours=2), seed=2)
    for session in (first, again, other):
        session_recorded(str(session.pk))
        session_recorded(str(session.pk))
        session.refresh_from_db()
    assert [session.ranked for session in (first, again, other)] == [True, False, True]
    assert again.flags == ["repeated"]
    assert LessonProgress.objects.get(user=bob).best_cpm == other.cpm
    assert max(DailyStat.objects.filter(user=bob).values_list("best_cpm", flat=True)) == other.cpm
    session_recorded(str(uuid.uuid4()))
    counted = aggregates(bob)
    rebuild_aggregates(bob.pk)
    assert aggregates(bob) == counted
    TypingSession.objects.filter(pk=other.pk).delete()
    judge_session(other, now=NOW, add=["repeated"])
    assert not TypingSession.objects.filter(pk=other.pk).exists()
