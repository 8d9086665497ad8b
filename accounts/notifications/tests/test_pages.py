"""The page of notifications, without JavaScript, and the end of mails."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Channel, ReminderTime
from accounts.notifications import push_subscriptions, sending
from accounts.notifications.kinds import KINDS
from accounts.notifications.tests.test_sending import NOW, NUMBER, news  # noqa: F401 (fixture)
from accounts.notifications.wanted import wanted_by
from accounts.tasks import send_notification
from outbox.models import OutboxEvent

PAGE = "/settings/notifications/"
PHONE = f"{PAGE}phone/"
BROWSERS = f"{PAGE}browsers/"
BOX = re.compile(r'type="checkbox" name="(\w+_(?:email|push|sms))"')


def page_of(client, path=PAGE):
    return client.get(path).content.decode()


class TestChoices:
    def test_all_is_off_and_only_what_can_be_is_offered(
        self, anna, browser_of, django_assert_max_num_queries
    ):
        client = browser_of(anna)
        with django_assert_max_num_queries(8):
            page = page_of(client)
        assert BOX.findall(page) == ["reminder_email", "streak_email", "weekly_report_email"]
        assert " checked" not in page.split("notices-hour")[0] and "/sw.js" not in page
        assert page.count(">always<") == 2 and "push.js" not in page and 'id="phone"' not in page

    def test_with_all_channels(self, anna, browser_of, push, sms):
        boxes = BOX.findall(page_of(browser_of(anna)))
        assert len(boxes) == 12 and "weekly_report_sms" not in boxes and "plan_email" not in boxes

    def test_what_is_saved_is_hers_alone_and_shown_again(self, anna, boris, browser_of, push, sms):
        client = browser_of(anna)
        sent = {"reminder_push": "on", "streak_email": "on", "hour": "7", "days": ["0", "4"]}
        answer = client.post(PAGE, sent)
        assert answer.status_code == 302 and answer.url == PAGE
        assert wanted_by(anna) == {("reminder", "push"), ("streak", "email")} and not wanted_by(boris)
        time = ReminderTime.objects.get()
        assert (time.user, time.hour, time.days) == (anna, 7, [0, 4])
        page = page_of(client)
        assert page.count(" checked") == 4 and '<option value="7" selected>' in page
        client.post(PAGE, {"streak_email": "on", "hour": "7"})
        assert wanted_by(anna) == {("streak", "email")} and ReminderTime.objects.get().days == []

    def test_channels_that_are_not_offered_now_keep_what_was_chosen(self, anna, browser_of, wants):
        wants(anna, "reminder", "sms")
        browser_of(anna).post(PAGE, {"reminder_email": "on", "reminder_sms": "", "hour": "7", "days": ["0"]})
        assert wanted_by(anna) == {("reminder", "sms"), ("reminder", "email")}

    @pytest.mark.parametrize("sent", [{"hour": "24"}, {"hour": "x"}, {}, {"hour": "7", "days": ["7"]}])
    def test_what_makes_no_sense_is_refused(self, anna, browser_of, sent):
        answer = browser_of(anna).post(PAGE, {"reminder_email": "on", **sent})
        assert answer.status_code == 200 and b'role="alert"' in answer.content
        assert not wanted_by(anna) and not ReminderTime.objects.exists()

    def test_security_mails_cannot_be_turned_off(self, anna, browser_of):
        browser_of(anna).post(PAGE, {"security_email": "on", "hour": "7"})
        assert not wanted_by(anna)

    def test_in_russian(self, anna, browser_of, push, sms):
        anna.language = "ru"
        anna.save()
        page = page_of(browser_of(anna))
        for words in ["Напоминание о занятии", "Серия под угрозой", "Почта", "СМС", "понедельник"]:
            assert words.lower() in page.lower(), words

    @pytest.mark.parametrize("who", ["nobody", "guest"])
    def test_only_for_accounts(self, request, client, browser_of, who):
        visitor = client if who == "nobody" else browser_of(request.getfixturevalue("guest"))
        for path in (PAGE, BROWSERS, PHONE, f"{PHONE}confirm/", f"{PHONE}remove/", f"{BROWSERS}1/remove/"):
            answer = visitor.post(path)
            assert answer.status_code == 302 and answer.url.startswith("/accounts/")

    @pytest.mark.parametrize(
        "path", [BROWSERS, PHONE, f"{PHONE}confirm/", f"{PHONE}remove/", f"{BROWSERS}1/remove/"]
    )
    def test_only_by_post(self, anna, browser_of, path):
        assert browser_of(anna).get(path).status_code == 405


class TestBrowsers:
    def test_one_is_added_listed_and_turned_off(self, anna, boris, browser_of, push):
        client, other = browser_of(anna), browser_of(boris)
        said = client.post(BROWSERS, push.subscribe().subscription(), follow=True).content.decode()
        one = anna.push_subscriptions.get()
        assert "This browser now shows notifications" in said and push_subscriptions.described(one) in said
        assert (
            other.post(f"{BROWSERS}{one.pk}/remove/").status_code == 404 and anna.push_subscriptions.exists()
        )
        client.post(f"{BROWSERS}{one.pk}/remove/")
        assert not anna.push_subscriptions.exists()

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://fcm.googleapis.com/x",
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://10.0.0.1/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://evil.example/fcm.googleapis.com/",
            "https://fcm.googleapis.com.evil.example/",
            "https://evil.example#fcm.googleapis.com",
            "https://fcm.googleapis.com@evil.example/",
            "https://a:b@fcm.googleapis.com/",
            "https://fcm.googleapis.com:8080/",
            "https://fcm.googleapis.com:x/",
            "https://xpush.apple.com/",
            "https://push.apple.com/",
            "file:///etc/passwd",
            "//fcm.googleapis.com/x",
            "https://fcm.googleapis.com/" + "x" * 1000,
            "https://fcm.googleapis.com/é",
            "https://[fcm.googleapis.com/",
            "https://127.0.0.1\\.notify.windows.com/x",
            "https://127.0.0.1%5c.notify.windows.com/x",
            "https://a.notify.windows.com\\@127.0.0.1/x",
            "https://127.0.0.1\t.notify.windows.com/x",
            "https://@fcm.googleapis.com/x",
            "https://fcm.googleapis.com:0443/x",
            "https://127.0.0.1?.notify.windows.com",
            "x",
        ],
    )
    def test_only_push_services_are_sent_to(self, anna, browser_of, push, endpoint):
        subscription = push.subscribe().subscription() | {"endpoint": endpoint}
        said = browser_of(anna).post(BROWSERS, subscription, follow=True).content.decode()
        assert "push service is not known here" in said and not anna.push_subscriptions.exists()

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://fcm.googleapis.com/fcm/send/x",
            "https://web.push.apple.com/x",
            "https://a.b.notify.windows.com:443/",
        ],
    )
    def test_those_of_browsers_are_known(self, anna, push, endpoint):
        push_subscriptions.subscribe(
            anna, now=NOW, **push.subscribe().subscription() | {"endpoint": endpoint}
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"p256dh": "A" * 87},
            {"p256dh": "x"},
            {"p256dh": ""},
            {"auth": "AAAA"},
            {"auth": "ß" * 22},
            {"endpoint": ""},
        ],
    )
    def test_keys_that_are_none_are_refused_in_words(self, anna, browser_of, push, change):
        answer = browser_of(anna).post(BROWSERS, push.subscribe().subscription() | change, follow=True)
        assert answer.status_code == 200 and b'class="notice"' in answer.content
        assert not anna.push_subscriptions.exists()

    def test_a_shared_browser_is_of_who_turned_it_on_last(self, anna, boris, push):
        shared = push.subscribe().subscription()
        for user in (anna, boris):
            push_subscriptions.subscribe(user, now=NOW, **shared)
        assert not anna.push_subscriptions.exists() and boris.push_subscriptions.count() == 1

    def test_who_signs_out_leaves_the_browser(self, anna, browser_of, push):
        client = browser_of(anna)
        client.post(BROWSERS, push.subscribe().subscription())
        push_subscriptions.subscribe(anna, now=NOW, **push.subscribe().subscription())
        client.post("/accounts/logout/")
        assert anna.push_subscriptions.count() == 1

    def test_the_oldest_of_too_many_is_forgotten(self, anna, push):
        made = [
            push_subscriptions.subscribe(anna, now=NOW, **push.subscribe().subscription()) for _ in range(11)
        ]
        assert {one.pk for one in anna.push_subscriptions.all()} == {one.pk for one in made[1:]}

    def test_nothing_of_it_is_readable_in_the_database(self, anna, push):
        from django.db import connection

        push_subscriptions.subscribe(anna, now=NOW, **push.subscribe().subscription())
        with connection.cursor() as cursor:
            cursor.execute("SELECT endpoint, p256dh, auth FROM accounts_pushsubscription")
            assert push.url not in str(cursor.fetchone())

    def test_the_service_worker_looks_after_the_whole_site(self, client):
        answer = client.get("/sw.js")
        assert answer.headers["Content-Type"] == "text/javascript" and b"showNotification" in answer.content
        assert answer.headers["Cache-Control"] == "no-cache" and client.post("/sw.js").status_code == 405


class TestUnsubscribe:
    def link(self, user, kind="news"):
        sending.send_now(user_id=user.pk, kind=kind, channel="email", about="today", now=NOW)
        return re.search(r"<http://localhost:8000(.+)>", mail.outbox[-1].extra_headers["List-Unsubscribe"])[1]

    @pytest.fixture(autouse=True)
    def reader(self, anna, wants, news):  # noqa: F811
        wants(anna, "reminder", "email")
        return wants(anna, "news", "email", "push")

    def test_asking_changes_nothing(self, reader, client):
        link = self.link(reader)
        assert client.get(link).status_code == 200 and client.head(link).status_code == 200
        assert len(wanted_by(reader)) == 3

    def test_one_click_without_cookie_token_or_sign_in(self, reader, boris, wants):
        wants(boris, "news", "email")
        mail_program, link = Client(enforce_csrf_checks=True), self.link(reader)
        assert mail_program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert wanted_by(reader) == {("reminder", "email"), ("news", "push")} and wanted_by(boris)
        assert b"<button class" not in mail_program.get(link).content.split(b"<main")[1]
        assert mail_program.post(link).status_code == 200

    @pytest.mark.parametrize(
        "signed", ["x", "x:y", "{0}:news", "{0}:news:", "{0}:news:AAAA", "%00", "{1}", "{2}"]
    )
    def test_what_we_did_not_sign(self, reader, client, signed):
        from accounts.notifications.by_mail import SIGNER

        signed = signed.format(reader.pk, SIGNER.sign(f"{reader.pk}:nothing"), SIGNER.sign(f"{reader.pk}"))
        for method in (client.get, client.post):
            assert method(f"/notifications/unsubscribe/{signed}/").status_code == 404
        assert len(wanted_by(reader)) == 3

    def test_wrong_method(self, reader, client):
        assert client.put(self.link(reader)).status_code == 405


class TestSecurity:
    """What happens to an account is told wherever its owner wishes, besides the mail that always comes."""

    def test_a_new_password(self, anna, browser_of, push, wants):
        push_subscriptions.subscribe(anna, now=NOW, **push.subscribe().subscription())
        wants(anna, "security", "push")
        sent = {"oldpassword": "kettle-on-the-hob", "password1": "another-kettle-on-the-hob"}
        browser_of(anna).post("/accounts/password/change/", sent)
        [event] = OutboxEvent.objects.filter(task=sending.TASK)
        assert (
            event.payload["about"].startswith("password_changed ") and send_notification(**event.payload) == 1
        )
        [shown] = [one for browser in push.browsers.values() for one in browser.got]
        assert "Something happened" in shown["title"] and mail.outbox[0].subject

    def test_nothing_is_queued_for_who_did_not_wish(self, anna, browser_of):
        sent = {"oldpassword": "kettle-on-the-hob", "password1": "another-kettle-on-the-hob"}
        browser_of(anna).post("/accounts/password/change/", sent)
        assert mail.outbox and not OutboxEvent.objects.exists()


def test_every_kind_is_named_and_explained():
    assert set(KINDS) >= {"reminder", "streak", "weekly_report", "plan", "security"}
    assert all(str(kind.name) and str(kind.explanation).endswith(".") for kind in KINDS.values())
    assert all(len(kind.code) <= 20 and set(kind.channels) <= set(Channel) for kind in KINDS.values())
