"""Signing up, in and out through the JSON API."""

import re
import threading
from collections import Counter
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts import guests, tokens
from accounts.models import ApiToken, TokenFamily, User
from tests.api_client import Api
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
ANNA = {"email": "anna@example.org", "password": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def mailed_key(pattern):
    return unquote(re.search(pattern, mail.outbox[-1].body)[1])


def register(api, **fields):
    status, data = api.post("auth/register", ANNA | fields)
    assert status == 201, data
    return data


class TestRegistering:
    def test_from_sign_up_to_sign_in(self):
        api = Api()
        made = register(api, timezone="Europe/Moscow")
        assert made["user"]["isGuest"] is True
        assert made["user"]["email"] is None
        assert made["user"]["timezone"] == "Europe/Moscow"
        assert Api(token=made["access"]).get("auth/me") == (200, made["user"])
        assert api.post("auth/login", ANNA | {"password": "no"})[1]["code"] == "wrong_password"
        assert [api.post("auth/login", ANNA)[1]["code"] for _ in range(7)] == ["email_unverified"] * 7
        key = mailed_key(r"/confirm-email/([^/\s]+)/")
        assert api.post("auth/verify-email", {"key": key}) == (200, None)
        status, signed_in = api.post("auth/login", ANNA)
        assert status == 200
        assert signed_in["user"]["id"] == made["user"]["id"]
        assert signed_in["user"]["email"] == "anna@example.org"

    def test_a_key_is_good_once_and_a_made_up_one_never(self):
        register(Api())
        key = mailed_key(r"/confirm-email/([^/\s]+)/")
        Api().post("auth/verify-email", {"key": key})
        assert Api().post("auth/verify-email", {"key": key})[1]["code"] == "bad_key"
        assert Api().post("auth/verify-email", {"key": "made-up"})[0] == 400

    def test_nothing_tells_that_an_email_is_taken(self):
        make_learner("anna@example.org")
        taken = register(Api())
        other = register(Api(), email="boris@example.org")
        assert taken.keys() == other.keys()
        for answer in (taken, other):
            for changing in ("id", "joinedAt"):
                del answer["user"][changing]
        assert taken["user"] == other["user"]
        assert Api().post("auth/login", ANNA) == Api().post(
            "auth/login", ANNA | {"email": "boris@example.org"}
        )
        assert mail.outbox[0].to == ["anna@example.org"]
        assert "confirm-email" not in mail.outbox[0].body

    def test_a_guest_who_signs_up_stays_the_same_learner(self):
        guest = register(Api())
        again = register(Api(token=guest["access"]), email="new@example.org")
        assert again["user"]["id"] == guest["user"]["id"]
        assert Api(token=guest["access"]).get("auth/me")[1]["code"] == "bad_token"
        assert Api(token=again["access"]).get("auth/me")[0] == 200

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (ANNA | {"email": "no"}, "email"),
            (ANNA | {"password": "1234567"}, "password"),
            (ANNA | {"password": "password"}, "password"),
            ({"email": "anna@example.org"}, "password"),
            (ANNA | {"role": "admin"}, "role"),
        ],
    )
    def test_what_is_wrong_is_told_by_field(self, body, field):
        status, error = Api().post("auth/register", body)
        assert (status, error["code"], list(error["fields"])) == (400, "invalid", [field])
        assert not User.objects.exists()

    def test_in_russian(self):
        _, error = Api(language="ru").post("auth/register", {"email": "no", "password": PASSWORD})
        assert re.search("[а-я]", error["message"])
        assert re.search("[а-я]", error["fields"]["email"][0]["message"])


class TestSigningIn:
    def test_a_wrong_password_and_an_unknown_email_look_alike(self):
        make_learner("anna@example.org")
        wrong = Api().post("auth/login", ANNA)
        assert wrong == Api().post("auth/login", ANNA | {"email": "nobody@example.org"})
        assert wrong[0] == 401

    def test_too_many_tries_are_429(self):
        make_learner("anna@example.org")
        statuses = [Api().post("auth/login", ANNA)[0] for _ in range(12)]
        assert statuses[0] == 401
        assert statuses[-1] == 429
        api = Api()
        assert (
            api.post("auth/login", ANNA | {"password": "a-long-password"})[1]["code"] == "too_many_requests"
        )
        assert int(api.headers["Retry-After"]) > 0

    def test_a_guest_brings_along_what_she_typed(self):
        make_learner("anna@example.org")
        guest = register(Api(), email="boris@example.org")
        api = Api(token=guest["access"])
        assert api.post("auth/login", ANNA | {"password": "a-long-password"})[0] == 200
        assert not User.objects.filter(pk=guest["user"]["id"]).exists()

    def test_who_is_switched_off_is_out(self):
        anna = make_learner("anna@example.org")
        api = Api(anna)
        User.objects.update(is_active=False)
        assert api.get("auth/me")[1]["code"] == "bad_token"
        assert Api().post("auth/login", ANNA | {"password": "a-long-password"})[0] == 401


class TestTokens:
    def test_without_one(self):
        api = Api()
        assert api.get("auth/me")[1]["code"] == "unauthenticated"
        assert api.headers["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("token", ["", "x", "tt_made-up", "eyJhbGciOiJub25lIn0.eyJraW5kIjoiYWNjZXNzIn0."])
    def test_a_made_up_one(self, token):
        assert Api(token=token or " ").get("auth/me")[0] == 401

    def test_access_is_over_after_a_quarter_of_an_hour(self):
        api = Api(make_learner())
        assert api.get("auth/me")[0] == 200
        with time_machine.travel(timezone.now() + timedelta(minutes=16)):
            assert api.get("auth/me")[1]["code"] == "bad_token"

    def test_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(self):
        pair = tokens.start_family(make_learner(), now=timezone.now())
        assert Api(token=pair.refresh).get("auth/me")[0] == 401
        assert Api().post("auth/refresh", {"refresh": pair.access})[0] == 401

    def test_refreshing_goes_on(self):
        pair = tokens.start_family(make_learner(), now=timezone.now())
        refresh = pair.refresh
        for days in (20, 40, 60):
            with time_machine.travel(timezone.now() + timedelta(days=days)):
                status, data = Api().post("auth/refresh", {"refresh": refresh})
                assert status == 200
                assert Api(token=data["access"]).get("auth/me")[0] == 200
            refresh = data["refresh"]

    def test_one_used_twice_revokes_the_sign_in_and_no_other(self):
        anna = make_learner()
        first, other = (tokens.start_family(anna, now=timezone.now()) for _ in range(2))
        _, second = Api().post("auth/refresh", {"refresh": first.refresh})
        assert Api().post("auth/refresh", {"refresh": first.refresh})[1]["code"] == "bad_token"
        assert Api().post("auth/refresh", {"refresh": second["refresh"]})[0] == 401
        assert Api(token=second["access"]).get("auth/me")[0] == 401
        assert Api(token=other.access).get("auth/me")[0] == 200

    def test_one_of_thirty_one_days_ago(self):
        pair = tokens.start_family(make_learner(), now=timezone.now() - timedelta(days=31))
        assert Api().post("auth/refresh", {"refresh": pair.refresh})[0] == 401

    def test_signing_out(self):
        anna = make_learner()
        pair, other = (tokens.start_family(anna, now=timezone.now()) for _ in range(2))
        assert Api(token=pair.access).post("auth/logout") == (200, None)
        assert Api(token=pair.access).get("auth/me")[0] == 401
        assert Api().post("auth/refresh", {"refresh": pair.refresh})[0] == 401
        assert Api(token=other.access).get("auth/me")[0] == 200

    def test_another_password_kills_all(self):
        anna = make_learner("anna@example.org")
        pair = tokens.start_family(anna, now=timezone.now())
        body = {"currentPassword": "a-long-password", "password": PASSWORD}
        status, new = Api(token=pair.access).post("auth/change-password", body)
        assert status == 200
        assert Api(token=pair.access).get("auth/me")[0] == 401
        assert Api().post("auth/refresh", {"refresh": pair.refresh})[0] == 401
        assert Api(token=new["access"]).get("auth/me")[0] == 200
        assert Api().post("auth/login", ANNA)[0] == 200

    def test_changing_it_wants_the_old_one(self):
        status, error = Api(make_learner()).post(
            "auth/change-password", {"currentPassword": "wrong", "password": PASSWORD}
        )
        assert (status, list(error["fields"])) == (400, ["currentPassword"])

    def test_deleting_the_account_kills_all(self):
        anna = make_learner()
        pair = tokens.start_family(anna, now=timezone.now())
        anna.delete()
        assert Api(token=pair.access).get("auth/me")[0] == 401
        assert Api().post("auth/refresh", {"refresh": pair.refresh})[0] == 401

    def test_old_families_are_pruned(self):
        tokens.start_family(make_learner(), now=timezone.now() - timedelta(days=31))
        assert tokens.prune_families(now=timezone.now()) == 1
        assert not TokenFamily.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_twelve_parallel_refreshes_one_succeeds():
    pair = tokens.start_family(make_learner(), now=timezone.now())
    statuses, ready = [], threading.Barrier(12)

    def refresh():
        ready.wait()
        statuses.append(Api().post("auth/refresh", {"refresh": pair.refresh})[0])
        connection.close()

    threads = [threading.Thread(target=refresh) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {200: 1, 401: 11}


@pytest.mark.django_db(transaction=True)
def test_who_refreshes_first_gets_a_pair_however_soon_another_comes(monkeypatch):
    pair, refused = tokens.start_family(make_learner(), now=timezone.now()), []

    def refresh():
        with pytest.raises(tokens.TokenSpent) as caught:
            tokens.refresh(pair.refresh, now=timezone.now())
        refused.append(caught.value)
        connection.close()

    other, read = threading.Thread(target=refresh), tokens._signed_in

    def read_after_another_came(family):
        other.start()
        other.join(0.3)
        return read(family)

    monkeypatch.setattr(tokens, "_signed_in", read_after_another_came)
    assert tokens.refresh(pair.refresh, now=timezone.now()).access
    other.join()
    assert len(refused) == 1


class TestPasswordReset:
    def test_by_the_mailed_key(self):
        anna = make_learner("anna@example.org")
        api = Api(anna)
        assert Api().post("auth/forgot-password", {"email": "Anna@example.org"}) == (200, None)
        key = mailed_key(r"/password/reset/key/([^/\s]+)/")
        assert Api().post("auth/reset-password", {"key": key, "password": "123"})[1]["code"] == "invalid"
        assert Api().post("auth/reset-password", {"key": key, "password": PASSWORD}) == (200, None)
        assert api.get("auth/me")[0] == 401
        assert Api().post("auth/login", ANNA)[0] == 200
        _, error = Api().post("auth/reset-password", {"key": key, "password": PASSWORD})
        assert list(error["fields"]) == ["key"]

    def test_an_unknown_email_looks_the_same(self):
        assert Api().post("auth/forgot-password", {"email": "nobody@example.org"}) == (200, None)

    @pytest.mark.parametrize("key", ["", "x", "x-y", "-", "0-0-0"])
    def test_a_made_up_key(self, key):
        assert Api().post("auth/reset-password", {"key": key, "password": PASSWORD})[0] == 400


class TestPersonalTokens:
    def test_reading_only(self):
        anna = make_learner()
        _, made = Api(anna).post("users/me/tokens", {"name": "script", "scopes": ["read"]})
        script = Api(token=made["token"])
        assert script.get("auth/me")[0] == 200
        assert script.put("users/me", {"name": "Anna"})[1]["code"] == "insufficient_scope"
        [shown] = Api(anna).get("users/me/tokens")[1]
        assert (shown["name"], shown["scopes"]) == ("script", ["read"])
        assert shown["lastUsedAt"]
        assert made["token"].encode() not in bytes(ApiToken.objects.get().sha256)

    def test_revoking(self):
        anna, boris = make_learner(), make_learner("boris@example.org")
        token = tokens.create_personal(anna, "script", ["read"], now=timezone.now())
        path = f"users/me/tokens/{ApiToken.objects.get().pk}"
        assert Api(boris).delete(path)[0] == 404
        assert Api(anna).delete(path) == (200, None)
        assert Api(token=token).get("auth/me")[0] == 401

    def test_it_begets_no_other_and_is_not_signed_out(self):
        token = tokens.create_personal(make_learner(), "script", ["read", "write"], now=timezone.now())
        script = Api(token=token)
        assert script.post("users/me/tokens", {"name": "more", "scopes": ["read"]})[0] == 409
        assert script.post("auth/logout")[0] == 409

    def test_one_that_may_write_needs_the_password(self):
        api, write = Api(make_learner()), {"name": "script", "scopes": ["read", "write"]}
        for wrong in ({}, {"currentPassword": ""}, {"currentPassword": "no"}):
            status, error = api.post("users/me/tokens", write | wrong)
            assert (status, list(error["fields"])) == (400, ["currentPassword"])
        status, made = api.post("users/me/tokens", write | {"currentPassword": "a-long-password"})
        assert status == 201
        assert Api(token=made["token"]).put("users/me", {"name": "Anna"})[0] == 200

    def test_a_guest_has_none(self):
        guest = register(Api())
        status, error = Api(token=guest["access"]).post("users/me/tokens", {"name": "x", "scopes": ["read"]})
        assert (status, error["code"]) == (403, "account_needed")


class TestPreferences:
    def test_what_is_left_out_stays(self):
        anna = make_learner(name="Anna", unit="wpm")
        status, data = Api(anna).put("users/me", {"goalMinutes": 15})
        assert status == 200
        assert (data["name"], data["unit"], data["goalMinutes"]) == ("Anna", "wpm", 15)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("timezone", "Mars/Olympus"),
            ("unit", "km/h"),
            ("layout", "qwerty"),
            ("goalMinutes", -1),
            ("goalMinutes", 10**30),
            ("name", "x" * 61),
            ("email", "other@example.org"),
            ("isStaff", True),
        ],
    )
    def test_what_is_refused(self, field, value):
        status, error = Api(make_learner()).put("users/me", {field: value})
        assert (status, list(error["fields"])) == (400, [field])

    def test_a_guest_gets_no_report(self):
        guest = register(Api())
        assert (
            Api(token=guest["access"]).put("users/me", {"weeklyReport": True})[1]["code"] == "account_needed"
        )

    def test_times_are_those_of_utc_also_for_who_is_signed_in_on_the_pages(self):
        anna = make_learner(timezone="Europe/Moscow")
        api = Api(anna)
        tokens.create_personal(anna, "script", ["read"], now=timezone.now())
        told = api.get("auth/me"), api.get("users/me/tokens")
        api.client.force_login(anna, guests.BACKEND)
        assert (api.get("auth/me"), api.get("users/me/tokens")) == told
        assert told[0][1]["joinedAt"].endswith("Z")

    def test_her_language_where_none_is_asked_for(self):
        anna = make_learner(language="ru")
        _, error = Api(anna, language="").put("users/me", {"unit": "x"})
        assert re.search("[а-я]", error["message"])
