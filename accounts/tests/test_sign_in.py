"""Sign-up, sign-in and reset through allauth's pages, for strangers, guests and accounts."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.merging import merge
from accounts.models import MergedGuest, User
from tests.factories import TEXT, human_events, make_course, make_log, make_ticket

from .conftest import PASSWORD

SIGN_UP, SIGN_IN = "/accounts/signup/", "/accounts/login/"
VARYING = r'name="csrfmiddlewaretoken" value="\w+"|\S+@example.com'


def said(answer):
    return answer.content.decode()


def link(mail, path):
    """The path of the mail's link that begins with `path`."""
    return re.search(rf"http://testserver({path}\S+)", mail.body)[1]


def sign_up(client, email="new@example.com", password=PASSWORD):
    return client.post(SIGN_UP, {"email": email, "password1": password})


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def who(client):
    """Who the client's next request comes from."""
    return client.get("/settings/").wsgi_request.user


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

    def test_confirming_in_another_browser_asks_to_sign_in(self, guest, browser_of, mailoutbox):
        computer, phone = browser_of(guest), Client()
        sign_up(computer)
        assert phone.post(link(mailoutbox[0], "/accounts/confirm-email/")).url == SIGN_IN
        sign_in(phone, "new@example.com")
        assert who(phone).pk == who(computer).pk == guest.pk

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
            form = {"email": email, "password1": PASSWORD, "timezone": "Asia/Tokyo"}
            answers = [client.post(SIGN_UP, form)]
            answers += [client.get(path) for path in ("/", "/settings/", *ACCOUNT_PAGES, SIGN_IN, SIGN_UP)]
            answers += [
                sign_in(client, email, PASSWORD + "!"),
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
        assert b"No account has this email and password" in sign_in(client, "new@example.com").content
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
            ("ru", "xk3f", "Нужно не меньше 8 знаков"),
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


class TestHeader:
    def test_signing_in_comes_back_to_the_page(self, anna, client):
        page = client.get("/settings/?a=1&b=2").content.decode()
        to = re.search(r'<a href="(/accounts/login/[^"]+)"', page)[1]
        assert to == "/accounts/login/?next=/settings/%3Fa%3D1%26b%3D2"
        assert client.post(to, {"login": anna.email, "password": PASSWORD}).url == "/settings/?a=1&b=2"

    def test_on_an_account_page_what_was_kept_stays(self, db, client):
        assert f'href="{SIGN_IN}"' in said(client.get(SIGN_UP))
        assert f'href="{SIGN_IN}?next=/settings/"' in said(client.get(f"{SIGN_UP}?next=/settings/"))

    def test_it_says_who_is_here(self, anna, boris, guest, browser_of):
        who_is_here = 'href="/settings/" title="Settings">{}</a>'
        assert who_is_here.format("Anna") in said(browser_of(anna).get("/learn/"))
        assert who_is_here.format("boris@example.com") in said(browser_of(boris).get("/learn/"))
        assert (
            "title="
            not in said(browser_of(guest).get("/learn/")).partition("<main")[0].partition("<header")[2]
        )


class TestSignIn:
    def test_an_account(self, anna, client):
        assert sign_in(client, "Anna@Example.com").status_code == 302
        assert who(client) == anna

    def test_next_is_kept_and_must_be_ours(self, anna, client):
        assert sign_in(client, anna.email, next="/settings/").url == "/settings/"
        assert sign_in(Client(), anna.email, next="https://example.org/").url == "/"

    def test_wrong_password(self, anna, client):
        assert b'role="alert"' in sign_in(client, anna.email, "no").content
        assert who(client).is_anonymous

    def test_attempts_are_limited(self, anna, client):
        for _ in range(5):
            sign_in(client, anna.email, "no")
        assert b"Too many attempts" in sign_in(client, anna.email).content
        assert who(client).is_anonymous

    def test_without_redis(self, anna, client, settings):
        away = {**settings.CACHES["default"], "LOCATION": "unix:///no/such.sock"}
        settings.CACHES = {"default": away}
        assert sign_in(client, anna.email, "no").status_code == 200
        sign_in(client, anna.email)
        assert who(client) == anna

    def test_a_guest_is_merged(self, guest, anna, browser_of):
        client = browser_of(guest)
        assert b'name="login"' in client.get(SIGN_IN).content
        sign_in(client, anna.email)
        assert who(client) == anna
        assert MergedGuest.objects.get().into == anna and not User.objects.filter(pk=guest.pk).exists()

    def test_a_guest_with_a_wrong_password_stays_the_guest(self, guest, anna, browser_of):
        client = browser_of(guest)
        sign_in(client, anna.email, "no")
        assert who(client) == guest and not MergedGuest.objects.exists()

    def test_a_guest_in_two_browsers_is_merged_once(self, guest, anna, boris, browser_of):
        first, second = browser_of(guest), browser_of(guest)
        sign_in(first, anna.email)
        assert who(second).is_anonymous
        sign_in(second, boris.email)
        assert (who(first), who(second)) == (anna, boris)
        assert MergedGuest.objects.get().into == anna

    def test_a_guest_signing_in_to_an_unverified_account_is_merged_when_it_is_verified(
        self, guest, anna, browser_of, mailoutbox
    ):
        EmailAddress.objects.update(verified=False)
        client = browser_of(guest)
        assert sign_in(client, anna.email).url == reverse("account_email_verification_sent")
        assert who(client) == guest
        confirm = link(mailoutbox[0], "/accounts/confirm-email/")
        client.get(confirm)
        assert who(client) == guest
        client.post(confirm)
        assert who(client) == anna and MergedGuest.objects.get().into == anna

    def test_a_merged_guests_old_cookie_is_nobodys(self, guest, anna, browser_of):
        client = browser_of(guest)
        merge(guest, anna, now=timezone.now())
        assert who(client).is_anonymous

    def test_a_switched_off_account(self, anna, client):
        User.objects.update(is_active=False)
        assert sign_in(client, anna.email).url == reverse("account_inactive")
        assert client.get("/accounts/inactive/").status_code == 200


class TestSignOut:
    def test_only_by_post(self, anna, browser_of):
        client = browser_of(anna)
        assert client.get("/accounts/logout/").status_code == 200
        assert who(client) == anna
        client.post("/accounts/logout/")
        assert who(client).is_anonymous

    def test_a_guest_is_never_signed_out(self, guest, browser_of):
        client = browser_of(guest)
        client.post("/accounts/logout/")
        assert who(client) == guest


class TestPasswordReset:
    def reset(self, client, mailoutbox, email, password="another-kettle"):
        client.post("/accounts/password/reset/", {"email": email})
        page = client.get(link(mailoutbox[-1], "/accounts/password/reset/key/"), follow=True)
        return client.post(page.request["PATH_INFO"], {"password1": password})

    def test_signs_in_with_the_new_password(self, anna, client, mailoutbox):
        assert self.reset(client, mailoutbox, anna.email).status_code == 302
        assert who(client) == anna
        assert User.objects.get().check_password("another-kettle")

    def test_a_guest_is_merged(self, guest, anna, browser_of, mailoutbox):
        client = browser_of(guest)
        self.reset(client, mailoutbox, anna.email)
        assert who(client) == anna and MergedGuest.objects.get().into == anna

    def test_signs_out_everywhere_else(self, anna, client, browser_of, mailoutbox):
        elsewhere = browser_of(anna)
        self.reset(client, mailoutbox, anna.email)
        assert who(elsewhere).is_anonymous

    @pytest.mark.parametrize(
        ("language", "heading", "label"),
        [("en", "Choose a new password", "New password"), ("ru", "Придумайте новый пароль", "Новый пароль")],
    )
    def test_the_page_says_each_thing_once(self, anna, mailoutbox, language, heading, label):
        client = Client(headers={"accept-language": language})
        client.post("/accounts/password/reset/", {"email": anna.email})
        page = said(client.get(link(mailoutbox[0], "/accounts/password/reset/key/"), follow=True))
        main = page.partition("<main")[2]
        assert f"<h1>{heading}</h1>" in main and main.count(f">{label}<") == 1

    def test_a_used_link(self, anna, client, mailoutbox):
        self.reset(client, mailoutbox, anna.email)
        used = link(mailoutbox[0], "/accounts/password/reset/key/")
        assert b"has been used or is too old" in Client().get(used).content

    def test_an_unknown_email_looks_the_same(self, db, client, mailoutbox):
        answer = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
        assert answer.url == "/accounts/password/reset/done/"
        assert SIGN_UP in mailoutbox[0].body


class TestPasswordChange:
    def test_it_works_and_stays_signed_in(self, anna, browser_of, mailoutbox):
        client = browser_of(anna)
        data = {"oldpassword": PASSWORD, "password1": "another-kettle"}
        assert client.post("/accounts/password/change/", data).url == "/settings/"
        assert who(client) == anna and User.objects.get().check_password("another-kettle")
        assert mailoutbox[0].to == [anna.email]

    def test_needs_the_old_one(self, anna, browser_of):
        data = {"oldpassword": "no", "password1": "another-kettle"}
        assert (
            b"not your current password" in browser_of(anna).post("/accounts/password/change/", data).content
        )


class TestEmailChange:
    def ask(self, client, email="anna.new@example.com"):
        return client.post("/accounts/email/", {"email": email, "action_add": ""})

    def test_the_old_one_stays_until_the_new_one_is_confirmed(self, anna, browser_of, mailoutbox):
        client = browser_of(anna)
        self.ask(client)
        assert User.objects.get().email == anna.email
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        assert User.objects.get().email == "anna.new@example.com"
        assert EmailAddress.objects.get().verified
        assert mailoutbox[-1].to == [anna.email]

    def test_taking_the_change_back(self, anna, browser_of):
        client = browser_of(anna)
        self.ask(client)
        client.post("/accounts/email/", {"email": "anna.new@example.com", "action_remove": ""})
        assert EmailAddress.objects.get().email == anna.email

    def test_the_email_in_use_cannot_be_removed(self, db, browser_of):
        client = browser_of(User.objects.create_user("made.by.hand@example.com", PASSWORD))
        self.ask(client)
        client.post("/accounts/email/", {"email": "made.by.hand@example.com", "action_remove": ""})
        assert who(client).email == "made.by.hand@example.com"

    def test_an_unconfirmed_email_cannot_be_made_the_accounts(self, anna, boris, browser_of):
        client = browser_of(boris)
        self.ask(client, anna.email)
        answer = client.post("/accounts/email/", {"email": anna.email, "action_primary": ""})
        assert answer.status_code == 400 and who(client).email == boris.email

    def test_an_email_taken_meanwhile_is_refused(self, anna, browser_of, mailoutbox):
        client = browser_of(anna)
        self.ask(client)
        User.objects.create_user("anna.new@example.com")
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        assert who(client).email == anna.email
        assert not EmailAddress.objects.filter(email="anna.new@example.com", verified=True).exists()


ACCOUNT_PAGES = ["/accounts/email/", "/accounts/password/change/", "/accounts/password/set/"]


@pytest.mark.parametrize("path", [*ACCOUNT_PAGES, "/accounts/reauthenticate/"])
class TestPagesOfAnAccount:
    def test_a_stranger_signs_in_first(self, db, client, path):
        assert client.get(path).url == f"{SIGN_IN}?next={path}"

    def test_a_guest_signs_up_first(self, guest, browser_of, path):
        assert browser_of(guest).get(path).url == f"{SIGN_UP}?next={path}"
        assert browser_of(guest).post(path, {"password1": PASSWORD}).url == f"{SIGN_UP}?next={path}"
        assert not User.objects.get().has_usable_password()


PAGES = """
    account_inactive email_change email_confirm login logout password_change password_reset password_reset_done
    password_reset_from_key password_reset_from_key_done password_set reauthenticate signup signup_closed
    verification_sent
"""
MAILS = """
    account_already_exists email_changed email_confirmation email_confirmation_signup email_deleted
    password_changed password_reset password_reset_key password_set unknown_account
"""
MESSAGES = """
    cannot_delete_primary_email email_confirmation_failed email_confirmation_sent email_confirmed email_deleted
    logged_in logged_out password_changed password_set
"""


def test_every_page_and_mail_of_accounts_is_ours():
    """What allauth's enabled pages can show comes from this project's templates."""
    names = [f"account/{page}.html" for page in PAGES.split()]
    names += [f"account/email/{mail}_{part}.txt" for part in ("subject", "message") for mail in MAILS.split()]
    names += [f"account/messages/{message}.txt" for message in MESSAGES.split()]
    for name in names:
        assert Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates"), name


@pytest.mark.parametrize("language", ["en", "ru"])
def test_mails_are_plain_text_in_the_learners_language(db, client, mailoutbox, language):
    client.post("/language/", {"language": language, "next": "/"})
    sign_up(client, "o'neil&co@example.com")
    sign_up(client, "o'neil&co@example.com")
    assert len(mailoutbox) == 1
    sign_up(Client(headers={"accept-language": language}), "o'neil&co@example.com")
    for mail in mailoutbox:
        assert "&#" not in mail.body and "&amp;" not in mail.body and "\n\n\n" not in mail.body
