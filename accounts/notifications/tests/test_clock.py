"""The hour of a reminder by the learner's own clock: whatever her zone, and whatever the clocks do on that day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from accounts.notifications.clock import LATE_HOURS, is_due
from accounts.time_zones import known_timezones

TICK = timedelta(minutes=10)
ZONES = st.sampled_from(sorted(known_timezones()))
FALL_BACK, SPRING_FORWARD = date(2026, 11, 1), date(2026, 3, 8)
"""In New York; at Cairo's midnight on 24 April 2026, and by half an hour on Lord Howe on 4 October."""


def ticks_of(day: date) -> list[datetime]:
    """Whenever workers look, from before the day begins anywhere to after it has ended everywhere."""
    start = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=15)
    return [start + n * TICK for n in range(54 * 6)]


def all_of(day: date, zone: str) -> list[datetime]:
    """What the clock of a zone shows on a day."""
    shown = [tick.astimezone(ZoneInfo(zone)) for tick in ticks_of(day)]
    return [local for local in shown if local.date() == day]


@given(zone=ZONES, hour=st.integers(0, 23), day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
@example(zone="America/New_York", hour=2, day=SPRING_FORWARD)
@example(zone="America/New_York", hour=1, day=FALL_BACK)
@example(zone="Africa/Cairo", hour=0, day=date(2026, 4, 24))
@example(zone="Australia/Lord_Howe", hour=2, day=date(2026, 10, 4))
@example(zone="Asia/Kathmandu", hour=23, day=date(2026, 6, 1))
@example(zone="America/Nuuk", hour=23, day=date(2026, 3, 28))
@example(zone="America/Nuuk", hour=22, day=date(2026, 3, 28))
def test_every_day_has_its_time_which_comes_when_the_clock_shows_it(zone, hour, day):
    due = [tick for tick in ticks_of(day) if is_due(zone, hour, now=tick) == day]
    assert due
    shown = [tick.astimezone(ZoneInfo(zone)) for tick in due]
    # Where the clock skips the last hours of a day, it comes in the last there is.
    hour = min(hour, max(there.hour for there in all_of(day, zone)))
    assert all(hour <= local.hour < hour + LATE_HOURS for local in shown)
    before = (due[0] - TICK).astimezone(ZoneInfo(zone))
    assert before.date() < day or before.hour < hour


@given(zone=ZONES, hour=st.integers(0, 23), now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_of_no_other_day_and_only_of_those_chosen(zone, hour, now):
    now = now.replace(tzinfo=UTC)
    today = now.astimezone(ZoneInfo(zone)).date()
    due = is_due(zone, hour, now=now)
    assert due in (None, today)
    assert is_due(zone, hour, {(today.weekday() + 1) % 7}, now=now) is None
    assert is_due(zone, hour, {today.weekday()}, now=now) == due


@given(
    zones=st.lists(ZONES, min_size=1, max_size=4),
    hour=st.integers(0, 23),
    moves=st.lists(st.integers(0, 53 * 6), max_size=3),
)
def test_who_travels_is_reminded_at_most_once_for_each_day_she_lives(zones, hour, moves):
    told = []
    moved = sorted(moves)
    for number, tick in enumerate(ticks_of(date(2026, 6, 10))):
        zone = zones[sum(move <= number for move in moved) % len(zones)]
        due = is_due(zone, hour, now=tick)
        if due and due not in told:
            told.append(due)
            assert tick.astimezone(ZoneInfo(zone)).date() == due
    assert len(told) == len(set(told)) <= 4
