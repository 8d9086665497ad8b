"""What was promised to learners, each said in numbers and seen from outside."""

import uuid
from datetime import datetime, timedelta

import pytest
import stripe as library
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from djstripe.models import Subscription

from accounts.merging import merge
from accounts.models import User
from billing.buying import checkout
from billing.conftest import deliver, pay, work
from billing.entitlement import gifts
from billing.entitlement.premium import FOR_GOOD, is_premium, premium_until
from billing.entitlement.rules import moment
from billing.from_stripe import applying, prices, reconciling
from billing.from_stripe.settling import settle
from billing.models import Grant, Notice, Plan, WebhookEvent
from billing.stripe_api import asked

from .conftest import BACKEND

REFUSED = "The payment for premium did not go through"


def bought(her: Client, plan: str) -> None:
    """She buys a plan on Stripe's page and comes back from it."""
    assert her.get(pay(address_to_pay(her, plan))).status_code == 200


def address_to_pay(her: Client, plan: str) -> str:
    answer = her.post("/premium/buy/", {"plan": plan})
    assert answer.status_code == 302
    return answer["Location"]


def subjects() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def page_at(when: datetime, user: User) -> str:
    """Her page of premium as she will see it then."""
    client = Client(headers={"Accept-Language": "en"})
    with time_machine.travel(when, tick=False):
        client.force_login(user, BACKEND)
        return client.get("/premium/").content.decode()


def test_a_refused_card_leaves_seven_days(stripe, subscribed, anna, client):
    stripe.card_fails(subscribed)
    stripe.advance(days=32)
    deliver(stripe, client)
    work()
    unpaid_since = moment(Subscription.objects.get().stripe_data["items"]["data"][0]["current_period_start"])
    end = unpaid_since + timedelta(days=7)
    assert "Your bank refused the payment" in page_at(end - timedelta(minutes=1), anna)
    assert "Premium is not open right now" not in page_at(end - timedelta(minutes=1), anna)
    assert "Premium is not open right now" in page_at(end + timedelta(minutes=1), anna)
    assert REFUSED in subjects()


def test_a_trial_is_given_once(stripe, anna, her):
    bought(her, "yearly")
    first = Subscription.objects.get()
    assert first.stripe_data["status"] == "trialing"
    library.Subscription.cancel(first.id, **asked())
    bought(her, "yearly")
    second = Subscription.objects.exclude(id=first.id).get()
    assert second.stripe_data["status"] == "active" and second.stripe_data["trial_end"] is None
    assert [invoice["amount_paid"] for invoice in stripe.objects("invoice")][-1] == 3999


def enter_code(her: Client, days: int) -> Grant:
    code = gifts.make_code(days=days).code
    assert her.post("/gift/", {"code": code}).status_code == 302
    return Grant.objects.get(gift_code__code=code)


def test_two_codes_follow_each_other(anna, her):
    first, second = enter_code(her, 30), enter_code(her, 10)
    assert second.starts_at == first.ends_at
    assert second.ends_at - first.starts_at == timedelta(days=40)


def test_a_code_entered_while_a_cancelled_subscription_runs_begins_at_its_end(stripe, subscribed, anna, her):
    her.post("/premium/cancel/")
    paid_to = moment(stripe.objects("subscription")[0]["items"]["data"][0]["current_period_end"])
    assert enter_code(her, 30).starts_at == paid_to
    assert enter_code(her, 30).starts_at == paid_to + timedelta(days=30)


def test_a_new_price_is_asked_on_a_new_page(stripe, anna, her):
    plan = Plan.objects.get(code="monthly")
    before = address_to_pay(her, "monthly")
    assert address_to_pay(her, "monthly") == before
    prices.change_price(plan, 599)
    after = address_to_pay(her, "monthly")
    assert after != before
    assert "This session has expired. Nothing was charged." in pay(before)
    assert not stripe.objects("invoice")
    her.get(pay(after))
    assert [invoice["amount_paid"] for invoice in stripe.objects("invoice")] == [599]
    assert is_premium(anna, timezone.now())


@pytest.mark.parametrize("how", ["at the end of the period", "at a date"])
def test_the_night_finds_a_cancellation_nobody_told_of(stripe, subscribed, anna, client, how):
    deliver(stripe, client)
    work()
    row = Subscription.objects.get()
    end = row.stripe_data["items"]["data"][0]["current_period_end"]
    if how == "at a date":
        end -= 86400
        library.Subscription.modify(row.id, cancel_at=end, **asked())
    else:
        library.Subscription.modify(row.id, cancel_at_period_end=True, **asked())
    assert premium_until(anna, timezone.now()) > moment(end)
    assert reconciling.compare_with_stripe(now=timezone.now())["customers"] == 1
    assert premium_until(anna, timezone.now()) == moment(end)
    assert reconciling.compare_with_stripe(now=timezone.now())["customers"] == 0


def test_a_guest_who_pays_merges_into_a_learner_who_pays(stripe, subscribed, anna, her):
    guest = User.objects.create_guest(uuid.uuid4(), now=timezone.now())
    opened = checkout.begin(guest, "yearly", now=timezone.now())
    pay(opened.url)
    checkout.finish(guest, opened.session, now=timezone.now())
    guests = checkout.customer_of(guest)
    work()
    mail.outbox.clear()
    merge(guest, anna, now=timezone.now())
    work()
    assert subjects() == ["You have two subscriptions"] and mail.outbox[0].to == [anna.email]
    assert "two subscriptions" in her.get("/premium/").content.decode()
    for customer in (subscribed, guests):
        settle(customer, now=timezone.now())
    work()
    assert Notice.objects.filter(kind=Notice.Kind.TWO_SUBSCRIPTIONS).count() == len(mail.outbox) == 1
    assert {one["customer"] for one in stripe.objects("subscription")} == {subscribed, guests}
    for ending, stays_open in ((subscribed, True), (guests, False)):
        library.Subscription.cancel(Subscription.objects.get(customer__id=ending).id, **asked())
        settle(ending, now=timezone.now())
        assert is_premium(anna, timezone.now()) is stays_open


def test_of_a_refused_card_no_mail_tells_once_it_is_paid(stripe, subscribed, client):
    deliver(stripe, client)
    work()
    stripe.card_fails(subscribed)
    stripe.advance(days=32)
    deliver(stripe, client)
    assert applying.apply_waiting(subscribed, now=timezone.now())
    assert Notice.objects.get(kind=Notice.Kind.PAYMENT_FAILED).sent_at is None
    stripe.card_fails(subscribed, None)
    stripe.advance(days=4)
    settle(subscribed, now=timezone.now())
    work()
    assert Notice.objects.get(kind=Notice.Kind.PAYMENT_FAILED).sent_at, "it does not wait any more"
    assert REFUSED not in subjects()


@pytest.mark.parametrize(
    ("status", "is_open"), [("warning_closed", True), ("prevented", True), ("lost", False)]
)
def test_a_dispute_that_ends_well_gives_back_what_was_bought(stripe, anna, her, client, status, is_open):
    bought(her, "lifetime")
    dispute = stripe.dispute(stripe.objects("charge")[-1]["id"])
    deliver(stripe, client)
    work()
    assert not is_premium(anna, timezone.now())
    stripe.close_dispute(dispute["id"], status)
    deliver(stripe, client)
    work()
    assert not WebhookEvent.objects.filter(applied_at=None).exists()
    assert premium_until(anna, timezone.now()) == (FOR_GOOD if is_open else None)
