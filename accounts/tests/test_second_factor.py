"""Codes of an authenticator app and recovery codes: at a sign-in, at the API's, after a reset, when asked again."""

import re
import threading
import time
from collections import Counter
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client

from accounts import tasks
from accounts.encryption import decrypt
from accounts.factors import codes
from accounts.models import User
from outbox.models import OutboxEvent
from tests.api_client import Api

from .conftest import APP_SECRET, PASSWORD
from .visits import link, said, sign_in, who

CODE, SECURITY, APP, CODES = (
    "/accounts/code/",
    "/settings/security/",
    "/settings/security/app/",
    "/settings/security/codes/",
)


def code_of(secret=APP_SECRET, *, later=0):
    """What an app shows now, or some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def factors_of(user):
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))


@pytest.fixture
def confirmed(standing_clock, anna, client):
    """Anna's browser, in which she has just typed her password."""
    sign_in(client, anna.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def halfway(standing_clock, anna, app, client):
    """A browser in which Anna's password was right."""
    assert sign_in(client, anna.email, next="/history/")["Location"] == CODE
    return client


class TestSettingUp:
    @pytest.mark.django_db(transaction=True)
    def test_an_app(self, anna, confirmed, standing_clock, mailoutbox):
        page = said(confirmed.get(APP))
        secret = re.search(r'<code class="token"[^>]*>(\w{32})<', page)[1]
        assert f"otpauth://totp/anna%40example.com?secret={secret}&amp;issuer=Typing%20Trainer" in page
        assert 'src="data:image/svg+xml;base64,' in page
        answer = confirmed.post(APP, {"code": code_of(secret)})
        assert answer["Location"] == CODES
        assert factors_of(anna) == ["recovery_codes", "totp"]
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret not in kept
        assert [mail.subject for mail in mailoutbox] == ["Authenticator app turned on"]

        shown = said(confirmed.get(CODES))
        [recovery] = Authenticator.objects.filter(type="recovery_codes")
        made = recovery.wrap().generate_codes()
        assert len(made) == 10 and all(code in shown for code in made)
        assert "data:text/plain;charset=utf-8," + "%0D%0A".join(made) in shown
        again = said(confirmed.get(CODES))
        assert "shown already" in again and not any(code in again for code in made)
        assert "10 codes are left" in said(confirmed.get(SECURITY))

        # The code that set it up opens nothing more.
        sign_in(client := Client(), anna.email)
        assert "wrong, or was used before" in said(client.post(CODE, {"code": code_of(secret)}))
        assert client.post(CODE, {"code": code_of(secret, later=1)})["Location"] == "/"

    def test_a_wrong_code_changes_nothing_and_keeps_the_secret(self, anna, confirmed):
        page = said(confirmed.get(APP))
        answer = confirmed.post(APP, {"code": "000000"})
        assert "check the clock" in said(answer) and factors_of(anna) == []
        secret = re.compile(r'<code class="token"[^>]*>(\w{32})<')
        assert secret.search(said(answer))[1] == secret.search(page)[1]

    def test_turning_it_off(self, anna, confirmed, recovery_codes, mailoutbox):
        off = "/settings/security/app/off/"
        assert "your password alone will sign you in" in said(confirmed.get(off))
        assert confirmed.post(off)["Location"] == SECURITY
        assert factors_of(anna) == []
        assert [mail.subject for mail in mailoutbox] == ["Authenticator app turned off"]
        assert sign_in(Client(), anna.email)["Location"] == "/"

    @pytest.mark.django_db(transaction=True)
    def test_new_recovery_codes(self, confirmed, recovery_codes, mailoutbox):
        assert confirmed.post("/settings/security/codes/new/")["Location"] == CODES
        page = said(confirmed.get(CODES))
        assert not any(code in page for code in recovery_codes)
        assert [mail.subject for mail in mailoutbox] == ["New recovery codes"]

    def test_recovery_codes_alone_are_refused(self, anna, confirmed):
        assert "set one up first" in said(confirmed.post("/settings/security/codes/new/"))
        assert confirmed.get(CODES).status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            APP,
            "/settings/security/app/off/",
            CODES,
            "/settings/security/codes/new/",
            "/settings/security/passkeys/",
        ],
    )
    def test_every_change_asks_who_it_is(self, anna, guest, browser_of, recovery_codes, path):
        """An old sign-in is asked to confirm; a guest to sign up; a stranger to sign in."""
        assert (
            browser_of(anna).get(path)["Location"] == f"/accounts/reauthenticate/?next={quote(path, safe='')}"
        )
        if path != CODES:
            again = browser_of(anna).post(path)["Location"]
            assert again == f"/accounts/reauthenticate/?next={quote(path, safe='')}"
        assert browser_of(guest).get(path)["Location"] == f"/accounts/signup/?next={path}"
        assert Client().post(path)["Location"] == f"/accounts/login/?next={path}"
        assert factors_of(anna) == ["recovery_codes", "totp"]


class TestSigningIn:
    def test_by_the_app(self, anna, halfway, standing_clock):
        assert not who(halfway).is_authenticated
        assert "authenticator app" in said(halfway.get(CODE))
        assert halfway.post(CODE, {"code": code_of()})["Location"] == "/history/"
        assert who(halfway) == anna
        app = Authenticator.objects.get(type="totp")
        assert app.last_used_at and decrypt(app.data["secret"]) == APP_SECRET

    def test_with_spaces_and_a_clock_that_is_slow_or_fast(self, anna, app, standing_clock):
        for later, opens in [(-2, False), (-1, True), (0, True), (1, True), (2, False)]:
            sign_in(client := Client(), anna.email)
            code = code_of(later=later)
            answer = client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
            assert (answer.status_code == 302) == opens

    def test_a_code_opens_once_also_an_older_one_after_a_newer(self, anna, app, standing_clock):
        for later, opens in [(0, True), (0, False), (-1, False), (1, True)]:
            sign_in(client := Client(), anna.email)
            assert (client.post(CODE, {"code": code_of(later=later)}).status_code == 302) == opens

    def test_a_recovery_code_opens_once_and_the_owner_is_told(
        self, anna, halfway, recovery_codes, mailoutbox
    ):
        code = recovery_codes[3]
        assert halfway.post(CODE, {"code": f"{code[:4]}-{code[4:]}"})["Location"] == "/history/"
        assert who(halfway) == anna
        [mail] = mailoutbox
        assert mail.subject == "A recovery code was used" and "9 codes are left" in mail.body
        assert code not in mail.body
        sign_in(client := Client(), anna.email)
        assert "wrong, or was used before" in said(client.post(CODE, {"code": code}))

    def test_a_guest_brings_along_what_she_typed(self, anna, guest, app, browser_of, standing_clock):
        client = browser_of(guest)
        sign_in(client, anna.email)
        assert who(client) == guest
        client.post(CODE, {"code": code_of()})
        assert who(client) == anna and not User.objects.filter(pk=guest.pk).exists()

    def test_the_session_is_another_after_each_step(self, anna, app, standing_clock, client):
        keys = [client.session.session_key]
        sign_in(client, anna.email)
        keys.append(client.session.session_key)
        client.post(CODE, {"code": code_of()})
        keys.append(client.session.session_key)
        assert keys[1] != keys[2] and keys[2] is not None

    @pytest.mark.parametrize("path", ["/settings/security/", "/settings/", "/api/v1/me", "/accounts/email/"])
    def test_halfway_opens_nothing(self, halfway, path):
        assert "anna@example.com" not in said(halfway.get(path))

    def test_a_page_of_codes_without_a_sign_in_leads_to_one(self, anna, client, browser_of):
        assert client.get(CODE)["Location"] == "/accounts/login/"
        assert client.post(CODE, {"code": "000000"})["Location"] == "/accounts/login/"
        assert browser_of(anna).get(CODE)["Location"] == "/"

    @pytest.mark.parametrize("code", ["", "  ", "abc", "\x00", "0" * 40, "١٢٣٤٥٦", "12345"])
    def test_nonsense(self, halfway, recovery_codes, code):
        answer = halfway.post(CODE, {"code": code})
        assert answer.status_code == 200 and "errorlist" in said(answer)

    def test_after_a_reset_by_mail(self, anna, app, client, mailoutbox, standing_clock):
        """Who can read her mail has one factor, not two."""
        client.post("/accounts/password/reset/", {"email": anna.email})
        page = client.get(link(mailoutbox[-1], "/accounts/password/reset/key/"), follow=True)
        answer = client.post(page.request["PATH_INFO"], {"password1": "another-kettle"})
        assert answer["Location"] == CODE
        assert not who(client).is_authenticated
        client.post(CODE, {"code": code_of()})
        assert who(client) == anna


class TestGuessing:
    def test_five_wrong_codes_and_one_waits_also_with_the_right_one(self, halfway, standing_clock):
        statuses = [halfway.post(CODE, {"code": "000000"}).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        answer = halfway.post(CODE, {"code": code_of()})
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 300

    def test_passwords_and_codes_count_together(self, anna, halfway):
        for _ in range(3):
            sign_in(Client(), anna.email, "no")
        assert [halfway.post(CODE, {"code": "000000"}).status_code for _ in range(3)] == [200, 200, 429]

    def test_through_all_doors_ten(self, anna, app, browser_of):
        """Who has the password, a session and a browser that she signed in with."""
        session, strangers = browser_of(anna), Client()
        sign_in(strangers, anna.email)
        tries = [
            *[lambda: strangers.post(CODE, {"code": "000000"}) for _ in range(8)],
            *[lambda: session.post("/accounts/reauthenticate/", {"password": "no"}) for _ in range(8)],
            *[lambda: session.post("/accounts/reauthenticate/code/", {"code": "000000"}) for _ in range(8)],
        ]
        statuses = Counter(ask().status_code for ask in tries)
        assert statuses == {200: 10, 429: 14}
        # Even a browser that knows her waits now.
        session.post("/accounts/logout/")
        assert sign_in(session, anna.email).status_code == 429

    def test_the_owner_is_told_that_her_password_is_known(self, anna, halfway, mailoutbox):
        for _ in range(5):
            halfway.post(CODE, {"code": "000000"})
        tasks.warn_of_guesses(**OutboxEvent.objects.get().payload)
        [mail] = mailoutbox
        assert mail.subject == "Someone knows your password" and "/accounts/password/reset/" in mail.body

    @pytest.mark.django_db(transaction=True)
    def test_one_code_at_many_doors_at_once_opens_one(self, anna, app, standing_clock):
        code, opened = code_of(), []

        def ask():
            opened.append(codes._spend(anna, code) is not None)
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(opened) == [False, False, False, True]


class TestAskedAgain:
    def test_a_code_confirms_as_the_password_does(self, anna, app, browser_of, standing_clock):
        client = browser_of(anna)
        page = said(client.get(f"/accounts/reauthenticate/?next={APP}"))
        assert f"/accounts/reauthenticate/code/?next={APP.replace('/', '%2F')}" in page
        ask = f"/accounts/reauthenticate/code/?next={APP}off/"
        assert "wrong, or was used" in said(client.post(ask, {"code": "000000"}))
        assert client.post(ask, {"code": code_of()})["Location"] == f"{APP}off/"
        assert client.get(f"{APP}off/").status_code == 200

    def test_who_has_none_is_asked_for_the_password(self, anna, browser_of):
        answer = browser_of(anna).get("/accounts/reauthenticate/code/")
        assert answer["Location"] == "/accounts/reauthenticate/"


class TestApi:
    def ask(self, **code):
        status, answer = Api().post("auth/login", {"email": "anna@example.com", "password": PASSWORD, **code})
        return status, answer.get("code", "in")

    def test_asks_for_the_code(self, anna, app, standing_clock):
        assert self.ask() == (401, "code_needed")
        assert self.ask(code="000000") == (401, "wrong_code")
        assert self.ask(code=code_of()) == (200, "in")
        assert self.ask(code=code_of()) == (401, "wrong_code")

    def test_takes_a_recovery_code(self, anna, recovery_codes, mailoutbox):
        assert self.ask(code=recovery_codes[0]) == (200, "in")
        assert len(mailoutbox) == 1

    def test_says_nothing_of_it_without_the_password(self, anna, app):
        status, answer = Api().post("auth/login", {"email": anna.email, "password": "no", "code": code_of()})
        assert (status, answer["code"]) == (401, "wrong_password")

    def test_counts_with_the_pages(self, anna, halfway):
        for _ in range(3):
            halfway.post(CODE, {"code": "000000"})
        assert [self.ask(code="000000")[0] for _ in range(3)] == [401, 401, 429]

    def test_personal_tokens_and_accounts_without_are_as_ever(self, anna, boris):
        assert self.ask(code="whatever") == (200, "in")
