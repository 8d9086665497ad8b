"""What a new fake holds: the account, the product Premium with its prices, and a promotion code."""

from typing import Any

from tests.fakes.stripe import billing_shapes, shapes
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]
PRICES = (
    ("monthly", 499, {"interval": "month"}),
    ("yearly", 3999, {"interval": "year"}),
    ("lifetime", 9999, None),
    ("gift_year", 3999, None),
)
"""Lookup key, euro cents, how often."""
CODE = "WELCOME20"


def stock(ledger: Ledger) -> None:
    from tests.fakes.stripe.api.catalogue import the_account

    the_account(ledger)
    product = ledger.put(shapes.product("prod_premium", ledger.now, "Premium", {}))
    for key, cents, recurring in PRICES:
        given = {"lookup_key": key, "recurring": recurring}
        ledger.put(shapes.price(f"price_{key}", ledger.now, product["id"], "eur", cents, given))
    coupon = ledger.put(shapes.coupon("welcome", ledger.now, {"percent_off": 20, "name": "Welcome"}))
    ledger.put(shapes.promotion_code("promo_welcome", ledger.now, CODE, coupon["id"], {}))


def endpoint(ledger: Ledger, url: str, secret: str | None, events: list[str]) -> Thing:
    """Registers a webhook endpoint unless the address has one; the answer holds its secret."""
    found = next((one for one in ledger.of("webhook_endpoint") if one["url"] == url), None)
    if found is None:
        made = billing_shapes.webhook_endpoint(ledger.new_id("webhook_endpoint"), ledger.now, url, events, {})
        found = ledger.put({**made, "_secret": "whsec_" + ledger.word(32)})
    if secret:
        found["_secret"] = secret
    return {**found, "secret": found["_secret"]}
