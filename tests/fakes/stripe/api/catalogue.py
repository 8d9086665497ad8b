"""Products, prices, coupons and promotion codes; and the account itself."""

from typing import Any

from tests.fakes.stripe import discounts, shapes
from tests.fakes.stripe.api.routing import INCLUDED, deleted, listing, route
from tests.fakes.stripe.errors import invalid, required
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.params import (
    anything,
    boolean,
    choice,
    integer,
    keyed,
    listed,
    merged,
    natural,
    percent,
    positive,
    record,
    text,
)

Thing = dict[str, Any]
INCLUDED["price", "currency_options"] = lambda ledger, price: {
    price["currency"]: {
        "custom_unit_amount": None,
        "tax_behavior": price["tax_behavior"],
        "unit_amount": price["unit_amount"],
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
}
INCLUDED["price", "tiers"] = lambda ledger, price: None
INCLUDED["coupon", "applies_to"] = lambda ledger, coupon: None
INCLUDED["coupon", "currency_options"] = lambda ledger, coupon: {}

PRODUCT = {"active": boolean, "description": text, "metadata": keyed, "name": text, "images": listed(text), "url": text,
           "statement_descriptor": text, "unit_label": text, "tax_code": text, "default_price": text,
           "marketing_features": listed(record(name=text))}  # fmt: skip


def the_account(ledger: Ledger) -> Thing:
    for account in ledger.of("account"):
        return account
    return ledger.put(
        {
            "id": ledger.new_id("account")[:21],
            "object": "account",
            "business_profile": {"name": "Typing Trainer", "url": None, "support_email": None, "mcc": None},
            "business_type": "individual",
            "capabilities": {"card_payments": "active", "transfers": "active"},
            "charges_enabled": True,
            "controller": {"type": "account"},
            "country": "DE",
            "default_currency": "eur",
            "details_submitted": True,
            "email": "owner@example.com",
            "metadata": {},
            "payouts_enabled": True,
            "settings": {
                "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
                "dashboard": {"display_name": "Typing Trainer", "timezone": "Europe/Berlin"},
            },
            "type": "standard",
        }
    )


@route("GET", "/account")
def account(ledger: Ledger, given: Thing) -> Thing:
    return the_account(ledger)


@route("GET", "/accounts/{id_}")
def account_by_id(ledger: Ledger, given: Thing, id_: str) -> Thing:
    the_account(ledger)
    return ledger.get("account", id_)


@listing("/accounts")
def connected_accounts(ledger: Ledger, given: Thing) -> list[Thing]:
    return []


@route("POST", "/products", id=text, type=anything, shippable=boolean, **PRODUCT)
def create_product(ledger: Ledger, given: Thing) -> Thing:
    if not given.get("name"):
        raise required("name")
    given.pop("type", None)
    id_ = given.pop("id", None) or ledger.new_id("product")
    if ledger.find("product", id_):
        raise invalid("Product already exists.", "id", "resource_already_exists")
    given["metadata"] = merged({}, given.get("metadata"))
    return ledger.put(shapes.product(id_, ledger.now, given.pop("name"), given), "product.created")


@route("GET", "/products/{id_}")
def retrieve_product(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("product", id_)


@route("POST", "/products/{id_}", **PRODUCT)
def update_product(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("product", id_)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    with ledger.change(found, "product.updated"):
        found.update(given, updated=ledger.now)
    return found


@route("DELETE", "/products/{id_}")
def delete_product(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("product", id_)
    if any(price["product"] == id_ for price in ledger.of("price")):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    ledger.drop(found)
    ledger.emit("product.deleted", found)
    return deleted(found)


@listing("/products", active=boolean, ids=listed(text))
def list_products(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("product")
    if "active" in given:
        found = [product for product in found if product["active"] == given["active"]]
    return [product for product in found if product["id"] in given.get("ids", [product["id"]])]


@listing("/products/{id_}/features")
def list_features(ledger: Ledger, given: Thing, id_: str) -> list[Thing]:
    ledger.get("product", id_)
    return []


@route(
    "POST", "/prices", active=boolean, currency=text, lookup_key=text, metadata=keyed, nickname=text,
    product=text, product_data=record(**PRODUCT), transfer_lookup_key=boolean, unit_amount=natural,
    billing_scheme=choice("per_unit"), tax_behavior=choice("exclusive", "inclusive", "unspecified"),
    recurring=record(interval=choice("day", "week", "month", "year"), interval_count=positive,
                     trial_period_days=positive, usage_type=choice("licensed")),
)  # fmt: skip
def create_price(ledger: Ledger, given: Thing) -> Thing:
    for name in ("currency", "unit_amount"):
        if given.get(name) is None:
            raise required(name)
    if given.get("product_data"):
        product = create_product(ledger, given["product_data"])
    elif given.get("product"):
        product = ledger.get("product", given["product"], "product")
    else:
        raise required("product")
    _take_key(ledger, given.get("lookup_key"), given.get("transfer_lookup_key", False))
    made = shapes.price(
        ledger.new_id("price"),
        ledger.now,
        product["id"],
        given["currency"].lower(),
        given["unit_amount"],
        given,
    )
    return ledger.put(made, "price.created")


@route("GET", "/prices/{id_}")
def retrieve_price(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("price", id_)


@route(
    "POST", "/prices/{id_}", active=boolean, lookup_key=text, metadata=keyed, nickname=text,
    transfer_lookup_key=boolean, tax_behavior=choice("exclusive", "inclusive", "unspecified"),
)  # fmt: skip
def update_price(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("price", id_)
    transfer = given.pop("transfer_lookup_key", False)
    if given.get("lookup_key") and given["lookup_key"] != found["lookup_key"]:
        _take_key(ledger, given["lookup_key"], transfer)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    with ledger.change(found, "price.updated"):
        found.update(given)
    return found


def _take_key(ledger: Ledger, key: str | None, transfer: bool) -> None:
    """A lookup key belongs to one price; another one gives it up only when asked to."""
    for price in ledger.of("price"):
        if key and price["lookup_key"] == key:
            if not transfer:
                raise invalid(
                    f"A price (`{price['id']}`) already uses that lookup key.",
                    "lookup_key",
                    "lookup_key_in_use",
                )
            with ledger.change(price, "price.updated"):
                price["lookup_key"] = None


@listing(
    "/prices", active=boolean, currency=text, lookup_keys=listed(text), product=text,
    type=choice("one_time", "recurring"), recurring=record(interval=text, usage_type=text),
)  # fmt: skip
def list_prices(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("price")
    for name in ("active", "currency", "product", "type"):
        if name in given:
            found = [price for price in found if price[name] == given[name]]
    if keys := given.get("lookup_keys"):
        found = [price for price in found if price["lookup_key"] in keys]
    if interval := (given.get("recurring") or {}).get("interval"):
        found = [
            price for price in found if price["recurring"] and price["recurring"]["interval"] == interval
        ]
    return found


@route(
    "POST", "/coupons", id=text, amount_off=positive, currency=text, percent_off=percent, name=text, metadata=keyed,
    duration=choice("once", "repeating", "forever"), duration_in_months=positive, max_redemptions=positive,
    redeem_by=integer,
)  # fmt: skip
def create_coupon(ledger: Ledger, given: Thing) -> Thing:
    if ("amount_off" in given) == ("percent_off" in given):
        raise invalid("Must provide exactly one of percent_off or amount_off.")
    if "amount_off" in given and not given.get("currency"):
        raise required("currency")
    if given.get("duration") == "repeating" and "duration_in_months" not in given:
        raise required("duration_in_months")
    id_ = given.pop("id", None) or ledger.new_id("coupon")
    if ledger.find("coupon", id_):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    given["metadata"] = merged({}, given.get("metadata"))
    return ledger.put(shapes.coupon(id_, ledger.now, given), "coupon.created")


@route("GET", "/coupons/{id_}")
def retrieve_coupon(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("coupon", id_)
    found["valid"] = discounts.still_valid(ledger, found)
    return found


@route("POST", "/coupons/{id_}", name=text, metadata=keyed)
def update_coupon(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("coupon", id_)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    with ledger.change(found, "coupon.updated"):
        found.update(given)
    return found


@route("DELETE", "/coupons/{id_}")
def delete_coupon(ledger: Ledger, given: Thing, id_: str) -> Thing:
    """No one can redeem it any more; discounts given by it stay."""
    found = ledger.get("coupon", id_)
    for promotion in ledger.of("promotion_code"):
        if promotion["promotion"]["coupon"] == id:
            with ledger.change(promotion, "promotion_code.updated"):
                promotion["active"] = False
    found.update(valid=False, max_redemptions=found["times_redeemed"])
    ledger.emit("coupon.deleted", found)
    return deleted(found)


@listing("/coupons")
def list_coupons(ledger: Ledger, given: Thing) -> list[Thing]:
    return ledger.of("coupon")


@route(
    "POST", "/promotion_codes", promotion=record(type=choice("coupon"), coupon=text), code=text, active=boolean,
    customer=text, expires_at=integer, max_redemptions=positive, metadata=keyed,
    restrictions=record(first_time_transaction=boolean, minimum_amount=positive, minimum_amount_currency=text),
)  # fmt: skip
def create_promotion_code(ledger: Ledger, given: Thing) -> Thing:
    promotion = given.pop("promotion", None) or {}
    if not promotion.get("coupon"):
        raise required("promotion[coupon]")
    coupon = ledger.get("coupon", promotion["coupon"], "promotion[coupon]")
    code = given.pop("code", None) or ledger.word(8).upper()
    if any(old["active"] and old["code"].lower() == code.lower() for old in ledger.of("promotion_code")):
        raise invalid(f"An active promotion code with `code: {code}` already exists.", "code")
    given["metadata"] = merged({}, given.get("metadata"))
    made = shapes.promotion_code(ledger.new_id("promotion_code"), ledger.now, code, coupon["id"], {})
    made["restrictions"] |= given.pop("restrictions", None) or {}
    made.update(given)
    return ledger.put(made, "promotion_code.created")


@route("GET", "/promotion_codes/{id_}")
def retrieve_promotion_code(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("promotion_code", id_)


@route("POST", "/promotion_codes/{id_}", active=boolean, metadata=keyed)
def update_promotion_code(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("promotion_code", id_)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    with ledger.change(found, "promotion_code.updated"):
        found.update(given)
    return found


@listing("/promotion_codes", active=boolean, code=text, coupon=text, customer=text)
def list_promotion_codes(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("promotion_code")
    if "code" in given:
        found = [one for one in found if one["code"].lower() == (given["code"] or "").lower()]
    if "active" in given:
        found = [one for one in found if one["active"] == given["active"]]
    if "coupon" in given:
        found = [one for one in found if one["promotion"]["coupon"] == given["coupon"]]
    return [one for one in found if one["customer"] == given.get("customer", one["customer"])]
