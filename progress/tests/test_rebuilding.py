from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from progress.logs import parse_log
from progress.models import LessonProgress, TypingSession
from progress.rebuilding import rebuild
from progress.recording import record_session
from typingtrainer.testing import NOW, TEXT, human_events, make_course, make_learner, make_log, make_ticket

FIELDS = ("lesson__number", "runs", "accurate_runs", "best_stars", "best_cpm", "best_accuracy", "last_at")


def aggregates(user) -> list[tuple]:
    return list(LessonProgress.objects.filter(user=user).order_by("lesson__number").values_list(*FIELDS))


RUNS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(80, 2000), st.lists(st.integers(0, 20), max_size=8)), max_size=6
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=RUNS)
def test_counting_as_they_come_equals_counting_anew(db, runs):
    TypingSession.objects.all().delete()
    LessonProgress.objects.all().delete()
    from accounts.models import User
    from lessons.models import Course

    course = Course.objects.first() or make_course()
    anna = User.objects.first() or make_learner()
    LessonProgress.objects.create(user=anna, lesson=course.lessons.get(number=3), last_at=NOW)
    LessonProgress.objects.create(
        user=anna, lesson=course.lessons.get(number=1), last_at=NOW - timedelta(days=9)
    )
    for n, (number, pace, mistakes) in enumerate(runs):
        lesson = course.lessons.select_related("course", "text").get(number=number)
        if number == 2:
            LessonProgress.objects.get_or_create(user=anna, lesson=lesson, defaults={"last_at": NOW})
        ticket = make_ticket(anna, lesson)
        log = parse_log(make_log(ticket, human_events(TEXT, pace_ms=pace, mistakes=mistakes, seed=n)))
        record_session(ticket=ticket, learner=anna, log=log, now=NOW + timedelta(hours=n + 1))
    LessonProgress.objects.filter(user=anna, runs=0).delete()
    counted = aggregates(anna)
    LessonProgress.objects.filter(user=anna).update(runs=99, best_stars=5, best_cpm=9999)
    LessonProgress.objects.filter(lesson__number=2).delete()
    rebuild(anna.pk)
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
