"""Each thing is told once at each place, whatever goes wrong meanwhile."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection

from accounts.models import Channel, Notification, PhoneNumber, User
from accounts.notifications import account_news, by_push, by_sms, kinds, push_subscriptions, sending
from accounts.notifications.kinds import Kind, Message
from accounts.notifications.targets import SendingRefused, TryLater
from accounts.notifications.wanted import stop
from accounts.tasks import send_notification
from outbox.models import OutboxEvent

pytestmark = pytest.mark.usefixtures("news")
NOW = datetime.now(UTC)
NUMBER = "+79161234567"


@pytest.fixture
def news(monkeypatch):
    """A kind that always has something to tell, or whatever the test puts into the list."""
    told = [Message("It rains <b>", "Take an umbrella & go.", "/help/", "Read more")]
    kind = Kind("news", "News", "About the weather.", lambda user, about, now: told[0] if told else None)
    monkeypatch.setitem(kinds.KINDS, "news", kind)
    return told


@pytest.fixture
def reached(anna, push, sms, wants):
    """Anna, by every channel; in two browsers."""
    for _ in range(2):
        push_subscriptions.subscribe(anna, now=NOW, **push.subscribe().subscription())
    PhoneNumber.objects.create(user=anna, number=NUMBER, asked_at=NOW, confirmed_at=NOW)
    return wants(anna, "news")


def send(user, channel, about="today", now=NOW):
    return sending.send_now(user_id=user.pk, kind="news", channel=channel, about=about, now=now)


def got(push):
    return [shown for browser in push.browsers.values() for shown in browser.got]


class TestEach:
    def test_place_is_told_once(self, reached, push, sms):
        assert [send(reached, channel) for channel in Channel] == [1, 2, 1]
        assert [send(reached, channel) for channel in Channel] == [0, 0, 0]
        assert len(mail.outbox) == 1 and len(sms.sent) == 1
        assert [len(browser.got) for browser in push.browsers.values()] == [1, 1]
        assert Notification.objects.count() == 4
        assert [send(reached, channel, "tomorrow") for channel in Channel] == [1, 2, 1]

    def test_one_who_wants_it_no_more_is_not_told(self, reached, push, sms):
        for channel in Channel:
            stop(reached, "news", channel)
        assert [send(reached, channel) for channel in Channel] == [0, 0, 0]
        assert not mail.outbox and not got(push) and not sms.sent

    @pytest.mark.parametrize("change", [{"is_active": False}, {"email": None}])
    def test_nobody_without_an_account(self, reached, push, sms, change):
        User.objects.filter(pk=reached.pk).update(**change)
        assert [send(reached, channel) for channel in Channel] == [0, 0, 0]

    def test_what_is_true_no_more_leaves_no_trace(self, reached, news):
        news.clear()
        assert [send(reached, channel) for channel in Channel] == [0, 0, 0]
        assert not Notification.objects.exists() and not mail.outbox


class TestTelling:
    def test_every_channel_that_was_chosen(self, reached, boris):
        stop(reached, "news", Channel.SMS)
        for user in (reached, boris):
            sending.tell_learner(user.pk, "news", "today", now=NOW)
        events = OutboxEvent.objects.filter(task=sending.TASK)
        assert {event.payload["channel"] for event in events} == {"email", "push"}
        assert [send_notification(**event.payload) for event in events.order_by("id")] in ([1, 2], [2, 1])

    def test_forgotten_after_a_while(self, reached):
        send(reached, "email")
        assert sending.prune_notifications(now=NOW + sending.KEPT - timedelta(days=1)) == 0
        assert sending.prune_notifications(now=NOW + sending.KEPT + timedelta(days=1)) == 1


class TestMail:
    def test_it_says_what_there_is_in_text_and_html(self, reached, settings):
        settings.SITE_URL = "https://typing.example.org"
        send(reached, "email")
        [message] = mail.outbox
        [(html, kind)] = message.alternatives
        assert (
            message.subject == "It rains <b>" and kind == "text/html" and message.to == ["anna@example.com"]
        )
        for part in (message.body, html):
            assert "https://typing.example.org/help/" in part and "“News”" in part
        assert "umbrella & go" in message.body and "umbrella &amp; go" in html
        assert "It rains &lt;b&gt;" in html and "<script" not in html and "<link" not in html

    def test_headers(self, reached):
        send(reached, "email")
        headers = mail.outbox[0].message()
        assert headers["Message-ID"] == f"<news.today.{reached.pk}@localhost>"
        assert headers["Auto-Submitted"] == "auto-generated"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Unsubscribe"].strip("<>") in mail.outbox[0].body


class TestPush:
    def test_only_the_browser_can_read_it(self, reached, push):
        send(reached, "push")
        shown = got(push)
        assert {one["title"] for one in shown} == {"It rains <b>"} and {one["lang"] for one in shown} == {
            "en"
        }
        assert {one["path"] for one in shown} == {"/help/"}
        assert push.headers[0]["content-encoding"] == "aes128gcm" and push.headers[0]["ttl"] == str(4 * 3600)

    @pytest.mark.parametrize("gone", [404, 410])
    def test_a_browser_that_is_gone_is_forgotten(self, reached, push, gone):
        push.faults.append((gone, ""))
        assert send(reached, "push") == 1
        assert reached.push_subscriptions.count() == 1 and Notification.objects.count() == 1

    @pytest.mark.parametrize(
        ("fault", "retry_after", "seconds"),
        [(429, "7", 60), (429, "600", 600), (503, "", 60), (500, "soon", 60), (429, "999999", 3600)],
    )
    def test_a_busy_service_is_asked_again_when_it_says(self, reached, push, fault, retry_after, seconds):
        push.faults.append((fault, retry_after))
        assert send_notification(str(reached.pk), "news", "push", "today") == 0
        [event] = OutboxEvent.objects.all()
        assert abs((event.due_at - event.created_at).total_seconds() - seconds) < 1
        # The other browser has it already, and gets it no second time.
        assert sorted(len(browser.got) for browser in push.browsers.values()) == [0, 1]
        assert send_notification(**event.payload) == 1
        assert [len(browser.got) for browser in push.browsers.values()] == [1, 1]

    def test_in_the_end_it_is_given_up(self, reached, push):
        push.faults.extend([(500, "")] * 2)
        assert send_notification(str(reached.pk), "news", "push", "today", tries=sending.MOST_TRIES) == 0
        assert not OutboxEvent.objects.exists() and not Notification.objects.exists()

    def test_what_the_service_refuses_is_not_sent_again(self, reached, push):
        push.faults.append((400, ""))
        assert send(reached, "push") == 1 and send(reached, "push") == 0

    def test_taken_before_the_connection_broke_it_is_shown_once(self, reached, push):
        push.faults.append(("took", ""))
        with pytest.raises(OSError):
            send(reached, "push")
        assert send(reached, "push") == 1
        assert [len(browser.got) for browser in push.browsers.values()] == [1, 1]
        topics = {headers["topic"] for headers in push.headers}
        assert len(push.headers) == 3 and len(topics) == 1

    def test_a_redirect_leads_nowhere(self, reached, push):
        push.faults.extend([(302, ""), (307, "")])
        assert send(reached, "push") == 0 and not got(push)

    def test_to_an_address_that_is_no_push_service_any_more_nothing_goes(self, reached, push, settings):
        settings.PUSH_FAKE = ""
        assert send(reached, "push") == 0 and not push.headers

    def test_nor_to_one_that_was_kept_when_less_was_refused(self, reached, push):
        for one in reached.push_subscriptions.all():
            one.endpoint = f"https://127.0.0.1\\.notify.windows.com/{one.pk}"
            one.save()
        assert send(reached, "push") == 0 and not push.headers
        with pytest.raises(SendingRefused):
            by_push.post(one, "x", topic="t", seconds=1)

    def test_with_another_key_the_service_refuses(self, reached, push, settings):
        settings.VAPID_SUBJECT = "https://other.example"
        assert send(reached, "push") == 2
        push.url = "http://127.0.0.1:1"
        assert send(reached, "push", "tomorrow") == 0


class TestTextMessages:
    def test_one_line_and_a_link(self, reached, sms):
        send(reached, "sms")
        assert sms.texts_to(NUMBER) == ["It rains <b>\nhttp://localhost:8000/help/"]

    def test_taken_before_the_connection_broke_it_is_sent_once(self, reached, sms):
        sms.faults.append("took")
        with pytest.raises((OSError, TryLater)):
            send(reached, "sms")
        assert not Notification.objects.exists()
        assert send(reached, "sms") == 1 and len(sms.sent) == 1

    def test_the_same_words_a_day_later_are_another_message(self, reached, sms):
        send(reached, "sms")
        assert send(reached, "sms", "tomorrow", NOW + timedelta(days=1)) == 1 and len(sms.sent) == 2

    @pytest.mark.parametrize("fault", [429, 500, 503])
    def test_a_busy_provider_is_asked_again(self, reached, sms, fault):
        sms.faults.append(fault)
        assert send_notification(str(reached.pk), "news", "sms", "today") == 0
        [event] = OutboxEvent.objects.all()
        assert send_notification(**event.payload) == 1 and len(sms.sent) == 1

    def test_a_number_there_is_not_is_left_alone(self, reached, sms):
        PhoneNumber.objects.update(number="")
        PhoneNumber.objects.filter(pk=reached.pk).update(number="+15005550001")
        assert send(reached, "sms") == 0 and send(reached, "sms") == 0
        assert Notification.objects.count() == 1 and not sms.sent

    def test_a_wrong_key_waits_for_who_looks_after_the_site(self, reached, sms, settings):
        settings.SMS_TOKEN = "another"
        with pytest.raises(TryLater):
            send(reached, "sms")

    def test_no_more_than_were_allowed_for_a_day(self, reached, sms, settings):
        settings.SMS_PER_DAY = 2
        assert [send(reached, "sms", str(n), NOW + timedelta(days=n)) for n in range(3)] == [1, 1, 0]
        assert len(sms.sent) == 2

    def test_codes_leave_half_of_the_day_to_the_others(self, reached, sms, settings):
        settings.SMS_PER_DAY = 5
        for n in range(4):
            with suppress(SendingRefused):
                by_sms.deliver_text(
                    PhoneNumber(user_id=uuid4(), number=NUMBER), str(n), now=NOW, is_code=True
                )
        assert [text["body"] for text in sms.sent] == ["0", "1"]
        assert [send(reached, "sms", str(n), NOW + timedelta(days=n)) for n in range(4)] == [1, 1, 1, 0]

    def test_nothing_to_a_number_whose_country_is_served_no_more(self, reached, sms, settings):
        settings.SMS_COUNTRIES = ["44"]
        assert send(reached, "sms") == 0 and not sms.sent

    def test_nothing_to_a_number_that_is_not_confirmed(self, reached, sms):
        PhoneNumber.objects.update(confirmed_at=None)
        assert send(reached, "sms") == 0 and not sms.sent


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("channel", ["push", "sms"])
def test_two_workers_at_once_tell_once(anna, push, sms, wants, channel):
    wants(anna, "news", channel)
    push_subscriptions.subscribe(anna, now=NOW, **push.subscribe().subscription())
    PhoneNumber.objects.create(user=anna, number=NUMBER, asked_at=NOW, confirmed_at=NOW)
    together, results = Barrier(2), []

    def work():
        together.wait()
        results.append(send(anna, channel))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == [0, 1] and len(push.headers) + len(sms.sent) == 1


def test_news_of_safety_leads_to_where_it_is_seen_to(anna):
    assert account_news.compose(anna, "", NOW).path == "/settings/security/"
