"""Signing in and out through allauth's pages, for strangers, guests and accounts."""

import re

from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.merging import merge
from accounts.models import MergedGuest, User

from .conftest import PASSWORD
from .visits import SIGN_IN, SIGN_UP, link, said, sign_in, who


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
