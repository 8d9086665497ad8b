from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from djstripe.models import Subscription

from accounts.models import User
from billing.entitlement import rules
from billing.entitlement.grants import grant
from billing.entitlement.premium import FOR_GOOD, is_premium, premium_until
from billing.models import Grant

LIST, ADD = "/admin/billing/grant/", "/admin/billing/grant/add/"
WHY = "Lost a lesson to our outage"


def form(user, days=30, reason=WHY):
    ends_at = timezone.now() + timedelta(days=days)
    return {
        "user": str(user.pk),
        "ends_at_0": ends_at.date().isoformat(),
        "ends_at_1": "12:00:00",
        "reason": reason,
    }


def for_good(user):
    return form(user) | {"ends_at_0": "", "ends_at_1": ""}


@pytest.fixture
def granted(anna, support):
    now = timezone.now()
    by = User.objects.get(email="support@example.com")
    return grant(user=anna, ends_at=now + timedelta(days=3), reason="A prize", granted_by=by, now=now)


def end(client, granted, **more):
    return client.post(LIST, {"action": "end_now", "_selected_action": [granted.pk], **more})


def test_support_grants_premium_and_that_is_logged_with_the_reason(support, anna):
    assert support.get(ADD).status_code == 200
    assert support.post(ADD, form(anna)).status_code == 302
    granted = Grant.objects.get()
    assert (granted.user, granted.granted_by.email, granted.reason) == (anna, "support@example.com", WHY)
    assert is_premium(anna, timezone.now())
    page = support.get(LIST).content.decode()
    assert anna.email in page and WHY in page
    logged = LogEntry.objects.get()
    assert WHY in logged.change_message and f"{granted.ends_at:%Y-%m-%d}" in logged.change_message


@pytest.mark.parametrize(("language", "label"), [("ru", "До:"), ("en", "Until:")])
def test_labels_begin_alike(desk, language, label):
    assert label in desk("support", language).get(ADD).content.decode()


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"days": -1}, {"ends": ""}])
def test_without_a_reason_or_an_end_to_come_support_grants_nothing(support, anna, wrong):
    data = for_good(anna) if "ends" in wrong else form(anna, **wrong)
    assert support.post(ADD, data).status_code == 200
    assert not Grant.objects.exists()


def test_admins_grant_for_good(admin, anna):
    assert admin.post(ADD, for_good(anna)).status_code == 302
    assert premium_until(anna, timezone.now()) == FOR_GOOD
    assert "for good" in LogEntry.objects.get().change_message


def test_what_is_for_good_is_not_paid_for_any_more(admin, anna, subscribed):
    assert rules.renews(Subscription.objects.get().stripe_data)
    admin.post(ADD, for_good(anna))
    assert not rules.renews(Subscription.objects.get().stripe_data)


def test_granted_all_the_same_when_stripe_is_away(admin, anna, subscribed, stripe):
    stripe.fail(9, status=500)
    page = admin.post(ADD, for_good(anna), follow=True).content.decode()
    assert "Stripe does not answer" in page
    assert Grant.objects.exists() and rules.renews(Subscription.objects.get().stripe_data)


def test_support_ends_what_runs_with_a_reason(support, anna, granted):
    asked = end(support, granted)
    assert "Reason" in asked.content.decode() and is_premium(anna, timezone.now())
    assert end(support, granted, reason=" ").status_code == 200 and is_premium(anna, timezone.now())
    assert end(support, granted, reason="She asked for it").status_code == 302
    assert not is_premium(anna, timezone.now()) and Grant.objects.exists()
    assert LogEntry.objects.get().change_message == "Ended. Reason: She asked for it"


def test_what_has_ended_is_not_ended_twice(support, granted):
    for _time in range(2):
        page = end(support, granted, reason="She asked for it")
    assert page.status_code == 302 and LogEntry.objects.count() == 1


def test_what_was_granted_is_neither_changed_nor_deleted(admin, anna, granted):
    page = admin.get(f"{LIST}{granted.pk}/change/").content.decode()
    assert "anna@example.com" in page and "support@example.com" in page
    assert admin.post(f"{LIST}{granted.pk}/change/", form(anna, reason="Other")).status_code == 403
    assert admin.post(f"{LIST}{granted.pk}/delete/", {"post": "yes"}).status_code == 403
    granted.refresh_from_db()
    assert granted.reason == "A prize"


def test_only_what_runs(support, granted):
    assert "A prize" in support.get(f"{LIST}?running=now").content.decode()
    end(support, granted, reason="x")
    assert "A prize" not in support.get(f"{LIST}?running=now").content.decode()


def test_a_learner_is_found_by_email(support, anna):
    answer = support.get(
        "/admin/autocomplete/",
        {"app_label": "billing", "model_name": "grant", "field_name": "user", "term": "anna"},
    )
    assert [found["id"] for found in answer.json()["results"]] == [str(anna.pk)]
