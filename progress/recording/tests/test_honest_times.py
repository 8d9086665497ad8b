"""Odd clocks and long pauses: recorded, flagged, and no figure spoilt."""

import json
from datetime import timedelta

import pytest

from progress.keystrokes.logs import parse_log
from progress.models import DailyStat, SkillProfile, TypingSession
from progress.recording import record as recording
from progress.recording.playing import replay_of
from progress.recording.record import PlainText
from tests.factories import NOW, TEXT, human_events, lesson_of, make_log, make_ticket

LATER = NOW + timedelta(minutes=5)


def record_session(**asked) -> TypingSession:
    return recording.record_session(**asked).session


def after_a_pause(ms, *, at=5):
    events = human_events(TEXT)
    return [*events[:at], [ms, *events[at][1:]], *events[at + 1 :]]


HONEST = {
    "two hours' pause": (after_a_pause(7_200_000), {}, {"idle", "clock"}),
    "a week's pause": (after_a_pause(604_800_000), {}, {"idle", "clock"}),
    "a clock put back an hour meanwhile": (after_a_pause(-3_600_000), {}, {"clock"}),
    "a clock put on by years meanwhile": (after_a_pause(1e12), {}, {"idle", "clock"}),
    "a pause as long as JSON can tell": (after_a_pause(1e308), {}, {"idle", "clock"}),
    "the clock of 1970": (human_events(TEXT), {"started_at": 0}, {"clock"}),
    "the clock of before 1970": (human_events(TEXT), {"started_at": -10_000}, {"clock"}),
    "the clock of 1999": (human_events(TEXT), {"started_at": 930_000_000_000}, {"clock"}),
    "the clock of 9999": (human_events(TEXT), {"started_at": 253_402_300_799_999}, {"clock"}),
    "a key held for an hour": ([[0, "а", 3_600_000], *human_events(TEXT)[1:]], {}, set()),
    "a hold that ends before it begins": ([[0, "а", -40.5], *human_events(TEXT)[1:]], {}, set()),
}


@pytest.mark.parametrize(("events", "told", "flags"), HONEST.values(), ids=HONEST)
def test_what_an_honest_browser_sends_is_recorded(course, anna, events, told, flags):
    ticket = make_ticket(anna, lesson_of(course))
    log = parse_log(json.dumps(json.loads(make_log(ticket, events)) | told))
    session = record_session(ticket=ticket, learner=anna, log=log, now=LATER)
    assert set(session.flags) == flags and session.ranked == (not flags)
    assert ticket.issued_at <= session.started_at <= LATER
    assert session.accuracy == 100 and 0 < session.cpm < 400
    assert DailyStat.objects.get().duration_ms == session.duration_ms <= 86_400_000
    assert DailyStat.objects.get().date == session.local_date == NOW.date()
    assert SkillProfile.objects.get().skill.first.total == pytest.approx(session.cpm, abs=0.01)


def test_a_page_open_for_days_and_typed_on_today(course, anna):
    ticket = make_ticket(anna, lesson_of(course), issued_at=NOW - timedelta(days=9))
    log = parse_log(make_log(ticket, after_a_pause(8 * 86_400_000), started_at=ticket.issued_at))
    session = record_session(ticket=ticket, learner=anna, log=log, now=NOW)
    assert session.flags == ["idle"] and session.duration_ms == 86_400_000


@pytest.mark.parametrize("mode", ["stop", "free"])
def test_a_backspace_held_for_half_an_hour(course, anna, mode):
    ticket = make_ticket(anna, lesson_of(course), mode=mode, issued_at=NOW - timedelta(hours=1))
    events = [[0, "x", 50], *[[30, "\b", None]] * 60_000, *human_events(TEXT)]
    raw = json.dumps(json.loads(make_log(ticket, events)), separators=(",", ":"))
    session = record_session(ticket=ticket, learner=anna, log=parse_log(raw), now=NOW)
    assert (session.keystrokes, session.errors) == (60_001 + len(TEXT), 1)
    assert replay_of(TypingSession.objects.select_related("text").get()).finished


def test_ever_so_many_long_pauses_are_no_more_than_a_day(course, anna):
    ticket = make_ticket(anna, lesson_of(course), issued_at=NOW - timedelta(days=99))
    events = [[0, "x", 50], *[[90_000, "x", None]] * 40_000, *human_events(TEXT)]
    raw = json.dumps(json.loads(make_log(ticket, events)), separators=(",", ":"))
    session = record_session(ticket=ticket, learner=anna, log=parse_log(raw), now=NOW)
    assert session.duration_ms == 86_400_000


def test_a_plain_form_left_open_counts_what_typing_takes(course, anna):
    ticket = make_ticket(anna, lesson_of(course), issued_at=NOW - timedelta(days=3))
    session = record_session(ticket=ticket, learner=anna, log=PlainText(TEXT), now=NOW)
    assert session.flags == ["idle"] and session.duration_ms == 5000 * len(TEXT)
    assert session.started_at == NOW - timedelta(milliseconds=session.duration_ms)
    assert session.local_date == NOW.date()
