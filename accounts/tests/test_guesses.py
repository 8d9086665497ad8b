"""Wrong passwords: five and one waits, wherever they are typed; and nobody's guesses keep an owner out."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import devices, tasks
from accounts.models import User
from outbox import events
from outbox.models import OutboxEvent
from tests.api_client import Api

from .conftest import PASSWORD
from .visits import link, sign_in, who

NEW = "another-kettle"


def guess(email, times=5, client=None):
    return [sign_in(client or Client(), email, "no").status_code for _ in range(times)]


def by_page(path, **data):
    return lambda anna, browser_of: browser_of(anna).post(path, data)


def by_api(path, **body):
    def ask(anna, browser_of):
        api = Api(anna)
        return api.client.post(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {api.token}", "Accept-Language": "en"},
        )

    return ask


ASKED_AGAIN = [
    by_page("/accounts/password/change/", oldpassword="no", password1=NEW),
    by_page("/accounts/reauthenticate/", password="no"),
    by_page("/accounts/email/", email="other@example.com", password="no", action_add=""),
    by_page("/settings/tokens/", name="Backup", scope="write", password="no"),
    by_api("auth/change-password", currentPassword="no", password=NEW),
    by_api("users/me/tokens", name="Backup", scopes=["write"], currentPassword="no"),
]


class TestSignedIn:
    @pytest.mark.parametrize("ask", ASKED_AGAIN)
    def test_five_wrong_ones_and_then_429(self, anna, browser_of, ask):
        answers = [ask(anna, browser_of) for _ in range(7)]
        assert [answer.status_code == 429 for answer in answers] == [False] * 5 + [True] * 2
        assert 0 < int(answers[-1]["Retry-After"]) <= 300

    def test_all_places_count_together(self, anna, browser_of):
        statuses = [ask(anna, browser_of).status_code for ask in ASKED_AGAIN]
        assert [status == 429 for status in statuses] == [False] * 5 + [True]

    def test_then_not_even_the_right_one_until_five_minutes_later(self, anna, browser_of):
        for _ in range(5):
            ASKED_AGAIN[4](anna, browser_of)
        body = {"currentPassword": PASSWORD, "password": NEW}
        assert Api(anna).post("auth/change-password", body)[0] == 429
        assert sign_in(Client(), anna.email).status_code == 302

    def test_right_ones_do_not_count(self, anna):
        api = Api(anna)
        body = {"name": "Backup", "scopes": ["write"], "currentPassword": PASSWORD}
        assert {api.post("users/me/tokens", body)[0] for _ in range(8)} == {201}

    def test_another_learner_is_not_kept_waiting(self, anna, boris, browser_of):
        for _ in range(6):
            ASKED_AGAIN[0](anna, browser_of)
        assert ASKED_AGAIN[0](boris, browser_of).status_code == 200


class TestSigningIn:
    def test_pages_and_api_count_together(self, anna):
        guess(anna.email, 3)
        statuses = [Api().post("auth/login", {"email": anna.email, "password": "no"})[0] for _ in range(3)]
        assert statuses == [401, 401, 429]

    def test_the_page_says_what_to_do_and_keeps_the_email(self, anna):
        guess(anna.email)
        page = sign_in(Client(), anna.email)
        assert page.status_code == 429 and 0 < int(page["Retry-After"]) <= 300
        assert (
            anna.email in page.content.decode() and "choose a new password by email" in page.content.decode()
        )

    def test_an_unknown_email_counts_alike(self, anna):
        assert guess(anna.email, 7) == guess("nobody@example.com", 7) == [200] * 5 + [429] * 2

    def test_however_the_email_is_written(self, anna):
        User.objects.update(email="kim@example.com")
        for email in (
            "kim@example.com",
            "KIM@example.com",
            "Kim@Example.com",
            "kIm@example.com",
            "KiM@example.com",
        ):
            guess(email, 1)
        assert guess("kim@EXAMPLE.com", 1) == [429]

    def test_right_ones_do_not_count(self, anna):
        assert {sign_in(Client(), anna.email).status_code for _ in range(8)} == {302}

    def test_one_address_guessing_at_many_waits_a_minute(self, anna):
        statuses = guess_at_many(31)
        assert statuses == [200] * 30 + [429]
        assert sign_in(Client(), anna.email).status_code == 429

    def test_a_classroom_may_mistype_more(self, anna, settings):
        settings.CLASSROOM_NETWORKS = ["127.0.0.0/8"]
        assert set(guess_at_many(60)) == {200}


def guess_at_many(count):
    return [guess(f"n{number}@example.com", 1)[0] for number in range(count)]


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_five_are_looked_at(anna):
    statuses = []
    connection.close()

    def ask():
        for _ in range(5):
            statuses.extend(guess(anna.email, 1))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {200: 5, 429: 35}


class TestKnownBrowser:
    """Others guess; she signs in where she has been before."""

    def test_she_gets_in_where_she_signed_in_before(self, anna, client):
        sign_in(client, anna.email)
        client.post("/accounts/logout/")
        assert 429 in guess(anna.email, 6)
        assert sign_in(Client(), anna.email).status_code == 429
        sign_in(client, anna.email)
        assert who(client) == anna

    def test_also_where_she_signs_out_only_now(self, anna, browser_of):
        client = browser_of(anna)
        client.post("/accounts/logout/")
        guess(anna.email)
        sign_in(client, anna.email)
        assert who(client) == anna

    def test_by_api(self, anna):
        api, right = Api(), {"email": anna.email, "password": PASSWORD}
        assert api.post("auth/login", right)[0] == 200
        for _ in range(6):
            Api().post("auth/login", right | {"password": "no"})
        assert Api().post("auth/login", right)[0] == 429
        assert api.post("auth/login", right)[0] == 200

    def test_after_a_reset_by_mail_she_is_in(self, anna, client, mailoutbox):
        guess(anna.email)
        client.post("/accounts/password/reset/", {"email": anna.email})
        page = client.get(link(mailoutbox[-1], "/accounts/password/reset/key/"), follow=True)
        client.post(page.request["PATH_INFO"], {"password1": NEW})
        assert who(client) == anna
        assert Api().post("auth/login", {"email": anna.email, "password": NEW})[0] == 200

    def test_its_own_wrong_ones_are_counted(self, anna, client):
        sign_in(client, anna.email)
        client.post("/accounts/logout/")
        assert guess(anna.email, 6, client) == [200] * 5 + [429]
        assert sign_in(client, anna.email).status_code == 429
        assert sign_in(Client(), anna.email).status_code == 302

    def test_a_browser_of_another_account_is_a_strangers(self, anna, boris, client):
        sign_in(client, boris.email)
        client.post("/accounts/logout/")
        guess(anna.email)
        assert sign_in(client, anna.email).status_code == 429

    @pytest.mark.parametrize("made_up", ["", "x", "eyJhY2NvdW50cyI6W119:1:x"])
    def test_a_made_up_cookie_is_a_strangers(self, anna, client, made_up):
        guess(anna.email)
        client.cookies[devices.COOKIE] = made_up
        assert sign_in(client, anna.email).status_code == 429

    def test_browsers_shared_by_many(self, anna, boris, client):
        for user in (anna, boris):
            sign_in(client, user.email)
            client.post("/accounts/logout/")
        for user in (anna, boris):
            guess(user.email)
            assert sign_in(client, user.email).status_code == 302
            client.post("/accounts/logout/")

    def test_the_cookie_tells_nobody_who_it_is(self, anna, client):
        cookie = sign_in(client, anna.email).cookies[devices.COOKIE]
        assert anna.email not in cookie.value and str(anna.pk) not in cookie.value
        assert cookie["httponly"] and cookie["samesite"] == "Lax"


class TestWarning:
    def told(self):
        """Runs what waits in the outbox as the worker would, twice, as it may come twice."""

        def run(event):
            for _ in range(2):
                tasks.warn_of_guesses(**event.payload)

        events.relay(now=timezone.now(), send=run)

    def test_the_owner_is_told_once_an_hour(self, anna, mailoutbox):
        guess(anna.email, 4)
        assert not OutboxEvent.objects.exists()
        guess(anna.email, 3)
        self.told()
        [mail] = mailoutbox
        assert mail.to == [anna.email] and "/accounts/password/reset/" in mail.body
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            self.told()
        assert len(mailoutbox) == 1

    def test_in_her_language(self, anna, mailoutbox):
        User.objects.update(language="ru")
        guess(anna.email)
        self.told()
        assert "пароль" in mailoutbox[0].body

    def test_an_email_without_an_account_does_the_same_and_nobody_is_told(self, anna, mailoutbox):
        guess("nobody@example.com")
        assert OutboxEvent.objects.count() == 1
        assert "nobody" not in str(OutboxEvent.objects.get().payload)
        self.told()
        assert not mailoutbox
