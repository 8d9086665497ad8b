"""Signing in and up through a provider, over real HTTP; the school's fake lets anybody be anyone."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.utils import timezone

from accounts.models import MergedGuest, TokenFamily, User
from accounts.tests.visits import SIGN_IN, link, said, sign_in, sign_up, who

SCHOOL = "/accounts/with/school/"
NEW = {"email": "new@school.example", "verified": "1", "sub": "4711", "name": "New"}
UNSURE = {**NEW, "verified": ""}


def connection_of(user, sub="4711"):
    return SocialAccount.objects.create(user=user, provider="school", uid=sub, extra_data={"known_as": "x"})


class TestSigningUp:
    def test_a_verified_email_makes_an_account_at_once(self, db, go, client, mailoutbox):
        form = {"timezone": "Asia/Tokyo", "next": "/tests/"}
        assert go(client, form=form, **NEW).url == "/tests/"
        user = who(client)
        assert (user.email, user.timezone, user.language) == ("new@school.example", "Asia/Tokyo", "en")
        assert not user.has_usable_password() and mailoutbox == []
        connection = SocialAccount.objects.get()
        assert (connection.user, connection.uid) == (user, "4711")
        assert connection.extra_data == {"known_as": "new@school.example"}
        assert not SocialToken.objects.exists()

    def test_a_guest_keeps_what_she_typed(self, guest, browser_of, go):
        now = timezone.now()
        TokenFamily.objects.create(user=guest, created_at=now, expires_at=now + timedelta(days=1))
        client = browser_of(guest)
        old = client.session.session_key
        go(client, **NEW)
        assert who(client).pk == guest.pk and not who(client).is_guest
        assert client.session.session_key != old and not TokenFamily.objects.exists()

    def test_who_comes_again_signs_in_and_brings_her_guest_along(self, guest, go, client, browser_of):
        go(client, **NEW)
        user = who(client)
        other = browser_of(guest)
        assert go(other, form={"next": "/history/"}, **NEW).url == "/history/"
        assert who(other) == user and MergedGuest.objects.get().guest_id == guest.pk
        assert User.objects.count() == 1

    def test_an_email_that_changed_there_changes_nothing_here(self, db, go, client):
        go(client, **NEW)
        other = Client()
        go(other, **{**NEW, "email": "other@school.example"})
        assert who(other).email == "new@school.example"

    @pytest.mark.parametrize("kind", ["", "text"])
    def test_an_unverified_email_waits_for_our_own_link(
        self, guest, browser_of, go, school, mailoutbox, kind
    ):
        client, person = browser_of(guest), UNSURE
        if kind:
            school.fail(kind)
            person = NEW
        assert go(client, **person).url == "/accounts/confirm-email/"
        assert who(client) == guest and who(client).is_guest
        assert mailoutbox[0].to == ["new@school.example"]
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        assert who(client).pk == guest.pk and who(client).email == "new@school.example"
        other = Client()
        go(other, **UNSURE)
        assert who(other).pk == guest.pk

    def test_followed_elsewhere_our_link_leaves_who_began_nothing(self, guest, browser_of, go, mailoutbox):
        began, owner = browser_of(guest), Client()
        go(began, **UNSURE)
        assert "signed up through Example School" in mailoutbox[0].body
        confirm = link(mailoutbox[0], "/accounts/confirm-email/")
        assert "opened by Example School" in said(began.get(confirm))
        assert "Example School will not open" in said(owner.get(confirm))
        owner.post(confirm)
        assert not EmailAddress.objects.get().verified and SocialAccount.objects.exists()
        owner.post(confirm, {"password1": "annas-own-kettle"})
        assert (who(owner).pk, who(owner).email) == (guest.pk, NEW["email"])
        assert who(began).is_anonymous and not SocialAccount.objects.exists()
        go(began, **UNSURE)
        assert who(began) != who(owner)

    def test_a_key_sent_to_the_api_leaves_who_began_no_connection(self, guest, browser_of, go, mailoutbox):
        go(browser_of(guest), **UNSURE)
        key = re.search(r"/confirm-email/([^/]+)/", mailoutbox[0].body)[1]
        Client().post("/api/v1/auth/verify-email", {"key": key}, content_type="application/json")
        assert EmailAddress.objects.get().verified and not SocialAccount.objects.exists()

    def test_a_reset_drops_the_connection_of_an_unverified_sign_up(self, db, go, client, mailoutbox):
        go(client, **UNSURE)
        client.post(link(mailoutbox[0], "/accounts/confirm-email/"))
        user = who(client)
        connection_of(user, "another")
        go(Client(), **NEW)
        owner = Client()
        owner.post("/accounts/password/reset/", {"email": NEW["email"]})
        page = owner.get(link(mailoutbox[-1], "/accounts/password/reset/key/"), follow=True)
        owner.post(page.request["PATH_INFO"], {"password1": "annas-own-kettle"})
        assert who(owner) == user
        assert [one.uid for one in SocialAccount.objects.all()] == ["another"]

    def test_who_comes_again_unconfirmed_is_asked_again_and_signs_up_where_she_is(
        self, guest, browser_of, go
    ):
        go(browser_of(guest), **UNSURE)
        other = Client()
        go(other, **NEW)
        assert who(other).email == "new@school.example" and who(other).pk != guest.pk
        assert not EmailAddress.objects.filter(user=guest).exists()
        assert SocialAccount.objects.get().user == who(other)

    def test_a_taken_verified_email_is_told_to_who_comes_with_it(self, anna, go, client, mailoutbox):
        answer = go(client, form={"next": "/history/"}, **{**NEW, "email": "ANNA@example.com"})
        assert answer.url == f"{SIGN_IN}?next=%2Fhistory%2F"
        page = said(client.get(answer.url))
        assert "There is an account with anna@example.com already" in page and "Example School" in page
        assert who(client).is_anonymous and not SocialAccount.objects.exists() and mailoutbox == []

    def test_a_taken_unverified_email_looks_like_any_other(self, anna, go, mailoutbox):
        seen = []
        for number, email in enumerate(["anna@example.com", "free@example.com"]):
            client = Client()
            answer = go(client, **{**UNSURE, "email": email, "sub": str(number)})
            page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", said(client.get(answer.url))).replace(
                email, ""
            )
            seen.append((answer.url, answer.status_code, page, sorted(client.cookies)))
        assert seen[0] == seen[1]
        assert "already" in mailoutbox[0].body and "confirm-email" not in mailoutbox[0].body
        assert "confirm-email" in mailoutbox[1].body
        assert who(client).is_anonymous

    def test_without_an_email_she_is_asked_for_one(self, guest, browser_of, go, mailoutbox):
        client = browser_of(guest)
        asked = go(client, form={"next": "/tests/"}, sub="4712")
        assert asked.url == "/accounts/tell-email/"
        assert "Example School" in said(client.get(asked.url))
        assert "Enter a valid email" in said(client.post(asked.url, {"email": "no"}))
        assert client.post(asked.url, {"email": "Mine@example.com"}).url == "/accounts/confirm-email/"
        assert client.post(link(mailoutbox[0], "/accounts/confirm-email/")).url == "/tests/"
        assert who(client).email == "mine@example.com" and SocialAccount.objects.get().uid == "4712"
        assert client.get(asked.url).url == SIGN_IN

    def test_an_email_told_by_herself_is_never_believed(self, anna, go, client, mailoutbox):
        client.post(go(client, sub="4712").url, {"email": "anna@example.com"})
        assert "already" in mailoutbox[0].body and who(client).is_anonymous

    def test_who_began_before_in_the_same_browser_has_no_part_in_the_account(
        self, guest, browser_of, go, mailoutbox
    ):
        client = browser_of(guest)
        sign_up(client, "first@example.com")
        go(client, **{**UNSURE, "sub": "second"})
        go(client, **{**NEW, "sub": "third", "email": "third@example.com"})
        assert [one.uid for one in SocialAccount.objects.all()] == ["third"]
        assert not who(client).has_usable_password() and who(client).email == "third@example.com"
        for mail in mailoutbox:
            Client().post(link(mail, "/accounts/confirm-email/"))
        assert User.objects.get().email == "third@example.com"

    def test_a_sign_up_by_password_takes_the_unconfirmed_connection_away(self, guest, browser_of, go):
        client = browser_of(guest)
        go(client, **UNSURE)
        sign_up(client, "mine@example.com")
        assert not SocialAccount.objects.exists()

    def test_signing_in_with_a_password_takes_no_unconfirmed_connection_along(
        self, guest, anna, browser_of, go
    ):
        client = browser_of(guest)
        go(client, **UNSURE)
        sign_in(client, "anna@example.com")
        assert who(client) == anna and not SocialAccount.objects.exists()

    def test_sign_ups_are_counted(self, db, go):
        answers = [go(Client(), **{**NEW, "sub": str(n), "email": f"n{n}@example.com"}) for n in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        assert User.objects.count() == 5 and int(answers[5]["Retry-After"]) > 0


class TestSigningIn:
    def test_an_email_alone_opens_nothing(self, anna, go, client):
        for sub, verified in (("1", "1"), ("2", "")):
            go(client, sub=sub, email=anna.email, verified=verified)
            assert who(client).is_anonymous
        assert not SocialAccount.objects.filter(user=anna).exists()

    def test_a_disabled_account_stays_shut(self, anna, go, client):
        connection_of(anna)
        User.objects.update(is_active=False)
        assert go(client, **NEW).url == "/accounts/inactive/"
        assert who(client).is_anonymous

    def test_a_second_factor_is_asked_for_all_the_same(self, anna, go, client):
        connection_of(anna)
        TOTP.activate(anna, "JBSWY3DPEHPK3PXP")
        assert go(client, **NEW).url == "/accounts/code/"
        assert who(client).is_anonymous

    def test_the_session_is_a_new_one(self, anna, guest, browser_of, go):
        connection_of(anna)
        client = browser_of(guest)
        old = client.session.session_key
        go(client, **NEW)
        assert who(client) == anna and client.session.session_key != old

    @pytest.mark.parametrize(
        "to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
    )
    def test_nobody_is_led_elsewhere(self, anna, go, client, to):
        connection_of(anna)
        assert go(client, form={"next": to}, **NEW).url == "/"

    def test_the_page_asks_no_more_of_the_database(
        self, anna, go, client, school, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(1):
            client.get(SIGN_IN)

    def test_the_page_begins_by_a_post_only_and_nothing_else_is_asked_there(self, db, school, client):
        assert client.get(SCHOOL).status_code == 405
        assert client.get("/accounts/oidc/school/login/").status_code == 404
        page = client.post(SCHOOL, {"scope": "admin", "auth_params": "prompt=none", "process": "redirect"})
        assert "admin" not in said(page) and "prompt" not in said(page)
        assert "private" in page["Cache-Control"] and school.url not in page["Content-Security-Policy"]

    @pytest.mark.parametrize("provider", ["google", "openid_connect", "nobody"])
    def test_a_provider_that_is_not_configured_is_not_there(self, db, school, client, provider):
        assert client.post(f"/accounts/with/{provider}/").status_code == 404
        assert client.get(f"/accounts/oidc/{provider}/login/callback/").status_code == 404
        for path in ("google/login/callback/", "github/login/callback/", "apple/login/callback/finish/"):
            assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post("/accounts/apple/login/callback/").status_code == 404


def test_without_providers_nothing_of_them_is_shown(db, client):
    for path in (SIGN_IN, "/accounts/signup/"):
        assert "formaction" not in said(client.get(path))
