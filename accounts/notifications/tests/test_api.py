"""The same choices through the JSON API."""

import pytest

from accounts.models import PhoneNumber, ReminderTime
from accounts.notifications.tests.test_sending import NOW, NUMBER
from accounts.notifications.wanted import wanted_by
from tests.api_client import Api

PATH = "users/me/notifications"


def kinds(answer):
    return {one["kind"]: one for one in answer["kinds"]}


def test_what_there_is(anna, sms, wants):
    wants(anna, "reminder", "email", "sms")
    PhoneNumber.objects.create(user=anna, number=NUMBER, asked_at=NOW)
    status, answer = Api(anna).get(PATH)
    assert status == 200 and (answer["phone"], answer["browsers"]) == (None, 0)
    assert answer["reminder"] == {"hour": 18, "days": [0, 1, 2, 3, 4, 5, 6]}
    reminder, security = kinds(answer)["reminder"], kinds(answer)["security"]
    assert reminder["channels"] == reminder["wanted"] == ["email", "sms"]
    assert security["channels"] == ["sms"] and security["isMailedAnyway"] and not reminder["isMailedAnyway"]
    PhoneNumber.objects.update(confirmed_at=NOW)
    assert Api(anna).get(PATH)[1]["phone"] == NUMBER


def test_only_what_is_named_changes(anna, boris, sms, wants):
    wants(anna, "reminder", "email", "push")
    wants(anna, "streak", "email")
    api = Api(anna)
    chosen = [{"kind": "reminder", "wanted": ["sms"]}, {"kind": "security", "wanted": ["email"]}]
    status, answer = api.put(PATH, {"kinds": chosen, "reminder": {"days": [6, 0, 6]}})
    assert status == 200 and answer["reminder"] == {"hour": 18, "days": [0, 6]}
    # Browsers are not offered here now, so what was chosen of them stays.
    assert wanted_by(anna) == {("reminder", "sms"), ("reminder", "push"), ("streak", "email")}
    assert api.put(PATH, {"reminder": {"hour": 6}})[1]["reminder"] == {"hour": 6, "days": [0, 6]}
    assert not wanted_by(boris) and ReminderTime.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"kinds": [{"kind": "nothing", "wanted": []}]},
        {"kinds": [{"kind": "reminder", "wanted": ["pigeon"]}]},
        {"kinds": [{"kind": "reminder"}]},
        {"kinds": "reminder"},
        {"reminder": {"hour": 24}},
        {"reminder": {"days": [7]}},
        {"reminder": {"minute": 5}},
        {"else": 1},
        [],
    ],
)
def test_what_makes_no_sense_is_refused(anna, body):
    status, error = Api(anna).put(PATH, body)
    assert status == 400 and error["code"] == "invalid"
    assert not wanted_by(anna) and not ReminderTime.objects.exists()


def test_only_for_accounts(guest):
    assert Api(guest).get(PATH)[0] == 403 and Api(guest).put(PATH, {})[0] == 403
    assert Api().get(PATH)[0] == 401


def test_the_weekly_report_of_older_clients_is_one_of_them(anna, guest):
    api = Api(anna)
    assert api.get("users/me")[1]["weeklyReport"] is False
    for wants_it in (True, False):
        assert api.put("users/me", {"weeklyReport": wants_it})[1]["weeklyReport"] is wants_it
        assert wanted_by(anna) == ({("weekly_report", "email")} if wants_it else set())
    assert Api(guest).put("users/me", {"weeklyReport": True})[0] == 403
    assert Api(guest).put("users/me", {"weeklyReport": False})[0] == 200
