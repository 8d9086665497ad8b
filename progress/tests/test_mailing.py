import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from PIL import Image

from accounts.models import Notification, NotificationChoice
from accounts.notifications import sending
from accounts.notifications.wanted import stop
from accounts.tasks import send_notification
from outbox.models import OutboxEvent
from progress import mailing
from progress.models import DailyStat, SkillProfile
from progress.tasks import weekly_reports
from progress.tests.practice import WEEK, practise, skill
from tests.factories import make_learner
from tests.fakes.smtp import mail_server

MONDAY = WEEK + timedelta(weeks=1)
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def reader(db):
    return make_reader()


def make_reader(email="anna@example.com", *, practised=True, wanted=True, **fields):
    user = make_learner(email, **({"language": "en"} | fields))
    if wanted:
        NotificationChoice.objects.create(user=user, kind="weekly_report", channel="email")
    if practised:
        practise(user, WEEK + timedelta(days=2))
    return user


def queued() -> list[tuple[str, str]]:
    events = OutboxEvent.objects.filter(task=send_notification.name, due_at=None).order_by("id")
    return [(event.payload["user_id"], event.payload["about"]) for event in events]


def told() -> list[Notification]:
    return list(Notification.objects.filter(kind="weekly_report", channel="email"))


def mark_told(user, *, now=NOW) -> None:
    Notification.objects.create(
        user=user, kind="weekly_report", channel="email", about=WEEK.isoformat(), sent_at=now
    )


def send(user, *, now=NOW) -> bool:
    asked = {"kind": "weekly_report", "channel": "email", "about": WEEK.isoformat()}
    return bool(sending.send_now(user_id=user.pk, now=now, **asked))


def html_of(message) -> str:
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return html


class TestWhen:
    @pytest.mark.parametrize(
        ("zone", "just_before"),
        [
            ("Asia/Vladivostok", datetime(2026, 11, 15, 21, 59, 59, tzinfo=UTC)),
            ("UTC", datetime(2026, 11, 16, 7, 59, 59, tzinfo=UTC)),
            ("America/Los_Angeles", datetime(2026, 11, 16, 15, 59, 59, tzinfo=UTC)),
            ("Asia/Kathmandu", datetime(2026, 11, 16, 2, 14, 59, tzinfo=UTC)),
        ],
    )
    def test_from_eight_on_monday_in_her_own_time(self, db, zone, just_before):
        make_reader(timezone=zone)
        assert mailing.queue_reports(now=just_before) == 0
        assert mailing.queue_reports(now=just_before + timedelta(seconds=1)) == 1
        assert [week for _, week in queued()] == [WEEK.isoformat()]

    @pytest.mark.parametrize(
        ("now", "week"),
        [
            (datetime(2026, 10, 26, 14, 59, tzinfo=UTC), None),
            (datetime(2026, 10, 26, 15, 0, tzinfo=UTC), date(2026, 10, 19)),
            (datetime(2026, 11, 2, 15, 0, tzinfo=UTC), None),
            (datetime(2026, 11, 2, 16, 0, tzinfo=UTC), date(2026, 10, 26)),
            (datetime(2026, 11, 9, 7, 59, tzinfo=UTC), date(2026, 10, 26)),
            (datetime(2026, 11, 9, 8, 0, tzinfo=UTC), None),
        ],
    )
    def test_the_clock_is_put_back_on_1_november(self, now, week):
        assert mailing.due_week("America/Los_Angeles", now=now) == week

    def test_later_in_the_week_should_the_worker_have_been_down(self, reader):
        assert mailing.queue_reports(now=datetime(2026, 11, 22, 23, tzinfo=UTC)) == 1
        assert mailing.queue_reports(now=datetime(2026, 11, 23, 9, tzinfo=UTC)) == 0

    def test_zones_that_are_in_different_weeks_at_once(self, db):
        east, west = (
            make_reader(timezone="Asia/Vladivostok"),
            make_reader("west@example.com", timezone="Pacific/Honolulu"),
        )
        practise(west, WEEK - timedelta(days=3))
        assert mailing.queue_reports(now=datetime(2026, 11, 16, 2, tzinfo=UTC)) == 2
        last_but_one = (WEEK - timedelta(weeks=1)).isoformat()
        assert set(queued()) == {(str(east.pk), WEEK.isoformat()), (str(west.pk), last_but_one)}


class TestWho:
    @pytest.mark.parametrize(
        "fields", [{"wanted": False}, {"is_active": False}, {"email": None}, {"practised": False}]
    )
    def test_nobody_else(self, db, fields):
        email = fields.pop("email", "anna@example.com")
        user = make_reader(**fields)
        type(user).objects.update(email=email)
        assert mailing.queue_reports(now=NOW) == 0

    @pytest.mark.parametrize(("characters", "reports"), [(19, 0), (20, 1)])
    def test_only_who_had_a_day_of_practice(self, db, characters, reports):
        reader = make_reader(practised=False)
        for layout, typed in (("ru-jcuken", 10), ("en-qwerty", characters - 10)):
            practise(reader, WEEK, minutes=1, cpm=typed, layout=layout)
        assert mailing.queue_reports(now=NOW) == reports

    def test_not_who_got_it(self, reader):
        mark_told(reader)
        assert mailing.queue_reports(now=NOW) == 0
        practise(reader, MONDAY)
        assert mailing.queue_reports(now=NOW + timedelta(weeks=1)) == 1

    def test_in_batches_with_as_many_queries_for_many(self, db, monkeypatch, django_assert_num_queries):
        readers = {str(make_reader(f"r{n}@example.com").pk) for n in range(5)}
        monkeypatch.setattr(sending, "BATCH", 2)
        # The time zones, then per batch: learners, events and their savepoint; at last none. None for browsers.
        with django_assert_num_queries(1 + 3 * 4 + 1 + 1):
            assert mailing.queue_reports(now=NOW) == 5
        assert {user for user, _ in queued()} == readers and len(queued()) == 5

    def test_the_schedule_knows_the_task(self, settings, db):
        assert settings.CELERY_BEAT_SCHEDULE["weekly-reports"]["task"] == weekly_reports.name
        assert send_notification.name == sending.TASK
        assert weekly_reports() == 0


class TestSending:
    def test_once(self, reader):
        assert send(reader) and not send(reader)
        assert len(mail.outbox) == 1 and mail.outbox[0].to == ["anna@example.com"]
        assert [one.sent_at for one in told()] == [NOW]

    @pytest.mark.parametrize("change", [{}, {"is_active": False}, {"email": None}])
    def test_not_to_who_left_since_it_was_queued(self, reader, change):
        if change:
            type(reader).objects.update(**change)
        else:
            stop(reader, "weekly_report", "email")
        assert not send(reader)
        assert not mail.outbox and not told()

    def test_not_to_who_was_deleted(self, reader):
        user_id = str(reader.pk)
        reader.delete()
        assert send_notification(user_id, "weekly_report", "email", WEEK.isoformat()) == 0

    def test_not_of_a_week_whose_sessions_were_deleted(self, reader):
        DailyStat.objects.all().delete()
        assert not send(reader) and not told()

    def test_few_queries(self, reader, django_assert_max_num_queries):
        for day in range(200):
            practise(reader, WEEK - timedelta(days=day + 1))
        with django_assert_max_num_queries(10):
            send(reader)


@pytest.fixture
def server(settings):
    with mail_server() as state:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", state.port
        yield state


class TestMailServer:
    def run(self, user, tries=0):
        return send_notification(str(user.pk), "weekly_report", "email", WEEK.isoformat(), tries=tries)

    def test_it_gets_the_mail(self, reader, server):
        assert self.run(reader) == 1
        [message] = server.taken
        assert message["To"] == "anna@example.com" and message["Subject"].startswith("Your week")
        assert message.get_content_type() == "multipart/related"
        text, html = message.get_payload()[0].iter_parts()
        assert text.get_content_type() == "text/plain" and html.get_content_type() == "text/html"
        picture = message.get_payload()[1]
        assert picture["Content-ID"] == "<curve>" and picture.get_content_disposition() == "inline"

    def test_refused_for_the_moment_it_is_tried_again_later(self, reader, server):
        server.refusals = ["451 later", "451 later"]
        waits = []
        for tries in range(2):
            assert self.run(reader, tries) == 0 and not told()
            event = OutboxEvent.objects.latest("id")
            waits.append((event.due_at - event.created_at).total_seconds())
            assert (event.task, event.payload["tries"]) == (sending.TASK, tries + 1)
        assert waits == [60, 120]
        assert self.run(reader, 2) == 1
        assert (server.asked, len(server.taken), len(told())) == (3, 1, 1)

    def test_refused_for_long_it_waits_for_the_next_hour(self, reader, server):
        server.refusals = ["451 later"]
        assert self.run(reader, sending.MOST_TRIES) == 0
        assert not OutboxEvent.objects.exists() and not told()
        assert mailing.queue_reports(now=NOW) == 1
        assert self.run(reader) == 1 and len(server.taken) == 1

    def test_an_address_refused_for_good_is_left_alone(self, reader, server):
        server.refusals = ["550 nobody here"]
        assert self.run(reader) == 0 and server.asked == 1
        assert mailing.queue_reports(now=NOW) == 0

    def test_no_server_at_all(self, reader, server, settings):
        settings.EMAIL_PORT = 1
        with pytest.raises(OSError, match="refused"):
            send(reader)
        assert not told()

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_send_one(self, server):
        reader, together, results = make_reader(), Barrier(2), []
        server.delay = 0.3

        def work():
            together.wait()
            results.append(send(reader))
            connection.close()

        workers = [Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(results) == [False, True] and len(server.taken) == 1


class TestContent:
    def mail_of(self, user):
        mail.outbox.clear()
        assert send(user)
        return mail.outbox[0]

    def practised(self, **fields):
        user = make_reader(practised=False, **fields)
        for weeks_ago, cpm in [(5, 210), (3, 130), (2, 140), (1, 160)]:
            practise(user, WEEK - timedelta(weeks=weeks_ago), cpm=cpm)
        for day in range(3, 7):
            practise(user, WEEK + timedelta(days=day), minutes=10.5, cpm=175, accuracy=95.84)
        state = skill(pair="пр", slow=1.5)
        SkillProfile.objects.create(user=user, layout="ru-jcuken", skill=state)
        return user

    def test_in_english(self, db):
        message = self.mail_of(self.practised(language="en"))
        assert message.subject == "Your week at the keyboard: 35\u00a0WPM"
        for words in [
            "November 9\u00a0– November 15",
            "Speed: 35\u00a0WPM, 3\u00a0WPM more than the week before, your fastest week: 42\u00a0WPM",
            "Accuracy: 95.8%",
            "Days of practice: 4\u00a0of 7, 4 days in a row",
            "Time: 42\u00a0min, 12 exercises",
            "Speed by week, October 5 – November 15: from 42 to 35\u00a0WPM, 42 at most.",
            "“п → р” costs you",
        ]:
            assert words in message.body
        assert not re.search("[а-яё]{2}", message.body)

    def test_in_russian(self, db):
        message = self.mail_of(self.practised(language="ru"))
        assert message.subject == "Ваша неделя за клавиатурой: 175\u00a0зн/мин"
        for words in [
            "9 ноября\u00a0– 15 ноября",
            "Скорость: 175\u00a0зн/мин, на 15\u00a0зн/мин больше, чем неделей раньше, "
            "самая быстрая неделя: 210\u00a0зн/мин",
            "Точность: 95,8\u00a0%",
            "Дни занятий: 4\u00a0из 7, 4 дня подряд",
            "Время: 42\u00a0мин, 12 упражнений",
            "Скорость по неделям, 5 октября\u00a0– 15 ноября: от 210 до 175\u00a0зн/мин, наибольшая\u00a0— 210.",
            "На сочетании «п → р» вы теряете",
            "Больше не присылать",
        ]:
            assert words in message.body
        assert '<html lang="ru">' in html_of(message)

    def test_html_tells_the_same(self, db):
        message = self.mail_of(self.practised(language="en"))
        html = html_of(message)
        for words in ["35", "3\u00a0WPM more than the week before", "95.8%", "of 7", "“п → р” costs you"]:
            assert words in html
        alt = re.search(r'<img src="cid:curve"[^>]* alt="([^"]+)"', html)[1]
        assert alt in message.body

    def test_the_unit_is_the_learners(self, db):
        message = self.mail_of(self.practised(language="en", unit="cpm"))
        assert message.subject.endswith("175\u00a0CPM") and "15\u00a0CPM more" in message.body

    def test_nothing_from_other_hosts(self, db, settings):
        settings.SITE_URL = "https://typing.example.org"
        html = html_of(self.mail_of(self.practised()))
        assert set(re.findall(r"https?://[^/\"]+", html)) == {"https://typing.example.org"}
        assert f'href="https://typing.example.org{reverse("progress:dashboard")}"' in html
        assert "<script" not in html and "<link" not in html

    def test_the_curve_is_inside(self, db):
        message = self.mail_of(self.practised())
        [picture] = message.attachments
        assert picture["Content-ID"] == "<curve>"
        assert Image.open(BytesIO(picture.get_payload(decode=True))).size == (1200, 400)

    @pytest.mark.parametrize(
        ("cpm", "before", "words"),
        [
            (150, 160, "2\u00a0WPM less than the week before"),
            (150, 151, "as fast as the week before"),
            (150, 140, "your fastest week so far"),
        ],
    )
    def test_against_other_weeks(self, db, cpm, before, words):
        user = make_reader(practised=False)
        practise(user, WEEK - timedelta(weeks=1), cpm=before)
        practise(user, WEEK, cpm=cpm)
        assert words in self.mail_of(user).body

    def test_the_first_day_of_all(self, reader):
        body = self.mail_of(reader).body
        assert "Speed on November 11: 30\u00a0WPM." in body and "before" not in body and "fastest" not in body
        assert "A short exercise every day" in body

    @pytest.mark.parametrize("layouts", [1, 2])
    def test_the_layout_is_named_where_there_are_several(self, reader, layouts):
        if layouts == 2:
            practise(reader, WEEK - timedelta(weeks=9), layout="en-qwerty")
        assert ("Speed, Russian" in self.mail_of(reader).body) == (layouts == 2)

    def test_exactly_one_piece_of_advice(self, db):
        user = self.practised()
        DailyStat.objects.update(accuracy_sum=0)
        body = self.mail_of(user).body
        assert "Slow down" in body and "costs you" not in body and "short exercise" not in body

    def test_headers(self, reader):
        message = self.mail_of(reader).message()
        [stop] = re.findall(r"^<(.+)>$", message["List-Unsubscribe"])
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop in html_of(mail.outbox[0]) and stop in mail.outbox[0].body
        assert message["Message-ID"] == f"<weekly_report.2026-11-09.{reader.pk}@localhost>"


class TestCommand:
    def test_it_sends_at_once(self, reader):
        stop(reader, "weekly_report", "email")
        today = datetime.now(UTC).date()
        practise(reader, today)
        out = StringIO()
        call_command("send_report", "Anna@example.com", running=True, stdout=out)
        assert len(mail.outbox) == 1 and "Sent" in out.getvalue()
        assert not told()

    @pytest.mark.parametrize("email", ["nobody@example.com", "anna@example.com"])
    def test_there_must_be_something_to_send(self, reader, email):
        DailyStat.objects.all().delete()
        with pytest.raises(CommandError, match=email):
            call_command("send_report", email)
