import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command

from accounts.models import User

from .conftest import PASSWORD
from .visits import sign_in, who


@pytest.fixture
def support(boris):
    boris.is_staff = True
    boris.save()
    boris.user_permissions.add(Permission.objects.get(codename="view_user"))
    return boris


@pytest.fixture
def chief(db):
    return User.objects.create_superuser("chief@example.com", PASSWORD, language="en")


class TestSigningIn:
    def test_a_stranger_goes_through_our_page_and_back(self, support, client):
        to_admin_login = client.get("/admin/accounts/user/").url
        to_ours = client.get(to_admin_login).url
        assert to_ours.startswith("/accounts/login/?next=")
        back = client.post(to_ours, {"login": support.email, "password": PASSWORD})
        assert back.url == "/admin/accounts/user/"
        assert client.get(back.url).status_code == 200

    def test_the_admins_own_form_is_closed(self, support, client):
        client.post("/admin/login/", {"username": support.email, "password": PASSWORD})
        assert client.get("/admin/").status_code == 302

    def test_a_guest_goes_to_our_page_too(self, guest, browser_of):
        answer = browser_of(guest).get("/admin/", follow=True)
        assert answer.request["PATH_INFO"] == "/accounts/login/" and answer.status_code == 200

    def test_a_learner_is_refused(self, anna, browser_of):
        assert browser_of(anna).get("/admin/", follow=True).status_code == 403


class TestUsers:
    def test_support_finds_accounts_but_no_guests(self, support, anna, guest, browser_of):
        page = browser_of(support).get("/admin/accounts/user/").content.decode()
        assert anna.email in page and str(guest.pk) not in page

    def test_support_sees_no_digest_and_changes_nothing(self, support, anna, browser_of):
        client = browser_of(support)
        page = client.get(f"/admin/accounts/user/{anna.pk}/change/").content.decode()
        assert anna.email in page and "md5" not in page and anna.password not in page
        assert client.post(f"/admin/accounts/user/{anna.pk}/change/", {"name": "X"}).status_code == 403
        assert client.get(f"/admin/accounts/user/{anna.pk}/password/").status_code == 403

    def test_an_admin_makes_an_account_and_sets_its_password(self, chief, browser_of):
        client = browser_of(chief)
        data = {"email": "New@Example.com", "password1": "a-kettle-1", "password2": "a-kettle-1"}
        client.post("/admin/accounts/user/add/", data)
        user = User.objects.get(email="new@example.com")
        data = {"password1": "a-kettle-2", "password2": "a-kettle-2"}
        client.post(f"/admin/accounts/user/{user.pk}/password/", data)
        user.refresh_from_db()
        assert user.check_password("a-kettle-2")

    def test_an_email_taken_in_another_case_is_refused(self, chief, anna, browser_of):
        data = {"email": "ANNA@example.com", "password1": "a-kettle-1", "password2": "a-kettle-1"}
        answer = browser_of(chief).post("/admin/accounts/user/add/", data)
        assert answer.status_code == 200 and User.objects.count() == 2

    def test_an_admin_cannot_change_an_email(self, chief, anna, browser_of):
        client = browser_of(chief)
        assert client.get(f"/admin/accounts/user/{anna.pk}/change/").status_code == 200
        data = {"email": "x@example.com", "name": "Anya", "timezone": "UTC", "is_active": "on"}
        client.post(f"/admin/accounts/user/{anna.pk}/change/", data)
        anna.refresh_from_db()
        assert (anna.email, anna.name) == ("anna@example.com", "Anya")

    def test_a_guest_has_no_page(self, chief, guest, browser_of):
        assert browser_of(chief).get(f"/admin/accounts/user/{guest.pk}/change/").status_code == 302


def test_the_first_admin_signs_in_without_mail(db, client, monkeypatch, mailoutbox):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--no-input", email="Chief@Example.com")
    sign_in(client, "chief@example.com")
    assert who(client).is_superuser and not mailoutbox
