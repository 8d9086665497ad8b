"""Reminders at the learner's own hour, and warnings of streaks that are about to end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache

from accounts.models import Notification, NotificationChoice, ReminderTime, User
from accounts.notifications import sending
from accounts.tasks import send_notification
from outbox.models import OutboxEvent
from progress import reminding
from progress.models import DailyStat
from progress.tasks import remind
from progress.tests.practice import practise
from tests.factories import make_learner

TODAY = date(2026, 11, 27)
"""A Friday."""
EVENING = datetime(2026, 11, 27, 18, 5, tzinfo=UTC)
NIGHT = datetime(2026, 11, 27, 20, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


def make_reader(kind="reminder", email="anna@example.com", hour=None, days=range(7), **fields):
    user = make_learner(email, **({"language": "en"} | fields))
    NotificationChoice.objects.create(user=user, kind=kind, channel="email")
    if hour is not None:
        ReminderTime.objects.create(user=user, hour=hour, days=list(days))
    return user


def practised(user, *days_ago):
    for ago in days_ago:
        practise(user, TODAY - timedelta(days=ago))


def told(now, *, at=None):
    """The subjects of the mails that go out when workers look at `now`, and send at `at`."""
    mail.outbox.clear()
    OutboxEvent.objects.all().delete()
    queued = reminding.queue_reminders(now=now)
    events = list(OutboxEvent.objects.all())
    assert len(events) == queued
    for event in events:
        asked = {name: event.payload[name] for name in ("kind", "channel", "about")}
        sending.send_now(user_id=event.payload["user_id"], now=at or now, **asked)
    return [message.subject for message in mail.outbox]


class TestReminder:
    @pytest.mark.parametrize(
        ("zone", "hour", "just_before"),
        [
            ("UTC", 18, datetime(2026, 11, 27, 17, 59, tzinfo=UTC)),
            ("Asia/Vladivostok", 7, datetime(2026, 11, 26, 20, 59, tzinfo=UTC)),
            ("Asia/Kathmandu", 18, datetime(2026, 11, 27, 12, 14, tzinfo=UTC)),
            ("America/Los_Angeles", 0, datetime(2026, 11, 27, 7, 59, tzinfo=UTC)),
        ],
    )
    def test_from_her_own_hour_on(self, db, zone, hour, just_before):
        make_reader(hour=hour, timezone=zone)
        assert told(just_before) == []
        assert told(just_before + timedelta(minutes=1)) == ["Time to practice"]

    def test_once_a_day(self, db):
        make_reader()
        assert [len(told(EVENING + timedelta(minutes=10 * n))) for n in range(3)] == [1, 0, 0]
        assert len(told(EVENING + timedelta(days=1))) == 1
        assert Notification.objects.count() == 2

    def test_at_six_in_the_evening_who_chose_no_hour(self, db):
        make_reader()
        assert told(EVENING - timedelta(minutes=6)) == [] and len(told(EVENING)) == 1

    def test_only_on_the_days_she_chose(self, db):
        make_reader(hour=18, days=[4])
        assert [len(told(EVENING + timedelta(days=n))) for n in range(8)] == [1, 0, 0, 0, 0, 0, 0, 1]

    def test_not_who_has_practised_today(self, db):
        practised(make_reader(), 0)
        practised(make_reader(email="boris@example.com"), 1)
        assert len(told(EVENING)) == 1 and mail.outbox[0].to == ["boris@example.com"]

    def test_a_few_keys_are_no_practice(self, db):
        practise(make_reader(), TODAY, minutes=1, cpm=19)
        assert len(told(EVENING)) == 1

    def test_not_who_practised_after_it_was_queued(self, db):
        user = make_reader()
        assert reminding.queue_reminders(now=EVENING) == 1
        practised(user, 0)
        [event] = OutboxEvent.objects.all()
        assert send_notification(**event.payload) == 0 and not mail.outbox

    def test_not_the_next_day(self, db):
        make_reader()
        assert told(EVENING, at=EVENING + timedelta(hours=7)) == []

    def test_not_hours_later_should_the_workers_have_been_down(self, db):
        make_reader()
        assert len(told(EVENING + timedelta(hours=2))) == 1
        make_reader(email="boris@example.com")
        assert told(EVENING + timedelta(hours=3)) == []

    def test_twice_in_the_hour_that_comes_twice_it_is_once(self, db):
        make_reader(hour=1, timezone="America/New_York")
        first = datetime(2026, 11, 1, 5, 5, tzinfo=UTC)
        assert [len(told(first + timedelta(hours=n))) for n in range(3)] == [1, 0, 0]

    def test_in_the_hour_that_does_not_come_it_is_an_hour_later(self, db):
        make_reader(hour=2, timezone="America/New_York")
        three = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
        assert told(three - timedelta(minutes=1)) == [] and len(told(three)) == 1

    def test_who_moves_west_is_not_reminded_of_the_same_day_again(self, db):
        user = make_reader(timezone="Asia/Tokyo")
        assert len(told(datetime(2026, 11, 27, 9, 5, tzinfo=UTC))) == 1
        User.objects.filter(pk=user.pk).update(timezone="Europe/London")
        assert told(EVENING) == [] and len(told(EVENING + timedelta(days=1))) == 1

    def test_what_it_says(self, db):
        make_reader(goal_minutes=15)
        make_reader(email="boris@example.com", language="ru")
        told(EVENING)
        english, russian = sorted(mail.outbox, key=lambda message: message.to)
        assert (
            "Your goal for today: 15 minutes." in english.body
            and "/notifications/unsubscribe/" in english.body
        )
        assert russian.subject == "Пора заниматься" and "Хватит и пяти минут" in russian.body

    def test_as_many_queries_for_many(self, db, django_assert_num_queries):
        for n in range(5):
            make_reader(email=f"r{n}@example.com")
        # Of each kind and channel the zones; of the reminder by mail the learners, three for events, and no more.
        with django_assert_num_queries(6 + 5):
            assert reminding.queue_reminders(now=EVENING) == 5


class TestStreak:
    def test_in_the_evening_before_it_ends(self, db):
        practised(make_reader("streak"), 1, 2, 3)
        assert told(NIGHT - timedelta(minutes=6)) == []
        assert told(NIGHT) == ["3 days in a row"] and told(NIGHT + timedelta(minutes=10)) == []

    @pytest.mark.parametrize(
        "days",
        [(1, 2), (), (2, 3, 4), (0, 1, 2, 3), range(1, 8), (1, *range(3, 10))],
        ids=["two days", "none", "ended already", "safe already", "a day off in hand", "one of it used"],
    )
    def test_nothing_where_nothing_is_at_risk(self, db, days):
        practised(make_reader("streak"), *days)
        expected = ["8 days in a row"] if list(days) == [1, *range(3, 10)] else []
        assert told(NIGHT) == expected

    def test_in_her_own_evening(self, db):
        practised(make_reader("streak", timezone="Asia/Kathmandu"), 1, 2, 3)
        assert told(datetime(2026, 11, 27, 14, 14, tzinfo=UTC)) == []
        assert len(told(datetime(2026, 11, 27, 14, 15, tzinfo=UTC))) == 1

    def test_in_russian(self, db):
        practised(make_reader("streak", language="ru"), 1, 2, 3, 4, 5)
        assert told(NIGHT) == ["5 дней подряд"] and "серия продолжится" in mail.outbox[0].body


class TestBoth:
    """Of a reminder and a warning on one evening only the warning comes."""

    def both(self, hour, *days_ago, warned_by="email", **fields):
        user = make_reader(hour=hour, **fields)
        NotificationChoice.objects.create(user=user, kind="streak", channel=warned_by)
        practised(user, *days_ago)
        return user

    @pytest.mark.parametrize("hour", [20, 22])
    def test_the_warning_alone(self, db, hour):
        self.both(hour, 1, 2, 3)
        warned, later = told(NIGHT), [told(NIGHT + timedelta(hours=hours)) for hours in (1, 2, 3)]
        assert warned == ["3 days in a row"] and later == [[], [], []]

    def test_a_reminder_that_is_late_as_well(self, db):
        self.both(18, 1, 2, 3)
        assert told(NIGHT) == ["3 days in a row"]

    def test_the_reminder_where_nothing_is_at_risk(self, db):
        self.both(20, 1, 2)
        assert told(NIGHT) == ["Time to practice"]

    def test_the_reminder_where_no_warning_reaches_her(self, db):
        self.both(20, 1, 2, 3, warned_by="push")
        assert told(NIGHT) == ["Time to practice"]

    def test_hours_apart_both_come(self, db):
        self.both(18, 1, 2, 3)
        assert told(EVENING) == ["Time to practice"] and told(NIGHT) == ["3 days in a row"]


def test_the_schedule_knows_the_task(settings, db):
    assert settings.CELERY_BEAT_SCHEDULE["reminders"]["task"] == remind.name
    assert remind() == 0 and not DailyStat.objects.exists()
