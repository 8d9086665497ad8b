"""dj-stripe takes up what the fake Stripe holds, as the site does."""

import pytest
import stripe
from djstripe import models
from djstripe.settings import djstripe_settings

from tests.fake_stripe.asking import customer, subscribe
from tests.fake_stripe.test_pages import GOOD, offer, visit
from tests.fakes.stripe import VERSION

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asks_the_fake(fake, monkeypatch, settings):
    monkeypatch.setattr(stripe, "api_base", fake.url)
    settings.STRIPE_SECRET_KEY = settings.STRIPE_TEST_SECRET_KEY = fake.key


def test_the_fake_speaks_the_version_that_is_asked_for():
    assert djstripe_settings.STRIPE_API_VERSION == djstripe_settings.DEFAULT_STRIPE_API_VERSION == VERSION


def test_all_that_a_purchase_leaves_is_taken_up(fake, client):
    her = customer(client, None)
    session = offer(client, customer=her.id, discounts=[{"coupon": "welcome"}])
    visit(session.url).pay(GOOD)
    charge = fake.objects("charge")[0]["id"]
    client.v1.refunds.create({"charge": charge, "amount": 100})
    fake.advance(days=32)
    fake.dispute(fake.objects("charge")[1]["id"])
    kinds = {
        "product": models.Product, "price": models.Price, "customer": models.Customer, "coupon": models.Coupon,
        "promotion_code": models.PromotionCode, "payment_method": models.PaymentMethod,
        "subscription": models.Subscription, "invoice": models.Invoice, "payment_intent": models.PaymentIntent,
        "charge": models.Charge, "refund": models.Refund, "dispute": models.Dispute,
        "balance_transaction": models.BalanceTransaction, "checkout.session": models.Session,
    }  # fmt: skip
    for kind, model in kinds.items():
        found = list(model.api_list(api_key=fake.key))
        assert len(found) == len(fake.objects(kind)) > 0, kind
        for thing in found:
            whole = model(id=thing.id).api_retrieve(api_key=fake.key)
            model.sync_from_stripe_data(whole, api_key=fake.key)
        assert set(model.objects.values_list("id", flat=True)) == {one["id"] for one in fake.objects(kind)}, (
            kind
        )
    subscription = models.Subscription.objects.get()
    assert subscription.stripe_data["status"] == "active"
    assert subscription.customer.id == her.id
    assert models.Account.objects.get().id == fake.objects("account")[0]["id"]


def test_every_event_is_processed(fake, client):
    subscribe(client, customer(client))
    fake.advance(days=32)
    for event in fake.events():
        models.Event.process(event, api_key=fake.key)
    assert models.Event.objects.count() == len(fake.events())
    assert (
        models.Subscription.objects.get().stripe_data["items"]["data"][0]["current_period_start"] < fake.now
    )
    assert {one.stripe_data["status"] for one in models.Invoice.objects.all()} == {"paid"}
