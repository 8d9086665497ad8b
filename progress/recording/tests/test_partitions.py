from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from progress.keystrokes.logs import parse_log
from progress.models import KeystrokeLog
from progress.recording import partitions
from progress.recording.record import record_session
from progress.tasks import keep_partitions
from tests.factories import NOW, TEXT, human_events, make_course, make_learner, make_log, make_ticket

pytestmark = pytest.mark.django_db


def where(session) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM progress_keystrokelog WHERE session_id = %s", [session.pk]
        )
        return cursor.fetchone()[0]


def recorded(now):
    lesson = make_course().lessons.select_related("course", "text").first()
    anna = make_learner()
    ticket = make_ticket(anna, lesson, issued_at=now)
    log = parse_log(make_log(ticket, human_events(TEXT)))
    return record_session(ticket=ticket, learner=anna, log=log, now=now + timedelta(minutes=1)).session


def test_months_are_made_ahead_over_the_end_of_the_year_and_once():
    names = [f"progress_keystrokelog_{month}" for month in ("2031_11", "2031_12", "2032_01", "2032_02")]
    assert partitions.make(today=date(2031, 11, 30)) == names
    assert partitions.make(today=date(2031, 11, 30)) == []


def test_a_log_goes_into_its_month():
    partitions.make(today=NOW.date())
    assert where(recorded(NOW)) == "progress_keystrokelog_2026_11"


def test_logs_that_came_before_their_partition_move_into_it():
    late = NOW.replace(year=2033)
    session = recorded(late)
    packed = bytes(KeystrokeLog.objects.get(session_id=session.pk).packed)
    assert where(session) == "progress_keystrokelog_default"
    partitions.make(today=late.date())
    assert where(session) == "progress_keystrokelog_2033_11"
    assert bytes(KeystrokeLog.objects.get(session_id=session.pk).packed) == packed


def test_deleting_a_session_deletes_its_log():
    session = recorded(NOW)
    session.delete()
    assert not KeystrokeLog.objects.exists()


def test_the_command(capsys):
    call_command("partitions")
    call_command("partitions")
    assert capsys.readouterr().out.count("progress_keystrokelog_") <= 4


def test_months_that_outlived_their_time_are_dropped_and_the_sessions_stay():
    old, new = NOW.replace(year=2031, month=1), NOW.replace(year=2031, month=8)
    for moment in (old, new):
        partitions.make(today=moment.date())
    session = recorded(old)
    assert where(session) == "progress_keystrokelog_2031_01"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    last_day = date(2031, 1, 31) + timedelta(days=180)
    assert "progress_keystrokelog_2031_01" not in partitions.drop(today=last_day, days=180)
    assert "progress_keystrokelog_2031_01" in partitions.drop(today=last_day + timedelta(days=1), days=180)
    assert not KeystrokeLog.objects.exists()
    session.refresh_from_db()
    assert partitions.make(today=new.date()) == []


def test_expired_logs_without_a_partition_go_too():
    session = recorded(NOW.replace(year=2033))
    assert where(session) == "progress_keystrokelog_default"
    partitions.drop(today=date(2033, 6, 1), days=180)
    assert KeystrokeLog.objects.exists()
    partitions.drop(today=date(2034, 12, 1), days=180)
    assert not KeystrokeLog.objects.exists()


def test_the_daily_task_makes_and_drops(settings):
    settings.KEYSTROKE_LOG_DAYS = 180
    partitions.make(today=date(2020, 1, 1))
    assert "progress_keystrokelog_2020_01" in keep_partitions()
