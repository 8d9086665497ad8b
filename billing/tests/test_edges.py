"""What reviews found: the edges between subscriptions, gifts, what is for good and what was not paid."""

from datetime import timedelta

import pytest
import stripe as library
from django.core import mail
from django.utils import timezone
from djstripe.models import Subscription

from billing.conftest import FAILING_CARD, deliver, work
from billing.entitlement import gifts, grants
from billing.entitlement.premium import FOR_GOOD, is_premium, premium_until
from billing.models import Checkout, Plan, WebhookEvent
from billing.stripe_api import asked
from billing.tests.test_flow import buy, subscribe, tell_all

DAY = timedelta(days=1)


def subscribe_beside(row: Subscription) -> str:
    """A second subscription, as merging two accounts brings."""
    made = library.Subscription.create(
        customer=row.stripe_data["customer"],
        items=[{"price": Plan.objects.get(code="yearly").price.id}],
        default_payment_method=row.stripe_data["default_payment_method"],
        **asked(),
    )
    return made.id


def said(id_: str) -> dict:
    return Subscription.objects.get(id=id_).stripe_data


def test_for_good_is_charged_no_more(stripe, anna, her):
    subscribe(her)
    subscribe(her, plan="lifetime")
    charges = len(stripe.objects("charge"))
    page = her.get("/premium/").content.decode()
    assert "Resume it" not in page and "What would it cost now?" not in page
    assert her.get("/premium/change/?plan=yearly").status_code == 302
    her.post("/premium/resume/")
    assert Subscription.objects.get().stripe_data["cancel_at_period_end"]
    assert len(stripe.objects("charge")) == charges
    work()
    assert "Your subscription is canceled" not in [letter.subject for letter in mail.outbox]


def test_one_of_two_is_cancelled_and_goes_on(stripe, anna, her, client):
    subscribe(her)
    monthly = Subscription.objects.get()
    yearly = subscribe_beside(monthly)
    tell_all(stripe, client)
    her.post("/premium/cancel/", {"subscription": monthly.id})
    assert said(monthly.id)["cancel_at"] and not said(yearly)["cancel_at"]
    assert "two subscriptions" not in her.get("/premium/").content.decode()
    her.post("/premium/cancel/", {"subscription": yearly})
    her.post("/premium/resume/", {"subscription": monthly.id})
    assert said(yearly)["cancel_at"] and not said(monthly.id)["cancel_at"]


def test_cancelled_while_unpaid_nothing_more_is_charged(stripe, anna, her, client):
    subscribe(her, FAILING_CARD, "yearly")
    stripe.advance(days=8)
    tell_all(stripe, client)
    assert "the subscription ends at once" in her.get("/premium/cancel/").content.decode()
    her.post("/premium/cancel/")
    assert not is_premium(anna, timezone.now())
    stripe.card_fails(Subscription.objects.get().stripe_data["customer"], None)
    stripe.advance(days=30)
    tell_all(stripe, client)
    assert Subscription.objects.get().stripe_data["status"] == "canceled"
    assert not [charge for charge in stripe.objects("charge") if charge["paid"] and charge["amount"]]


def test_a_trial_is_promised_to_who_gets_it(stripe, anna, her, client):
    assert "Try it free" in her.get("/pricing/").content.decode()
    subscribe(her)
    her.post("/premium/cancel/")
    stripe.advance(days=32)
    tell_all(stripe, client)
    assert "Try it free" not in her.get("/pricing/").content.decode()
    subscribe(her, plan="yearly")
    assert Subscription.objects.latest("created").stripe_data["status"] == "active"


def test_gifts_follow_each_other_and_count_as_one_stretch(anna):
    now = timezone.now()
    codes = [gifts.make_code(days=30) for _number in range(3)]
    first, second = (gifts.redeem(code.code, anna, now=now) for code in codes[:2])
    assert second.starts_at == first.ends_at
    assert premium_until(anna, now) == now + 60 * DAY
    codes[1].refresh_from_db()
    gifts.void(codes[1], now=now)
    assert premium_until(anna, now) == now + 30 * DAY
    assert gifts.redeem(codes[2].code, anna, now=now).starts_at == first.ends_at


def test_a_gap_between_grants_is_no_stretch(anna):
    now = timezone.now()
    grants.grant(user=anna, ends_at=now + DAY, reason="A prize", granted_by=anna, now=now)
    later = grants.grant(user=anna, ends_at=now + 9 * DAY, reason="A prize", granted_by=anna, now=now)
    later.starts_at = now + 2 * DAY
    later.save()
    assert premium_until(anna, now) == now + DAY
    assert premium_until(anna, now + 2 * DAY) == now + 9 * DAY


def test_an_event_nobody_can_look_up_holds_up_no_other(stripe, anna, her, client):
    subscribe(her, plan="lifetime")
    assert premium_until(anna, timezone.now()) == FOR_GOOD
    stripe.dispute(stripe.objects("charge")[-1]["id"])
    dispute = stripe.events("charge.dispute.created")[0]
    unknown = {**dispute, "id": "evt_unknown", "created": dispute["created"] - 9}
    unknown["data"] = {"object": {**dispute["data"]["object"], "charge": "ch_unknown"}}
    deliver(stripe, client, unknown, dispute)
    work()
    assert not is_premium(anna, timezone.now())
    assert not WebhookEvent.objects.filter(applied_at=None).exists()


def test_pages_given_up_cost_no_request_later(stripe, anna, her):
    for plan in ("lifetime", "gift_year", "lifetime", "gift_year"):
        buy(her, plan)
    assert Checkout.objects.filter(status="open").count() == 1
    given_up = list(Checkout.objects.filter(status="expired").values_list("session", flat=True))
    assert len(given_up) == 3
    for session in given_up:
        stripe.fail(1, status=500, path=f"/v1/checkout/sessions/{session}")
    assert her.get(f"/premium/bought/?session={given_up[0]}").status_code == 200
    assert len(stripe.faults) == 3, "one of them was asked for"


@pytest.mark.parametrize("session", ["%00", "cs_nobody", ""])
def test_a_session_that_is_none(stripe, her, session):
    assert her.get(f"/premium/bought/?session={session}").status_code == 404


@pytest.mark.parametrize("path", ["cancel", "change", "bought"])
def test_payments_switched_off_later(stripe, anna, her, settings, path):
    subscribe(her)
    settings.STRIPE_SECRET_KEY = ""
    assert is_premium(anna, timezone.now())
    answer = her.get(f"/premium/{path}/")
    assert answer.status_code == 409 and "not set up" in answer.content.decode()
    assert "nothing can be changed right now" in her.get("/premium/").content.decode()
