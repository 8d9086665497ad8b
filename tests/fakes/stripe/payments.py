"""Taking money: payment methods, intents and charges, and giving it back: refunds and disputes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.fakes.stripe import cards, shapes
from tests.fakes.stripe.clock import DAY
from tests.fakes.stripe.errors import DECLINES, StripeError, declined, invalid, missing
from tests.fakes.stripe.ledger import Ledger, shown

Thing = dict[str, Any]
DISPUTE_FEE = 2000


def new_method(
    ledger: Ledger, number: str, month: int, year: int, billing: Mapping[str, Any] | None = None
) -> Thing:
    card = cards.card_of(number, month, year, datetime.fromtimestamp(ledger.now, UTC).year)
    return ledger.put(shapes.payment_method(ledger.new_id("payment_method"), ledger.now, card, billing or {}))


def find_method(ledger: Ledger, id_: str, param: str) -> Thing:
    """A payment method, or a new one for a token such as pm_card_visa."""
    if id_ in cards.TOKENS:
        return new_method(ledger, cards.TOKENS[id_], 12, datetime.fromtimestamp(ledger.now, UTC).year + 5)
    return ledger.get("payment_method", id_, param)


def attach(ledger: Ledger, method: Thing, customer: Thing, present: bool = False) -> None:
    """Saves a card with a customer; raises when its bank declines that. `present`: its owner has confirmed."""
    if method["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.", "payment_method"
        )
    if reason := cards.kind_of(method).saving or customer.get("_decline"):
        raise declined(reason)
    method["_confirmed"] = method.get("_confirmed") or present
    if method["customer"] is None:
        method["customer"] = customer["id"]
        ledger.emit("payment_method.attached", method)


def detach(ledger: Ledger, method: Thing) -> None:
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer.", "payment_method")
    with ledger.change(method, "payment_method.detached"):
        owner, method["customer"] = ledger.get("customer", method["customer"]), None
    with ledger.change(owner, "customer.updated"):
        if owner["invoice_settings"]["default_payment_method"] == method["id"]:
            owner["invoice_settings"] = {**owner["invoice_settings"], "default_payment_method": None}
    for subscription in ledger.of("subscription"):
        if subscription["default_payment_method"] == method["id"]:
            with ledger.change(subscription, "customer.subscription.updated"):
                subscription["default_payment_method"] = None


def method_for(ledger: Ledger, customer: Thing, *preferred: str | None) -> Thing | None:
    """The first of `preferred` that is still the customer's, or the default of her invoices."""
    for id_ in (*preferred, customer["invoice_settings"]["default_payment_method"]):
        method = ledger.find("payment_method", id_)
        if method and method["customer"] == customer["id"]:
            return method
    return None


def refusal(ledger: Ledger, customer: Thing | None, method: Thing | None, present: bool) -> str | None:
    """Why a charge would fail now; "action" when its owner has to confirm it. `present`: she just has."""
    if method is None:
        return "missing"
    kind = cards.kind_of(method)
    if customer and customer.get("_decline"):
        return customer["_decline"]
    if kind.charging:
        return kind.charging
    if not present and (kind.asks == "always" or (kind.asks == "once" and not method.get("_confirmed"))):
        return "action"
    return None


def new_intent(ledger: Ledger, amount: int, currency: str, given: Mapping[str, Any]) -> Thing:
    made = shapes.payment_intent(
        ledger.new_id("payment_intent"), ledger.now, amount, currency, ledger.word(25), given
    )
    return ledger.put(made, "payment_intent.created")


def confirm(ledger: Ledger, intent: Thing, method: Thing | None, *, present: bool = False) -> str | None:
    """Tries to take the money of `intent`; what is returned says why it was not, as `refusal` does."""
    customer = ledger.find("customer", intent["customer"])
    reason = refusal(ledger, customer, method, present)
    if reason == "missing":
        return reason
    if reason == "action":
        with ledger.change(intent, None):
            intent["payment_method"] = method["id"]
            intent["status"] = "requires_action"
            where = f"{ledger.url}/confirm/{intent['client_secret']}"
            intent["next_action"] = {
                "redirect_to_url": {"return_url": None, "url": where},
                "type": "redirect_to_url",
            }
        ledger.emit("payment_intent.requires_action", intent)
        return reason
    charge = ledger.put(
        shapes.charge(ledger.new_id("charge"), ledger.now, intent, method, reason, DECLINES.get(reason or ""))
    )
    intent.update(latest_charge=charge["id"], next_action=None)
    if reason:
        intent.update(
            status="requires_payment_method",
            payment_method=None,
            last_payment_error={
                **declined(reason).error,
                "charge": charge["id"],
                "payment_method": shown(method),
            },
        )
        charge["failure_code"] = declined(reason).error["code"]
        ledger.emit("charge.failed", charge)
        ledger.emit("payment_intent.payment_failed", intent)
        return reason
    fee = 25 + (charge["amount"] * 15 + 500) // 1000
    charge["balance_transaction"] = _entry(ledger, charge, "charge", charge["amount"], fee)["id"]
    charge["receipt_url"] = f"{ledger.url}/receipts/{charge['id']}"
    method["_confirmed"] = method.get("_confirmed") or present
    intent.update(
        status="succeeded",
        payment_method=method["id"],
        amount_received=intent["amount"],
        last_payment_error=None,
    )
    ledger.emit("charge.succeeded", charge)
    ledger.emit("payment_intent.succeeded", intent)
    return None


def cancel_intent(ledger: Ledger, intent: Thing, reason: str | None) -> None:
    if intent["status"] in ("succeeded", "canceled"):
        raise invalid(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            "intent",
            "payment_intent_unexpected_state",
        )
    intent.update(status="canceled", canceled_at=ledger.now, cancellation_reason=reason, next_action=None)
    ledger.emit("payment_intent.canceled", intent)


def refund(
    ledger: Ledger, charge: Thing, amount: int | None, reason: str | None, metadata: Thing | None
) -> Thing:
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if amount > left:
        raise invalid(
            f"Refund amount ({_money(amount)}) is greater than unrefunded amount on charge ({_money(left)})",
            "amount",
        )
    given = {"reason": reason, "metadata": metadata or {}}
    made = ledger.put(shapes.refund(ledger.new_id("refund"), ledger.now, charge, amount, given))
    made["balance_transaction"] = _entry(ledger, made, "refund", -amount, 0)["id"]
    with ledger.change(charge, "charge.refunded"):
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    ledger.emit("refund.created", made)
    return made


def open_dispute(ledger: Ledger, charge: Thing, reason: str = "fraudulent") -> Thing:
    """The customer's bank takes the money back, with a fee."""
    if charge["disputed"] or not charge["paid"]:
        raise invalid(f"Charge {charge['id']} cannot be disputed.", "charge")
    made = shapes.dispute(ledger.new_id("dispute"), ledger.now, charge, reason, ledger.now + 7 * DAY)
    ledger.put(made)
    with ledger.change(charge, None):
        charge["disputed"] = True
    ledger.emit("charge.dispute.created", made)
    entry = _entry(ledger, made, "adjustment", -made["amount"], DISPUTE_FEE)
    made["balance_transactions"].append(shown(entry))
    ledger.emit("charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(ledger: Ledger, dispute: Thing, status: str) -> Thing:
    """`status`: won, and the money returns; or lost."""
    if dispute["status"] in ("won", "lost"):
        raise invalid("This dispute is already closed.", "dispute")
    with ledger.change(dispute, "charge.dispute.closed"):
        dispute["status"] = status
    if status == "won":
        entry = _entry(ledger, dispute, "adjustment", dispute["amount"], -DISPUTE_FEE)
        dispute["balance_transactions"].append(shown(entry))
        ledger.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def setup(ledger: Ledger, intent: Thing, method: Thing, *, present: bool = False) -> str | None:
    """Saves a card for later by a setup intent; what is returned says why it could not be."""
    customer = ledger.find("customer", intent["customer"])
    kind = cards.kind_of(method)
    intent["payment_method"] = method["id"]
    if kind.asks != "never" and not present:
        where = f"{ledger.url}/confirm/{intent['client_secret']}"
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "redirect_to_url": {"return_url": None, "url": where},
            "type": "redirect_to_url",
        }
        ledger.emit("setup_intent.requires_action", intent)
        return "action"
    try:
        if customer:
            attach(ledger, method, customer, present)
        elif kind.saving:
            raise declined(kind.saving)
    except StripeError as error:
        if error.status != 402:
            raise
        intent.update(status="requires_payment_method", payment_method=None, next_action=None)
        intent["last_setup_error"] = {**error.error, "payment_method": shown(method)}
        ledger.emit("setup_intent.setup_failed", intent)
        return error.error["decline_code"]
    intent.update(status="succeeded", next_action=None, last_setup_error=None)
    ledger.emit("setup_intent.succeeded", intent)
    return None


def by_secret(ledger: Ledger, secret: str) -> Thing:
    """The payment or setup intent of a client secret."""
    id_ = secret.partition("_secret_")[0]
    kind = "setup_intent" if id_.startswith("seti_") else "payment_intent"
    intent = ledger.find(kind, id_)
    if intent is None or intent["client_secret"] != secret:
        raise missing(kind, id_)
    return intent


def _entry(ledger: Ledger, source: Thing, type_: str, amount: int, fee: int) -> Thing:
    made = shapes.balance_transaction(
        ledger.new_id("balance_transaction"), ledger.now, source, type_, amount, fee
    )
    return ledger.put(made)


def _money(cents: int) -> str:
    return f"€{cents / 100:.2f}"
