"""Signing up through allauth's pages, for strangers and guests."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import MergedGuest, User
from tests.factories import TEXT, human_events, make_course, make_log, make_ticket

from .conftest import PASSWORD
from .visits import ACCOUNT_PAGES, SIGN_IN, SIGN_UP, link, said, sign_in, sign_up, who

OFFERED = "a-strangers-kettle"
VARYING = r'name="(?:csrfmiddlewaretoken|ticket)" value="[^"]+"|\S+@example.com'


class TestSignUp:
    def test_a_stranger_waits_for_verification(self, db, client, mailoutbox):
        assert sign_up(client).url == reverse("account_email_verification_sent")
        assert who(client).is_anonymous
        confirm = link(mailoutbox[0], "/accounts/confirm-email/")
        assert b"new@example.com" in client.get(confirm).content
        assert not EmailAddress.objects.get().verified
        client.post(confirm)
        assert EmailAddress.objects.get().verified
        assert who(client).email == "new@example.com"

    def test_a_guest_keeps_the_id_and_stays_a_guest_until_the_email_is_confirmed(
        self, guest, browser_of, mailoutbox
    ):
        client = browser_of(guest)
        assert b'name="password1"' in client.get(SIGN_UP).content
        assert sign_up(client).url == reverse("account_email_verification_sent")
        assert who(client) == guest and who(client).is_guest
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        learner = who(client)
        assert (learner.pk, learner.email, learner.is_guest) == (guest.pk, "new@example.com", False)
        assert EmailAddress.objects.get().verified and User.objects.count() == 1

    def test_confirming_in_another_browser_asks_for_the_password(self, guest, browser_of, mailoutbox):
        computer, phone = browser_of(guest), Client()
        sign_up(computer)
        confirm = link(mailoutbox[0], "/accounts/confirm-email/")
        assert "password1" in said(phone.get(confirm)) and "password1" not in said(computer.get(confirm))
        phone.post(confirm)
        phone.post(confirm, {"password1": "password"})
        assert who(phone).is_anonymous and not EmailAddress.objects.get().verified
        phone.post(confirm, {"password1": PASSWORD})
        assert who(phone).pk == who(computer).pk == guest.pk and not who(computer).is_guest

    def test_a_password_chosen_in_another_browser_shuts_out_who_signed_up(
        self, guest, browser_of, mailoutbox
    ):
        stranger, owner = browser_of(guest), Client()
        sign_up(stranger, "anna@example.com", "not-annas-password")
        owner.post(link(mailoutbox[0], "/accounts/confirm-email/"), {"password1": "annas-own-kettle"})
        assert who(owner).email == "anna@example.com" and who(stranger).is_anonymous
        sign_in(stranger, "anna@example.com", "not-annas-password")
        assert who(stranger).is_anonymous
        sign_in(stranger, "anna@example.com", "annas-own-kettle")
        assert who(stranger) == who(owner)

    def test_the_result_a_guest_signs_up_from_is_where_confirming_leads(self, guest, browser_of, mailoutbox):
        lesson = make_course().lessons.select_related("course", "text").get(number=1)
        client = browser_of(guest)
        ticket = make_ticket(guest, lesson, issued_at=timezone.now() - timedelta(minutes=2))
        result = client.post("/sessions/", {"log": make_log(ticket, human_events(TEXT))}, follow=True)
        to = f"/sessions/{ticket.session}/"
        assert f'href="{SIGN_UP}?next={to}"' in said(result)
        client.post(SIGN_UP, {"email": "new@example.com", "password1": PASSWORD, "next": to})
        assert client.post(link(mailoutbox[0], "/accounts/confirm-email/")).url == to

    def test_typing_between_sign_up_and_confirmation_is_kept(self, db, client, mailoutbox):
        sign_up(client)
        waiting = User.objects.get()
        client.post("/settings/", {"timezone": "UTC"})
        guest = User.objects.exclude(pk=waiting.pk).get()
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        assert who(client) == waiting and MergedGuest.objects.get().guest_id == guest.pk

    def test_a_taken_email_looks_the_same(self, guest, anna, browser_of, mailoutbox):
        seen = []
        for email in ("ANNA@example.com", "new@example.com"):
            client = browser_of(User.objects.create_guest(uuid.uuid4(), now=timezone.now()))
            form = {"email": email, "password1": OFFERED, "timezone": "Asia/Tokyo"}
            answers = [client.post(SIGN_UP, form)]
            answers += [client.get(path) for path in ("/", "/settings/", *ACCOUNT_PAGES, SIGN_IN, SIGN_UP)]
            answers += [
                sign_in(client, email, PASSWORD + "!"),
                sign_in(client, email, OFFERED),
                client.post("/settings/", {"timezone": "UTC"}),
            ]
            answers += [client.get("/accounts/confirm-email/")]
            seen.append(
                [
                    (answer.status_code, answer.headers.get("Location"), re.sub(VARYING, "", said(answer)))
                    for answer in answers
                ]
                + [sorted(client.session.keys())]
            )
            assert who(client).is_guest
        assert seen[0] == seen[1]
        assert "/accounts/password/reset/" in mailoutbox[0].body

    def test_the_waiting_password_opens_nothing(self, db, client):
        sign_up(client)
        assert b"No account has this email and password" in sign_in(client, "new@example.com", "no").content
        for _ in range(7):
            assert b"This email is not confirmed yet" in sign_in(client, "New@example.com").content
        client.post("/accounts/password/reset/", {"email": "new@example.com"})
        assert who(client).is_anonymous

    def test_an_unconfirmed_sign_up_does_not_lock_out_the_owner(self, guest, browser_of, mailoutbox):
        impostor, owner = browser_of(guest), Client()
        sign_up(impostor, "anna@example.com", "not-annas-password")
        cache.clear()
        sign_up(owner, "anna@example.com")
        confirm = [link(mail, "/accounts/confirm-email/") for mail in mailoutbox]
        owner.post(confirm[1])
        assert who(owner).email == "anna@example.com" and who(impostor).is_guest
        impostor.post(confirm[0])
        assert who(impostor).is_guest and EmailAddress.objects.filter(verified=True).count() == 1

    def test_signing_up_twice_leaves_the_first_mails_link_alive(self, guest, browser_of, mailoutbox):
        client = browser_of(guest)
        sign_up(client)
        sign_up(client, password="another-kettle")
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        assert who(client).email == "new@example.com" and who(client).check_password("another-kettle")

    def test_a_dead_link_leads_to_sign_up(self, db, client):
        main = said(client.get("/accounts/confirm-email/no-such-key/")).partition("<main")[2]
        assert "sign up again" in main and f'href="{SIGN_UP}"' in main

    def test_signing_up_again_mends_the_email(self, guest, browser_of, mailoutbox):
        client = browser_of(guest)
        sign_up(client, "tpyo@example.com")
        sign_up(client, "typo@example.com", "another-kettle")
        assert client.post(link(mailoutbox[0], "/accounts/confirm-email/")).status_code == 404
        client.post(link(mailoutbox[1], "/accounts/confirm-email/"))
        assert who(client).email == "typo@example.com" and EmailAddress.objects.count() == 1
        assert who(client).check_password("another-kettle")

    def test_a_waiting_guest_who_signs_in_elsewhere_forgets_the_email(
        self, guest, anna, browser_of, mailoutbox
    ):
        client = browser_of(guest)
        sign_up(client)
        sign_in(client, anna.email)
        assert who(client) == anna and MergedGuest.objects.get().into == anna
        assert EmailAddress.objects.get().user == anna

    def test_a_bad_password_is_told_beside_its_field(self, db, client):
        page = sign_up(client, password="password").content.decode()
        assert 'aria-invalid="true"' in page and 'id="id_password1_error"' in page
        assert re.search(r'aria-describedby="[^"]*id_password1_error', page)
        assert not User.objects.exists()

    def test_the_language_is_the_pages(self, db, client):
        client.post("/language/", {"language": "ru", "next": "/"})
        sign_up(client)
        assert User.objects.get().language == "ru"

    @pytest.mark.parametrize(
        ("browsers", "kept"), [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Crater", "UTC"), ("", "UTC")]
    )
    def test_the_time_zone_is_the_browsers(self, db, client, browsers, kept):
        client.post(SIGN_UP, {"email": "new@example.com", "password1": PASSWORD, "timezone": browsers})
        assert User.objects.get().timezone == kept

    def test_a_guests_own_time_zone_stays(self, guest, browser_of):
        User.objects.update(timezone="Asia/Tokyo")
        more = {"email": "new@example.com", "password1": PASSWORD, "timezone": "Europe/Moscow"}
        browser_of(guest).post(SIGN_UP, more)
        assert User.objects.get().timezone == "Asia/Tokyo"

    @pytest.mark.parametrize(
        ("language", "password", "said"),
        [
            ("ru", "xk3f", "Нужно не меньше 8\u00a0знаков"),
            ("en", "xk3f", "At least 8 characters are needed."),
            ("ru", "password", "Этот пароль слишком распространён: придумайте другой"),
            ("en", "password", "Too many people use this password: think of another one."),
            ("ru", "new@example", "Этот пароль слишком похож на вашу почту: придумайте другой"),
            ("en", "new@example", "This password is too much like your email: think of another one."),
        ],
    )
    def test_what_is_wrong_with_a_password(self, db, language, password, said):
        page = sign_up(Client(headers={"accept-language": language}), password=password)
        assert said in page.content.decode()

    def test_more_than_five_a_minute_are_refused(self, db, client):
        answers = [sign_up(client, f"n{n}@example.com").status_code for n in range(6)]
        assert answers == [302] * 5 + [429]

    def test_an_account_is_sent_away(self, anna, browser_of):
        assert browser_of(anna).get(SIGN_UP).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_confirmations_at_once_of_one_email_make_one_account(browser_of, guest, mailoutbox):
    clients, barrier = [Client(), Client(), browser_of(guest)], Barrier(3)
    for client in clients:
        cache.clear()
        sign_up(client, "same@example.com")
    confirm = [link(mail, "/accounts/confirm-email/") for mail in mailoutbox]

    def run(client, path):
        barrier.wait()
        try:
            return client.post(path).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, clients, confirm)) == [302] * 3
    assert User.objects.filter(email="same@example.com").count() == 1
    assert EmailAddress.objects.filter(verified=True).count() == 1
