from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.entitlement.grants import grant
from billing.entitlement.premium import is_premium
from billing.models import Grant

LIST, ADD = "/admin/billing/grant/", "/admin/billing/grant/add/"


@pytest.fixture
def anna(db):
    return User.objects.create_user("anna@example.com", language="en")


@pytest.fixture
def support(db):
    user = User.objects.create_user("support@example.com", is_staff=True, language="en")
    codenames = ["add_grant", "change_grant", "view_grant", "view_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def desk(support):
    client = Client()
    client.force_login(support, "django.contrib.auth.backends.ModelBackend")
    return client


def form(user, days=30, reason="Lost a lesson to our outage"):
    ends_at = timezone.now() + timedelta(days=days)
    return {
        "user": str(user.pk),
        "ends_at_0": ends_at.date().isoformat(),
        "ends_at_1": "12:00:00",
        "reason": reason,
    }


def test_support_grants_premium(desk, anna, support):
    assert desk.get(ADD).status_code == 200
    assert desk.post(ADD, form(anna)).status_code == 302
    granted = Grant.objects.get()
    assert (granted.user, granted.granted_by, granted.reason) == (
        anna,
        support,
        "Lost a lesson to our outage",
    )
    assert is_premium(anna, timezone.now())
    page = desk.get(LIST).content.decode()
    assert anna.email in page and "our outage" in page


@pytest.mark.parametrize(("language", "label"), [("ru", "До:"), ("en", "Until:")])
def test_labels_begin_alike(desk, support, language, label):
    User.objects.filter(pk=support.pk).update(language=language)
    assert label in desk.get(ADD).content.decode()


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"days": -1}, {"ends": ""}])
def test_without_a_reason_or_an_end_to_come_nothing_is_granted(desk, anna, wrong):
    ends = wrong.pop("ends", None)
    data = form(anna, **wrong)
    if ends is not None:
        data["ends_at_0"] = data["ends_at_1"] = ends
    assert desk.post(ADD, data).status_code == 200
    assert not Grant.objects.exists()


def test_support_ends_what_runs(desk, anna, support):
    now = timezone.now()
    granted = grant(user=anna, ends_at=now + timedelta(days=3), reason="A prize", granted_by=support, now=now)
    desk.post(LIST, {"action": "end_now", "_selected_action": [granted.pk]})
    assert not is_premium(anna, timezone.now()) and Grant.objects.exists()


def test_what_was_granted_is_neither_changed_nor_deleted(desk, anna, support):
    now = timezone.now()
    granted = grant(user=anna, ends_at=now + timedelta(days=3), reason="A prize", granted_by=support, now=now)
    page = desk.get(f"{LIST}{granted.pk}/change/").content.decode()
    assert "anna@example.com" in page and "support@example.com" in page
    assert desk.post(f"{LIST}{granted.pk}/change/", form(anna, reason="Other")).status_code == 403
    assert desk.post(f"{LIST}{granted.pk}/delete/", {"post": "yes"}).status_code == 403
    granted.refresh_from_db()
    assert granted.reason == "A prize"


def test_staff_without_the_permission_are_refused(anna):
    editor = User.objects.create_user("editor@example.com", is_staff=True)
    client = Client()
    client.force_login(editor, "django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 403
    assert client.post(ADD, form(anna)).status_code == 403


def test_a_learner_is_found_by_email(desk, anna):
    answer = desk.get(
        "/admin/autocomplete/",
        {"app_label": "billing", "model_name": "entitlement", "field_name": "user", "term": "anna"},
    )
    assert [found["id"] for found in answer.json()["results"]] == [str(anna.pk)]
