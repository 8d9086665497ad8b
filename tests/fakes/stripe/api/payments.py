"""Payment and setup intents, charges, refunds, disputes and balance transactions."""

from typing import Any

from tests.fakes.stripe import invoices, payments, shapes, subscriptions
from tests.fakes.stripe.api.routing import INCLUDED, listing, route
from tests.fakes.stripe.errors import declined, invalid, required
from tests.fakes.stripe.ledger import Ledger, shown
from tests.fakes.stripe.params import anything, boolean, choice, keyed, listed, merged, positive, record, text
from tests.fakes.stripe.shapes import listed as list_object

Thing = dict[str, Any]
INCLUDED["charge", "refunds"] = lambda ledger, charge: list_object(
    f"/v1/charges/{charge['id']}/refunds",
    [refund for refund in ledger.of("refund") if refund["charge"] == charge["id"]],
)
INTENT = {"customer": text, "description": text, "metadata": keyed, "payment_method": text, "receipt_email": text,
          "setup_future_usage": choice("off_session", "on_session")}  # fmt: skip


@route(
    "POST", "/payment_intents", amount=positive, currency=text, confirm=boolean, off_session=boolean,
    automatic_payment_methods=record(enabled=boolean, allow_redirects=text), return_url=text,
    payment_method_types=listed(text), **INTENT,
)  # fmt: skip
def create_intent(ledger: Ledger, given: Thing) -> Thing:
    for name in ("amount", "currency"):
        if given.get(name) is None:
            raise required(name)
    if given["amount"] < 50:
        raise invalid("Amount must be at least €0.50 eur", "amount", "amount_too_small")
    if given.get("customer"):
        ledger.get("customer", given["customer"], "customer")
    now, off = given.pop("confirm", False), given.pop("off_session", False)
    for name in ("return_url", "automatic_payment_methods", "payment_method_types"):
        given.pop(name, None)
    given["metadata"] = merged({}, given.get("metadata"))
    method = given.pop("payment_method", None)
    made = payments.new_intent(ledger, given.pop("amount"), given.pop("currency").lower(), given)
    if method:
        made["payment_method"] = payments.find_method(ledger, method, "payment_method")["id"]
        made["status"] = "requires_confirmation"
    return _confirm(ledger, made, off) if now else made


@route("GET", "/payment_intents/{id_}", client_secret=text)
def retrieve_intent(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("payment_intent", id_)


@route("POST", "/payment_intents/{id_}", **INTENT)
def update_intent(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("payment_intent", id_)
    if "metadata" in given:
        given["metadata"] = merged(found["metadata"], given["metadata"])
    found.update(given)
    return found


@route("POST", "/payment_intents/{id_}/confirm", payment_method=text, off_session=boolean, return_url=text,
       setup_future_usage=text)  # fmt: skip
def confirm_intent(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("payment_intent", id_)
    if found["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise invalid(
            f"You cannot confirm this PaymentIntent because it has a status of {found['status']}.",
            code="payment_intent_unexpected_state",
        )
    if given.get("payment_method"):
        found["payment_method"] = payments.find_method(ledger, given["payment_method"], "payment_method")[
            "id"
        ]
    return _confirm(ledger, found, given.get("off_session", False))


def _confirm(ledger: Ledger, intent: Thing, off_session: bool) -> Thing:
    method = ledger.find("payment_method", intent["payment_method"])
    if method is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    reason = payments.confirm(ledger, intent, method)
    if invoice := invoices.of_intent(ledger, intent):
        invoices.record_attempt(ledger, invoice, reason)
        subscriptions.follow(ledger, invoice)
    if reason and (reason != "action" or off_session):
        raise declined(
            "authentication_required" if reason == "action" else reason, payment_intent=shown(intent)
        )
    return intent


@route("POST", "/payment_intents/{id_}/cancel", cancellation_reason=text)
def cancel_intent(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("payment_intent", id_)
    payments.cancel_intent(ledger, found, given.get("cancellation_reason"))
    return found


@listing("/payment_intents", customer=text)
def list_intents(ledger: Ledger, given: Thing) -> list[Thing]:
    return _of_customer(ledger.of("payment_intent"), given)


def _of_customer(things: list[Thing], given: Thing) -> list[Thing]:
    return [thing for thing in things if thing["customer"] == given.get("customer", thing["customer"])]


@route("POST", "/setup_intents", confirm=boolean, usage=choice("off_session", "on_session"), customer=text,
       description=text, metadata=keyed, payment_method=text, payment_method_types=listed(text),
       automatic_payment_methods=anything, return_url=text)  # fmt: skip
def create_setup(ledger: Ledger, given: Thing) -> Thing:
    if given.get("customer"):
        ledger.get("customer", given["customer"], "customer")
    now, method = given.pop("confirm", False), given.pop("payment_method", None)
    for name in ("payment_method_types", "automatic_payment_methods", "return_url"):
        given.pop(name, None)
    given["metadata"] = merged({}, given.get("metadata"))
    made = shapes.setup_intent(ledger.new_id("setup_intent"), ledger.now, ledger.word(25), given)
    ledger.put(made, "setup_intent.created")
    if method:
        found = payments.find_method(ledger, method, "payment_method")
        made.update(payment_method=found["id"], status="requires_confirmation")
        if now:
            _set_up(ledger, made, found)
    return made


def _set_up(ledger: Ledger, intent: Thing, method: Thing) -> None:
    reason = payments.setup(ledger, intent, method)
    if reason and reason != "action":
        raise declined(reason, setup_intent=shown(intent))


@route("GET", "/setup_intents/{id_}", client_secret=text)
def retrieve_setup(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("setup_intent", id_)


@route("POST", "/setup_intents/{id_}/confirm", payment_method=text, return_url=text)
def confirm_setup(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("setup_intent", id_)
    wanted = given.get("payment_method") or found["payment_method"]
    if not wanted:
        raise required("payment_method")
    _set_up(ledger, found, payments.find_method(ledger, wanted, "payment_method"))
    return found


@route("POST", "/setup_intents/{id_}/cancel", cancellation_reason=text)
def cancel_setup(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("setup_intent", id_)
    with ledger.change(found, "setup_intent.canceled"):
        found.update(status="canceled", cancellation_reason=given.get("cancellation_reason"))
    return found


@listing("/setup_intents", customer=text, payment_method=text)
def list_setups(ledger: Ledger, given: Thing) -> list[Thing]:
    return _of_customer(ledger.of("setup_intent"), given)


@route("GET", "/charges/{id_}")
def retrieve_charge(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("charge", id_)


@listing("/charges", customer=text, payment_intent=text)
def list_charges(ledger: Ledger, given: Thing) -> list[Thing]:
    found = _of_customer(ledger.of("charge"), given)
    return [
        charge
        for charge in found
        if charge["payment_intent"] == given.get("payment_intent", charge["payment_intent"])
    ]


@route("POST", "/refunds", charge=text, payment_intent=text, amount=positive, metadata=keyed,
       reason=choice("duplicate", "fraudulent", "requested_by_customer"))  # fmt: skip
def create_refund(ledger: Ledger, given: Thing) -> Thing:
    if given.get("charge"):
        charge = ledger.get("charge", given["charge"], "charge")
    elif given.get("payment_intent"):
        intent = ledger.get("payment_intent", given["payment_intent"], "payment_intent")
        charge = ledger.find("charge", intent["latest_charge"])
        if charge is None:
            raise invalid("This PaymentIntent does not have a successful charge to refund.", "payment_intent")
    else:
        raise required("charge")
    return payments.refund(
        ledger, charge, given.get("amount"), given.get("reason"), merged({}, given.get("metadata"))
    )


@route("GET", "/refunds/{id_}")
def retrieve_refund(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("refund", id_)


@listing("/refunds", charge=text, payment_intent=text)
def list_refunds(ledger: Ledger, given: Thing) -> list[Thing]:
    return _of_charge(ledger.of("refund"), given)


def _of_charge(things: list[Thing], given: Thing) -> list[Thing]:
    return [
        thing
        for thing in things
        if all(thing[name] == given.get(name, thing[name]) for name in ("charge", "payment_intent"))
    ]


@listing("/charges/{id_}/refunds")
def list_charges_refunds(ledger: Ledger, given: Thing, id_: str) -> list[Thing]:
    return [refund for refund in ledger.of("refund") if refund["charge"] == id_]


@route("GET", "/disputes/{id_}")
def retrieve_dispute(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("dispute", id_)


@route("POST", "/disputes/{id_}", evidence=anything, metadata=keyed, submit=boolean)
def update_dispute(ledger: Ledger, given: Thing, id_: str) -> Thing:
    found = ledger.get("dispute", id_)
    with ledger.change(found, "charge.dispute.updated"):
        found["evidence"] = {**found["evidence"], **given.get("evidence", {})}
        if "metadata" in given:
            found["metadata"] = merged(found["metadata"], given["metadata"])
        if given.get("evidence") and given.get("submit", True):
            found["status"] = "under_review"
    return found


@route("POST", "/disputes/{id_}/close")
def close_dispute(ledger: Ledger, given: Thing, id_: str) -> Thing:
    """The shop gives in."""
    return payments.close_dispute(ledger, ledger.get("dispute", id_), "lost")


@listing("/disputes", charge=text, payment_intent=text)
def list_disputes(ledger: Ledger, given: Thing) -> list[Thing]:
    return _of_charge(ledger.of("dispute"), given)


@route("GET", "/balance_transactions/{id_}")
def retrieve_entry(ledger: Ledger, given: Thing, id_: str) -> Thing:
    return ledger.get("balance_transaction", id_)


@listing("/balance_transactions", source=text, type=text)
def list_entries(ledger: Ledger, given: Thing) -> list[Thing]:
    return [
        entry
        for entry in ledger.of("balance_transaction")
        if all(entry[name] == given.get(name, entry[name]) for name in ("source", "type"))
    ]
