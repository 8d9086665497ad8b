"""Invoices, their lines and payments, and the items that wait for one."""

from typing import Any

from tests.fakes.stripe import billing_shapes, invoices, subscriptions
from tests.fakes.stripe.api.routing import INCLUDED, deleted, listing, route
from tests.fakes.stripe.errors import invalid, required
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.params import (
    anything,
    boolean,
    choice,
    integer,
    keyed,
    merged,
    positive,
    record,
    text,
)
from tests.fakes.stripe.shapes import listed as list_object

Thing = dict[str, Any]


def _payments(ledger: Ledger, invoice: Thing) -> Thing:
    url = f"/v1/invoice_payments?invoice={invoice['id']}"
    return list_object(url, invoices.payments_of(ledger, invoice))


def _confirmation_secret(ledger: Ledger, invoice: Thing) -> Thing | None:
    intent = invoices.intent_of(ledger, invoice)
    return {"client_secret": intent["client_secret"], "type": "payment_intent"} if intent else None


INCLUDED["invoice", "payments"] = _payments
INCLUDED["invoice", "confirmation_secret"] = _confirmation_secret
INVOICE = {"description": text, "metadata": keyed, "auto_advance": boolean, "default_payment_method": text,
           "footer": text}  # fmt: skip


@route("POST", "/invoices", customer=text, currency=text, collection_method=choice("charge_automatically"),
       pending_invoice_items_behavior=choice("include", "exclude"), **INVOICE)  # fmt: skip
def create_invoice(ledger: Ledger, given: Thing) -> Thing:
    if not given.get("customer"):
        raise required("customer")
    customer = ledger.get("customer", given.pop("customer"), "customer")
    lines = []
    if given.pop("pending_invoice_items_behavior", "exclude") == "include":
        lines = invoices.pending(ledger, customer, None)
    given.pop("collection_method", None)
    given["metadata"] = merged({}, given.get("metadata"))
    currency = given.pop("currency", None) or customer["currency"] or "eur"
    draft = invoices.draw_up(ledger, customer, lines, "manual", currency=currency, given=given)
    return invoices.issue(ledger, draft)


@route("GET", "/invoices/{id_}")
def retrieve_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("invoice", id_)


@route("POST", "/invoices/{id_}", **INVOICE)
def update_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoice", id_)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    with ledger.change(found, "invoice.updated"):
        found.update(given)
    return found


@route("DELETE", "/invoices/{id_}")
def delete_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoice", id_)
    if found["status"] != "draft":
        raise invalid("You can only delete draft invoices.", code="invoice_not_editable")
    ledger.drop(found)
    ledger.emit("invoice.deleted", found)
    return deleted(found)


@route("POST", "/invoices/{id_}/finalize", auto_advance=boolean)
def finalize_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoice", id_)
    invoices.finalize(ledger, found)
    return found


@route("POST", "/invoices/{id_}/pay", payment_method=text, off_session=boolean, paid_out_of_band=boolean)
def pay_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoice", id_)
    if found["status"] == "draft":
        invoices.finalize(ledger, found)
    if (
        found["status"] != "open"
        or (reason := subscriptions.collect(ledger, found, given.get("payment_method"))) is None
    ):
        if found["status"] != "paid":
            raise invalid(
                f"This invoice is {found['status']} and cannot be paid.", code="invoice_not_editable"
            )
        return found
    raise invoices.refuse(ledger, found, reason)


@route("POST", "/invoices/{id_}/void")
def void_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoice", id_)
    invoices.void(ledger, found)
    return found


@route("POST", "/invoices/{id_}/mark_uncollectible")
def give_up_invoice(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoice", id_)
    if found["status"] != "open":
        raise invalid(f"This invoice is {found['status']}.", code="invoice_not_editable")
    found.update(status="uncollectible", next_payment_attempt=None)
    found["status_transitions"]["marked_uncollectible_at"] = ledger.now
    ledger.emit("invoice.marked_uncollectible", found)
    return found


@listing("/invoices", customer=text, subscription=text, collection_method=text, test_clock=text,
         status=choice("draft", "open", "paid", "uncollectible", "void"), due_date=anything)  # fmt: skip
def list_invoices(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("invoice")
    if given.get("subscription"):
        wanted = ledger.get("subscription", given["subscription"], "subscription")
        found = [one for one in found if invoices.subscription_of(ledger, one) is wanted]
    return [
        one
        for one in found
        if all(one[name] == given.get(name, one[name]) for name in ("customer", "status"))
    ]


@listing("/invoices/{id_}/lines")
def list_lines(ledger: Ledger, given: Thing, id_: str) -> list[Thing]:
    return list(reversed(ledger.get("invoice", id_)["lines"]["data"]))


@listing("/invoice_payments", invoice=text, status=text, payment=record(type=text, payment_intent=text))
def list_invoice_payments(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("invoice_payment")
    if intent := (given.get("payment") or {}).get("payment_intent"):
        found = [one for one in found if one["payment"]["payment_intent"] == intent]
    return [
        one for one in found if all(one[name] == given.get(name, one[name]) for name in ("invoice", "status"))
    ]


@route("GET", "/invoice_payments/{id_}")
def retrieve_invoice_payment(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("invoice_payment", id_)


@route("POST", "/invoiceitems", customer=text, pricing=record(price=text), amount=integer, currency=text,
       quantity=positive, description=text, metadata=keyed, invoice=text, discountable=boolean)  # fmt: skip
def create_item(ledger: Ledger, given: Thing) -> Thing:
    if not given.get("customer"):
        raise required("customer")
    customer = ledger.get("customer", given["customer"], "customer")
    pricing = given.get("pricing") or {}
    if pricing.get("price"):
        price = ledger.get("price", pricing["price"], "pricing[price]")
        amount = price["unit_amount"] * given.get("quantity", 1)
    elif given.get("amount") is not None and given.get("currency"):
        amount = given["amount"]
        price = {
            "id": "",
            "product": "",
            "currency": given["currency"].lower(),
            "unit_amount_decimal": str(amount),
        }
    else:
        raise required("amount")
    quantity = given.get("quantity", 1)
    extra = {
        "quantity": quantity, "quantity_decimal": str(quantity), "metadata": merged({}, given.get("metadata")),
        "discountable": given.get("discountable", amount > 0),
    }  # fmt: skip
    if not price["id"]:
        extra["pricing"] = None
    line = billing_shapes.line_item(
        ledger.new_id("line_item"),
        amount,
        price,
        given.get("description") or "",
        (ledger.now, ledger.now),
        extra,
    )
    return invoices.wait(ledger, customer, line)


@route("GET", "/invoiceitems/{id_}")
def retrieve_item(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("invoiceitem", id_)


@route("DELETE", "/invoiceitems/{id_}")
def delete_item(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("invoiceitem", id_)
    if found["invoice"]:
        raise invalid(
            "Can't delete an invoice item that is attached to an invoice that is no longer editable."
        )
    ledger.drop(found)
    ledger.emit("invoiceitem.deleted", found)
    return deleted(found)


@listing("/invoiceitems", customer=text, invoice=text, pending=boolean)
def list_items(ledger: Ledger, given: Thing) -> list[Thing]:
    found = ledger.of("invoiceitem")
    if "pending" in given:
        found = [one for one in found if (one["invoice"] is None) == given["pending"]]
    return [
        one
        for one in found
        if all(one[name] == given.get(name, one[name]) for name in ("customer", "invoice"))
    ]
