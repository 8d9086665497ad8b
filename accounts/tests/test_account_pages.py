"""Passwords and emails on allauth's pages; every page and mail of them is ours."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from accounts.models import MergedGuest, User

from .conftest import PASSWORD
from .visits import ACCOUNT_PAGES, SIGN_IN, SIGN_UP, link, said, sign_up, who


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
        anna.timezone = "Asia/Omsk"
        anna.save()
        client = browser_of(anna)
        data = {"oldpassword": PASSWORD, "password1": "another-kettle"}
        assert client.post("/accounts/password/change/", data).url == "/settings/"
        assert who(client) == anna and User.objects.get().check_password("another-kettle")
        assert mailoutbox[0].to == [anna.email] and "(Omsk, UTC+6) from" in mailoutbox[0].body

    def test_needs_the_old_one(self, anna, browser_of):
        data = {"oldpassword": "no", "password1": "another-kettle"}
        assert (
            b"not your current password" in browser_of(anna).post("/accounts/password/change/", data).content
        )


class TestEmailChange:
    def ask(self, client, email="anna.new@example.com"):
        asked = {"email": email, "password": PASSWORD, "action_add": ""}
        return client.post("/accounts/email/", asked)

    @pytest.mark.parametrize("password", ["", "no"])
    def test_needs_the_password(self, anna, browser_of, password, mailoutbox):
        asked = {"email": "anna.new@example.com", "password": password, "action_add": ""}
        page = browser_of(anna).post("/accounts/email/", asked)
        assert page.context["form"].errors.keys() == {"password"} and not mailoutbox

    def test_a_new_password_takes_the_change_back(self, anna, browser_of, mailoutbox):
        client = browser_of(anna)
        self.ask(client, "thief@example.com")
        data = {"oldpassword": PASSWORD, "password1": "another-kettle"}
        client.post("/accounts/password/change/", data)
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        assert User.objects.get().email == anna.email

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
