"""A new password, by whatever door it comes, ends what the old one opened: tokens, sign-ins by API, browsers."""

import io
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import tokens
from accounts.merging import Gone
from accounts.models import ApiToken, User
from tests.api_client import Api

from .conftest import PASSWORD
from .visits import link, who

NEW = "another-kettle"


@pytest.fixture
def opened(anna, browser_of):
    """What the old password opened: a personal token, an access and a refresh token, and a browser."""
    pair = tokens.start_family(anna, now=timezone.now())
    script = tokens.create_personal(anna, "Backup", ["read", "write"], now=timezone.now())
    return script, pair.access, pair.refresh, browser_of(anna)


def change_on_the_page(anna, browser_of, mailoutbox):
    data = {"oldpassword": PASSWORD, "password1": NEW}
    assert browser_of(anna).post("/accounts/password/change/", data).status_code == 302


def change_by_api(anna, browser_of, mailoutbox):
    body = {"currentPassword": PASSWORD, "password": NEW}
    assert Api(anna).post("auth/change-password", body)[0] == 200


def reset_on_the_page(anna, browser_of, mailoutbox):
    client = browser_of(User.objects.create_user("boris@example.com", PASSWORD))
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": anna.email})
    page = client.get(link(mailoutbox[-1], "/accounts/password/reset/key/"), follow=True)
    assert client.post(page.request["PATH_INFO"], {"password1": NEW}).status_code == 302


def reset_by_api(anna, browser_of, mailoutbox):
    Api().post("auth/forgot-password", {"email": anna.email})
    key = link(mailoutbox[-1], "/accounts/password/reset/key/").split("/")[-2]
    assert Api().post("auth/reset-password", {"key": key, "password": NEW})[0] == 200


def set_by_an_admin(anna, browser_of, mailoutbox):
    admin = browser_of(User.objects.create_superuser("admin@example.com", PASSWORD))
    data = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert admin.post(f"/admin/accounts/user/{anna.pk}/password/", data).status_code == 302


def taken_by_an_admin(anna, browser_of, mailoutbox):
    admin = browser_of(User.objects.create_superuser("admin@example.com", PASSWORD))
    data = {"usable_password": "false", "unset-password": "1"}
    assert admin.post(f"/admin/accounts/user/{anna.pk}/password/", data).status_code == 302


def set_by_the_command(anna, browser_of, mailoutbox):
    with patch("getpass.getpass", return_value=NEW):
        call_command("changepassword", anna.email, stdout=io.StringIO())


DOORS = [
    change_on_the_page,
    change_by_api,
    reset_on_the_page,
    reset_by_api,
    set_by_an_admin,
    taken_by_an_admin,
    set_by_the_command,
]


@pytest.mark.parametrize("door", DOORS)
def test_all_that_the_old_one_opened_ends(door, anna, browser_of, opened, mailoutbox):
    script, access, refresh, browser = opened
    door(anna, browser_of, mailoutbox)
    assert not User.objects.get(pk=anna.pk).check_password(PASSWORD)
    assert Api(token=script).get("auth/me")[0] == 401
    assert Api(token=access).get("auth/me")[0] == 401
    assert Api().post("auth/refresh", {"refresh": refresh})[0] == 401
    assert who(browser).is_anonymous


def test_a_stronger_hash_of_the_same_password_ends_no_token(anna, opened, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert Api().post("auth/login", {"email": anna.email, "password": PASSWORD})[0] == 200
    assert User.objects.get().password.startswith("scrypt")
    assert Api(token=opened[0]).get("auth/me")[0] == 200


def test_no_token_is_made_by_who_was_signed_in_with_the_old_one(anna):
    late = User.objects.get()
    anna.set_password(NEW)
    anna.save()
    with pytest.raises(Gone):
        tokens.create_personal(late, "Backup", ["read"], now=timezone.now())
    assert not ApiToken.objects.exists()


def test_saving_an_account_without_a_password_ends_nothing(anna):
    anna.set_unusable_password()
    anna.save()
    tokens.create_personal(anna, "mine", {"read"}, now=timezone.now())
    again = User.objects.get(pk=anna.pk)
    again.name = "Anna"
    again.save()
    assert again.api_tokens.exists()
