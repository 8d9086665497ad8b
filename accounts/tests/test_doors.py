"""Whatever a learner sets, by page, API or admin, is taken at all of these doors or at none."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.tests.conftest import PASSWORD
from tests.api_client import Api
from tests.factories import make_learner

pytestmark = pytest.mark.django_db

TAKEN = [
    ("timezone", "Asia/Tokyo"),
    ("timezone", "Europe/Kiev"),
    ("timezone", "Europe/Kyiv"),
    ("timezone", "Asia/Calcutta"),
    ("timezone", "CET"),
    ("timezone", "Etc/GMT-3"),
    ("timezone", "EST5EDT"),
    ("language", "ru"),
    ("language", ""),
    ("layout", "en-dvorak"),
    ("layout", ""),
    ("unit", "cpm"),
    ("unit", ""),
    ("keyboard", "iso"),
    ("goal_minutes", 0),
    ("goal_minutes", 21),
    ("goal_minutes", 240),
]
REFUSED = [
    ("timezone", "Mars/Olympus"),
    ("timezone", "europe/moscow"),
    ("timezone", "localtime"),
    ("timezone", "Factory"),
    ("timezone", "../UTC"),
    ("timezone", "x" * 65),
    ("language", "fr"),
    ("layout", "dvorak"),
    ("unit", "km/h"),
    ("keyboard", "round"),
    ("goal_minutes", -1),
    ("goal_minutes", 241),
]
IN_ADMIN = ("timezone", "language", "layout", "unit")


def by_page(anna, browser_of, name, value):
    form = {"timezone": "UTC", "goal_minutes": "0", name: value}
    return browser_of(anna).post("/settings/", form).status_code == 302


def by_api(anna, browser_of, name, value):
    outside = {"goal_minutes": "goalMinutes"}.get(name, name)
    return Api(anna).put("users/me", {outside: value})[0] == 200


def by_admin(anna, browser_of, name, value):
    chief = make_learner("chief@example.com", is_staff=True, is_superuser=True)
    form = {"timezone": "UTC", "is_active": "on", name: value}
    return browser_of(chief).post(f"/admin/accounts/user/{anna.pk}/change/", form).status_code == 302


@pytest.mark.parametrize(
    ("door", "name", "value", "is_taken"),
    [
        (door, name, value, is_taken)
        for is_taken, values in ((True, TAKEN), (False, REFUSED))
        for name, value in values
        for door in (by_page, by_api, by_admin)
        if door is not by_admin or name in IN_ADMIN
    ],
)
def test_every_door_takes_the_same(anna, browser_of, door, name, value, is_taken):
    before = getattr(anna, name)
    assert door(anna, browser_of, name, value) is is_taken
    anna.refresh_from_db()
    assert getattr(anna, name) == (value if is_taken else before)


@pytest.mark.parametrize("zone", [zone for name, zone in TAKEN if name == "timezone"])
def test_signing_up_takes_them_too(client, zone):
    credentials = {"email": "new@example.org", "password": "correct horse battery"}
    assert Api().post("auth/register", credentials | {"timezone": zone})[1]["user"]["timezone"] == zone
    client.post("/accounts/signup/", {"email": "b@example.org", "password1": PASSWORD, "timezone": zone})
    assert list(User.objects.values_list("timezone", flat=True)) == [zone, zone]


@pytest.mark.parametrize("zone", [zone for name, zone in REFUSED if name == "timezone"])
def test_registering_refuses_them_too(zone, anna):
    credentials = {"email": "new@example.org", "password": "correct horse battery"}
    status, error = Api().post("auth/register", credentials | {"timezone": zone})
    assert (status, list(error["fields"])) == (400, ["timezone"])
    told = Api(anna).put("users/me", {"timezone": zone})[1]
    assert error["fields"] == told["fields"]
    assert not User.objects.exclude(pk=anna.pk).exists()


def test_the_page_of_settings_shows_and_keeps_what_another_program_set(anna, browser_of):
    Api(anna).put("users/me", {"timezone": "Etc/GMT-3", "goalMinutes": 21})
    client = browser_of(anna)
    page = client.get("/settings/").content.decode()
    assert '<option value="Etc/GMT-3" selected>UTC+3</option>' in page
    assert '<option value="21" selected>21 minutes</option>' in page


@pytest.mark.parametrize(("length", "is_taken"), [(129, True), (1000, True), (1001, False)])
def test_a_long_password_is_good_at_every_door_or_at_none(anna, browser_of, length, is_taken):
    password = "kettle " * 200
    form = {"oldpassword": PASSWORD, "password1": password[:length]}
    changed = browser_of(anna).post(reverse("account_change_password"), form)
    signed_in = Api().post("auth/login", {"email": anna.email, "password": password[:length]})
    assert (changed.status_code == 302) is (signed_in[0] == 200) is is_taken
