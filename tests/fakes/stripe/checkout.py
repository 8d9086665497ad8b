"""Checkout sessions: offered, paid on the hosted page, or expired."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.stripe import (
    amounts,
    billing_shapes,
    cards,
    discounts,
    invoices,
    payments,
    shapes,
    subscriptions,
)
from tests.fakes.stripe.clock import DAY, MINUTE
from tests.fakes.stripe.errors import StripeError, declined, invalid
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]


class NeedsConfirmation(Exception):
    """The bank wants the card's owner to confirm first."""


@dataclass(frozen=True)
class Card:
    """What is typed on the page."""

    number: str
    month: int
    year: int
    email: str | None = None
    name: str | None = None


def new_customer(ledger: Ledger, given: Mapping[str, Any]) -> Thing:
    made = shapes.customer(ledger.new_id("customer"), ledger.now, ledger.word(8).upper(), given)
    return ledger.put(made, "customer.created")


NOT_ASKED = shapes.blank("address business_name individual_name phone") | {
    "tax_exempt": "none",
    "tax_ids": [],
}
AS_GIVEN = (
    "allow_promotion_codes",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "locale",
    "success_url",
)


def offer(ledger: Ledger, given: Mapping[str, Any]) -> Thing:
    """A new session by the parameters of the API."""
    mode = given.get("mode") or "payment"
    lines = _lines(ledger, given, mode)
    customer = ledger.get("customer", given["customer"], "customer") if given.get("customer") else None
    if customer and given.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
    if given.get("discounts") and given.get("allow_promotion_codes") is not None:
        raise invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.", "discounts"
        )
    cuts = discounts.chosen(ledger, given.get("discounts") or [], customer)
    expires = given.get("expires_at") or ledger.now + DAY
    if not ledger.now + 30 * MINUTE <= expires <= ledger.now + DAY:
        raise invalid("The `expires_at` timestamp must be 30 minutes to 24 hours from now.", "expires_at")
    id_ = ledger.new_id("checkout.session")
    plain = {name: given.get(name) for name in AS_GIVEN}
    session = billing_shapes.checkout_session(id_, ledger.now, mode, plain)
    session.update(
        currency=lines[0]["price"]["currency"],
        customer=customer and customer["id"],
        customer_creation=_creation(given, mode) if not customer else None,
        customer_details=customer and NOT_ASKED | {"email": customer["email"], "name": customer["name"]},
        expires_at=expires,
        metadata=given.get("metadata") or {},
        payment_method_collection=given.get("payment_method_collection")
        or session["payment_method_collection"],
        url=f"{ledger.url}/c/pay/{id_}",
        invoice_creation=_invoice_creation(given) if mode == "payment" else None,
        _lines=lines,
        _cuts=[[coupon["id"], promotion and promotion["id"]] for coupon, promotion in cuts],
        _subscription=given.get("subscription_data") or {},
        _intent=given.get("payment_intent_data") or {},
    )
    reckon(ledger, session)
    return ledger.put(session)


def _lines(ledger: Ledger, given: Mapping[str, Any], mode: str) -> list[Thing]:
    lines = [_line(ledger, entry, place, mode) for place, entry in enumerate(given.get("line_items") or [])]
    if not lines:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    if len({line["price"]["currency"] for line in lines}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    if mode == "subscription" and not any(line["price"]["recurring"] for line in lines):
        raise invalid("You must provide at least one recurring price in `subscription` mode.", "line_items")
    return lines


def _invoice_creation(given: Mapping[str, Any]) -> Thing:
    wanted = given.get("invoice_creation") or {"enabled": False}
    data = shapes.blank("account_tax_ids custom_fields description footer issuer rendering_options") | {
        "metadata": {}
    }
    return {
        "enabled": wanted.get("enabled", False),
        "invoice_data": data | (wanted.get("invoice_data") or {}),
    }


def _creation(given: Mapping[str, Any], mode: str) -> str:
    return "always" if mode == "subscription" else given.get("customer_creation") or "if_required"


def _line(ledger: Ledger, entry: Mapping[str, Any], place: int, mode: str) -> Thing:
    where = f"line_items[{place}][price]"
    if not entry.get("price"):
        raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
    price = ledger.get("price", entry["price"], where)
    if not price["active"]:
        raise invalid(f"The price specified is inactive: {price['id']}.", where)
    if mode == "payment" and price["recurring"]:
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices.",
            where,
        )
    quantity = entry.get("quantity", 1)
    return {
        "id": ledger.new_id("item"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": price["unit_amount"] * quantity,
        "amount_tax": 0,
        "amount_total": price["unit_amount"] * quantity,
        "currency": price["currency"],
        "description": ledger.get("product", price["product"])["name"],
        "metadata": {},
        "price": price,
        "quantity": quantity,
        "_cuts": [],
    }


def cuts_of(ledger: Ledger, session: Thing) -> list[tuple[Thing, Thing | None]]:
    return [
        (ledger.get("coupon", coupon), ledger.find("promotion_code", promotion))
        for coupon, promotion in session["_cuts"]
    ]


def trial_end(ledger: Ledger, session: Thing) -> int | None:
    wanted = session["_subscription"]
    if wanted.get("trial_end"):
        return wanted["trial_end"]
    days = wanted.get("trial_period_days")
    return ledger.now + days * DAY if days else None


def reckon(ledger: Ledger, session: Thing) -> None:
    """The sums the page shows: what is due today."""
    lines = session["_lines"]
    free = session["mode"] == "subscription" and trial_end(ledger, session)
    prices = [
        0 if free and line["price"]["recurring"] else line["price"]["unit_amount"] * line["quantity"]
        for line in lines
    ]
    cuts = cuts_of(ledger, session)
    taken = amounts.discounted(prices, [coupon for coupon, _ in cuts])
    for place, line in enumerate(lines):
        off = sum(part[place] for part in taken)
        line.update(amount_subtotal=prices[place], amount_discount=off, amount_total=prices[place] - off)
    session["amount_subtotal"] = sum(prices)
    session["total_details"]["amount_discount"] = sum(map(sum, taken))
    session["amount_total"] = session["amount_subtotal"] - session["total_details"]["amount_discount"]
    session["discounts"] = [
        {"coupon": None if promotion else coupon["id"], "promotion_code": promotion and promotion["id"]}
        for coupon, promotion in cuts
    ]


def enter_code(ledger: Ledger, session: Thing, code: str) -> None:
    """Takes a promotion code from the page, or none with an empty one; raises for one that cannot be used."""
    if not code.strip():
        session["_cuts"] = []
    else:
        promotion = discounts.by_code(ledger, code)
        discounts.check(ledger, promotion, ledger.find("customer", session["customer"]))
        least = promotion["restrictions"]["minimum_amount"]
        if least and session["amount_subtotal"] < least:
            raise invalid("The total is too small for this promotion code.", "promotion_code")
        session["_cuts"] = [[promotion["promotion"]["coupon"], promotion["id"]]]
    reckon(ledger, session)


def complete(ledger: Ledger, session: Thing, card: Card | None, *, present: bool = False) -> Thing:
    """Pays a session. Raises StripeError for a card that doesn't pay, NeedsConfirmation unless `present`.

    `card` None: the customer's own saved card, or none where nothing is due and none is asked for.
    """
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.", "session")
    discounts.chosen(ledger, [{"promotion_code": code} if code else {"coupon": id_} for id_, code in session["_cuts"]],
                     ledger.find("customer", session["customer"]))  # fmt: skip
    customer = ledger.find("customer", session["customer"])
    method = _method(ledger, session, card, customer)
    if method and (session["amount_total"] or session["mode"] == "subscription"):
        _check(ledger, session, customer, method, present)
    if customer is None and session["customer_creation"] == "always":
        given = {"email": (card and card.email) or session["customer_email"], "name": card and card.name}
        customer = new_customer(ledger, given)
    if session["mode"] == "subscription":
        _subscribe(ledger, session, customer, method, present)
    else:
        _pay_once(ledger, session, customer, method, present)
    details = {"email": (customer and customer["email"]) or (card and card.email), "name": card and card.name}
    session.update(
        status="complete",
        url=None,
        customer=customer and customer["id"],
        customer_details={**NOT_ASKED, **details},
        payment_status="paid" if session["amount_total"] else "no_payment_required",
    )
    ledger.emit("checkout.session.completed", session)
    return session


def expire(ledger: Ledger, session: Thing) -> None:
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status '
            f"of {session['status']}.",
            "session",
        )
    session.update(status="expired", url=None)
    ledger.emit("checkout.session.expired", session)


def return_url(session: Thing) -> str:
    return (session["success_url"] or "/").replace("{CHECKOUT_SESSION_ID}", session["id"])


def _method(ledger: Ledger, session: Thing, card: Card | None, customer: Thing | None) -> Thing | None:
    if card is not None:
        billing = {"email": card.email, "name": card.name}
        return payments.new_method(ledger, card.number, card.month, card.year, billing)
    if not session["amount_total"] and session["payment_method_collection"] == "if_required":
        return None
    method = customer and payments.method_for(ledger, customer)
    if not method:
        raise StripeError(402, "card_error", "Your card number is incomplete.", code="incomplete_number")
    return method


def _check(ledger: Ledger, session: Thing, customer: Thing | None, method: Thing, present: bool) -> None:
    """Raises before anything is made, so that a session whose card fails stays as it was."""
    kind = cards.kind_of(method)
    saving_fails = kind.saving or (customer and customer.get("_decline"))
    if session["amount_total"]:
        reason = payments.refusal(ledger, customer, method, present)
    else:
        reason = saving_fails or ("action" if kind.asks != "never" and not present else None)
    if reason == "action":
        raise NeedsConfirmation
    if not reason:
        return
    if session["amount_total"]:
        given = {"customer": customer and customer["id"]}
        intent = payments.new_intent(ledger, session["amount_total"], session["currency"], given)
        payments.confirm(ledger, intent, method, present=present)
    raise declined(reason)


def _subscribe(ledger: Ledger, session: Thing, customer: Thing, method: Thing | None, present: bool) -> None:
    if method:
        payments.attach(ledger, method, customer, present)
    wanted = session["_subscription"]
    recurring = [line for line in session["_lines"] if line["price"]["recurring"]]
    extra = [_invoice_line(ledger, line) for line in session["_lines"] if not line["price"]["recurring"]]
    made = subscriptions.begin(
        ledger,
        customer,
        [(line["price"], line["quantity"]) for line in recurring],
        extra=extra,
        trial_end=trial_end(ledger, session),
        method=method,
        cuts=cuts_of(ledger, session),
        present=present,
        given={
            "metadata": wanted.get("metadata") or {},
            "description": wanted.get("description"),
            "default_payment_method": method and method["id"],
            **({"trial_settings": wanted["trial_settings"]} if wanted.get("trial_settings") else {}),
        },
    )
    session.update(subscription=made["id"], invoice=made["latest_invoice"])


def _pay_once(
    ledger: Ledger, session: Thing, customer: Thing | None, method: Thing | None, present: bool
) -> None:
    wanted = session["_intent"]
    cuts = [
        discounts.redeem(ledger, *cut, checkout_session=session["id"]) for cut in cuts_of(ledger, session)
    ]
    if not session["amount_total"]:
        return
    given = {
        "customer": customer and customer["id"],
        "description": wanted.get("description"),
        "metadata": wanted.get("metadata") or {},
        "receipt_email": wanted.get("receipt_email"),
        "setup_future_usage": wanted.get("setup_future_usage"),
    }
    if customer and given["setup_future_usage"]:
        payments.attach(ledger, method, customer, present)
    if customer and session["invoice_creation"]["enabled"]:
        lines = [_invoice_line(ledger, line) for line in session["_lines"]]
        data = session["invoice_creation"]["invoice_data"]
        draft = invoices.draw_up(
            ledger, customer, lines, "manual", currency=session["currency"], cuts=cuts,
            # What a customer has in her balance is not spent by Checkout.
            given={
                "metadata": data["metadata"], "description": data["description"],
                "starting_balance": 0, "_apart": True,
            },
        )  # fmt: skip
        invoices.issue(ledger, draft)
        invoices.finalize(ledger, draft)
        intent = invoices.intent_of(ledger, draft)
        intent.update({key: value for key, value in given.items() if value})
        invoices.pay(ledger, draft, method, present=present)
        session.update(invoice=draft["id"], payment_intent=intent["id"])
        return
    intent = payments.new_intent(ledger, session["amount_total"], session["currency"], given)
    payments.confirm(ledger, intent, method, present=present)
    session["payment_intent"] = intent["id"]


def _invoice_line(ledger: Ledger, line: Thing) -> Thing:
    now = ledger.now
    given = {"quantity": line["quantity"], "quantity_decimal": str(line["quantity"])}
    amount = line["price"]["unit_amount"] * line["quantity"]
    return billing_shapes.line_item(
        ledger.new_id("line_item"), amount, line["price"], line["description"], (now, now), given
    )
