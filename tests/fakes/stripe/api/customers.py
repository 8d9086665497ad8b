"""Customers and their payment methods."""

import re
from typing import Any

from tests.fakes.stripe import checkout, payments, subscriptions
from tests.fakes.stripe.api.routing import INCLUDED, deleted, listing, route
from tests.fakes.stripe.errors import invalid, missing, required
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.params import anything, choice, integer, keyed, listed, merged, record, text
from tests.fakes.stripe.shapes import listed as list_object

Thing = dict[str, Any]
INCLUDED["customer", "sources"] = lambda ledger, customer: list_object(
    f"/v1/customers/{customer['id']}/sources", []
)
INCLUDED["customer", "tax_ids"] = lambda ledger, customer: list_object(
    f"/v1/customers/{customer['id']}/tax_ids", []
)
INCLUDED["customer", "subscriptions"] = lambda ledger, customer: list_object(
    f"/v1/customers/{customer['id']}/subscriptions",
    [
        subscription
        for subscription in ledger.of("subscription")
        if subscription["customer"] == customer["id"] and subscription["status"] in subscriptions.LIVE
    ],
)

CUSTOMER = {
    "address": anything, "balance": integer, "description": text, "email": text, "name": text, "phone": text,
    "metadata": keyed, "payment_method": text, "preferred_locales": listed(text), "shipping": anything,
    "invoice_settings": record(default_payment_method=text, footer=text, custom_fields=anything,
                               rendering_options=anything),
    "tax_exempt": choice("exempt", "none", "reverse"), "tax": anything, "invoice_prefix": text,
    "next_invoice_sequence": integer, "source": text,
}  # fmt: skip


@route("POST", "/customers", test_clock=text, **CUSTOMER)
def create_customer(ledger: Ledger, given: Thing) -> Thing:
    attached, settings = given.pop("payment_method", None), given.pop("invoice_settings", None)
    if given.get("test_clock"):
        ledger.get("test_helpers.test_clock", given["test_clock"], "test_clock")
    method = payments.find_method(ledger, attached, "payment_method") if attached else None
    given["metadata"] = merged({}, given.get("metadata"))
    given.pop("tax", None)
    made = checkout.new_customer(ledger, {key: value for key, value in given.items() if value is not None})
    if method:
        payments.attach(ledger, method, made)
    if settings:
        _set_invoice_settings(ledger, made, settings)
    return made


@route("GET", "/customers/search", query=text, limit=integer, page=text)
def search_customers(ledger: Ledger, given: Thing) -> Thing:
    """By clauses `metadata['key']:'value'`, `email:'…'` or `name:'…'`, all of which must hold."""
    clauses = re.findall(
        r"""(?:metadata\[['"]([^'"]+)['"]\]|(email|name))\s*:\s*['"]([^'"]*)['"]""", given.get("query") or ""
    )
    if not clauses:
        raise invalid("We were unable to parse your search query.", "query")
    found = [
        customer
        for customer in ledger.of("customer")
        if not customer.get("deleted")
        and all(
            (customer["metadata"].get(key) if key else customer[name]) == value
            for key, name, value in clauses
        )
    ]
    return {
        "object": "search_result",
        "data": found[: given.get("limit", 10)],
        "has_more": len(found) > given.get("limit", 10),
        "next_page": None,
        "url": "/v1/customers/search",
    }


@route("GET", "/customers/{id_}")
def retrieve_customer(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("customer", id_)
    return deleted(found) if found.get("deleted") else found


@route("POST", "/customers/{id_}", default_source=text, **CUSTOMER)
def update_customer(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = _living(ledger, id_)
    settings = given.pop("invoice_settings", None)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    with ledger.change(found, "customer.updated"):
        found.update(given)
        if settings:
            _set_invoice_settings(ledger, found, settings)
    return found


@route("DELETE", "/customers/{id_}")
def delete_customer(ledger: Ledger, given: Thing, id_: str) -> Thing:
    """Ends all her subscriptions at once."""
    found = _living(ledger, id_)
    for subscription in ledger.of("subscription"):
        if subscription["customer"] == id_ and subscription["status"] in subscriptions.LIVE:
            subscriptions.end(ledger, subscription, None)
    ledger.emit("customer.deleted", found)
    found["deleted"] = True
    return deleted(found)


@listing("/customers", email=text, test_clock=text)
def list_customers(ledger: Ledger, given: Thing) -> list[Thing]:
    found = [customer for customer in ledger.of("customer") if not customer.get("deleted")]
    return [customer for customer in found if customer["email"] == given.get("email", customer["email"])]


@listing("/customers/{id_}/payment_methods", type=text)
def list_customers_methods(ledger: Ledger, given: Thing, id_: str) -> list[Thing]:
    return [
        method for method in ledger.of("payment_method") if method["customer"] == _living(ledger, id_)["id"]
    ]


@listing("/customers/{id_}/sources", object=text)
def list_sources(ledger: Ledger, given: Thing, id_: str) -> list[Thing]:
    ledger.get("customer", id_)
    return []


def _living(ledger: Ledger, id_: str) -> Thing:
    found = ledger.get("customer", id_)
    if found.get("deleted"):
        raise missing("customer", id_)
    return found


def _set_invoice_settings(ledger: Ledger, customer: Thing, settings: Thing) -> None:
    if settings.get("default_payment_method"):
        method = payments.find_method(
            ledger, settings["default_payment_method"], "invoice_settings[default_payment_method]"
        )
        if method["customer"] != customer["id"]:
            raise invalid(
                f"The customer does not have a payment method with the ID {method['id']}. The payment method must be "
                "attached to the customer.",
                "invoice_settings[default_payment_method]",
                "resource_missing",
            )
        settings["default_payment_method"] = method["id"]
    with ledger.change(customer, None):
        customer["invoice_settings"] = {**customer["invoice_settings"], **settings}


CARD = record(number=text, exp_month=integer, exp_year=integer, cvc=text, token=text)


@route("POST", "/payment_methods", type=choice("card"), card=CARD, billing_details=anything, metadata=keyed)
def create_method(ledger: Ledger, given: Thing) -> Thing:
    card = given.get("card") or {}
    if card.get("token"):
        return payments.find_method(ledger, card["token"].replace("tok_", "pm_card_"), "card[token]")
    for name in ("number", "exp_month", "exp_year"):
        if card.get(name) is None:
            raise required(f"card[{name}]")
    made = payments.new_method(
        ledger, card["number"], card["exp_month"], card["exp_year"], given.get("billing_details")
    )
    made["metadata"] = merged({}, given.get("metadata"))
    return made


@route("GET", "/payment_methods/{id_}")
def retrieve_method(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("payment_method", id_)


@route("POST", "/payment_methods/{id_}", billing_details=anything, metadata=keyed, card=anything)
def update_method(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("payment_method", id_)
    with ledger.change(found, "payment_method.updated"):
        if "metadata" in given:
            found["metadata"] = merged(found["metadata"], given["metadata"])
        found["billing_details"] = {**found["billing_details"], **given.get("billing_details", {})}
    return found


@route("POST", "/payment_methods/{id_}/attach", customer=text)
def attach_method(ledger: Ledger, given: Thing, id_: str) -> Thing:
    if not given.get("customer"):
        raise required("customer")
    customer = ledger.get("customer", given["customer"], "customer")
    method = payments.find_method(ledger, id_, "payment_method")
    payments.attach(ledger, method, customer)
    return method


@route("POST", "/payment_methods/{id_}/detach")
def detach_method(ledger: Ledger, given: Thing, id_: str) -> Thing:
    method = ledger.get("payment_method", id_)
    payments.detach(ledger, method)
    return method


@listing("/payment_methods", customer=text, type=text)
def list_methods(ledger: Ledger, given: Thing) -> list[Thing]:
    return [
        method
        for method in ledger.of("payment_method")
        if method["customer"] == given.get("customer", method["customer"])
    ]
