from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from progress import partitions
from progress.logs import parse_log
from progress.models import KeystrokeLog
from progress.recording import record_session
from typingtrainer.testing import NOW, TEXT, human_events, make_course, make_learner, make_log, make_ticket

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
    return record_session(ticket=ticket, learner=anna, log=log, now=now + timedelta(minutes=1))


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
