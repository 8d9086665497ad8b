"""Asking a fake Stripe by Stripe's own library, for who tests it."""

import stripe

from tests.fakes.stripe import VERSION, FakeStripe

START = 1_772_366_400
"""1 March 2026, noon."""


def ask(fake: FakeStripe, key: str | None = None, **options) -> stripe.StripeClient:
    return stripe.StripeClient(
        key or fake.key, base_addresses={"api": fake.url}, stripe_version=VERSION, **options
    )


def customer(client: stripe.StripeClient, card: str | None = "pm_card_visa", **given) -> stripe.Customer:
    """A new one, whose invoices `card` pays."""
    params = {"email": "her@example.com", **given}
    if card:
        params["payment_method"] = card
    made = client.v1.customers.create(params)
    if card:
        method = client.v1.payment_methods.list({"customer": made.id}).data[0].id
        client.v1.customers.update(made.id, {"invoice_settings": {"default_payment_method": method}})
    return made


def subscribe(
    client: stripe.StripeClient, whose: stripe.Customer, price: str = "price_monthly", **given
) -> stripe.Subscription:
    return client.v1.subscriptions.create({"customer": whose.id, "items": [{"price": price}], **given})
