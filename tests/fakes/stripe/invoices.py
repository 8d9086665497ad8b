"""Invoices: drawn up from lines, finalised, paid or not; what comes of it for a subscription, subscriptions.py says."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.stripe import amounts, billing_shapes, discounts, payments
from tests.fakes.stripe.clock import HOUR
from tests.fakes.stripe.errors import StripeError, declined, invalid
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]
DRAFT_FOR = HOUR
"""How long the invoice of a renewal stays a draft."""


def draw_up(
    ledger: Ledger,
    customer: Thing,
    lines: Sequence[Thing],
    reason: str,
    *,
    currency: str,
    subscription: Thing | None = None,
    cuts: Sequence[Thing] = (),
    given: Mapping[str, Any] | None = None,
    preview: bool = False,
) -> Thing:
    """A draft with all its sums. Nothing is kept and nobody told: a preview and the real one come from here alike.

    `cuts` are the discounts; they apply to lines that are `discountable`.
    """
    id_ = ("upcoming_" if preview else "") + ledger.new_id("invoice")
    draft = billing_shapes.invoice(id_, ledger.now, customer, currency, reason, given or {})
    if subscription:
        details = {
            "metadata": dict(subscription["metadata"]),
            "subscription": subscription["id"],
            "subscription_proration_date": None,
        }
        draft["parent"] = {
            "quote_details": None,
            "subscription_details": details,
            "type": "subscription_details",
        }
    draft["lines"]["data"] = [
        {
            **line,
            "invoice": id_,
            "subscription": line["subscription"] or (subscription and subscription["id"]),
        }
        for line in lines
    ]
    draft["discounts"] = [cut["id"] for cut in cuts]
    _add_up(ledger, draft, cuts)
    return draft


def _add_up(ledger: Ledger, draft: Thing, cuts: Sequence[Thing]) -> None:
    lines = draft["lines"]["data"]
    open_to = [line for line in lines if line["discountable"]]
    coupons = discounts.coupons_of(ledger, list(cuts))
    taken = amounts.discounted([line["amount"] for line in open_to], coupons)
    for line in lines:
        line["discount_amounts"] = []
    for cut, parts in zip(cuts, taken, strict=True):
        for line, part in zip(open_to, parts, strict=True):
            line["discount_amounts"].append({"amount": part, "discount": cut["id"]})
    draft["total_discount_amounts"] = [
        {"amount": sum(parts), "discount": cut["id"]} for cut, parts in zip(cuts, taken, strict=True)
    ]
    subtotal = sum(line["amount"] for line in lines)
    total = subtotal - sum(map(sum, taken))
    settled = amounts.settle(total, draft["starting_balance"])
    draft.update(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal,
        total=total,
        total_excluding_tax=total,
        amount_due=settled.due,
        amount_remaining=settled.due,
    )


def net(line: Thing) -> int:
    """What a line costs after its discounts."""
    return line["amount"] - sum(part["amount"] for part in line["discount_amounts"])


def issue(ledger: Ledger, draft: Thing, *, finalizes_in: int | None = None) -> Thing:
    """Keeps a draft and takes pending items into it; it is finalised by itself after `finalizes_in` seconds."""
    for line in draft["lines"]["data"]:
        parent = line["parent"] or {}
        details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
        if item := ledger.find("invoiceitem", details.get("invoice_item")):
            item["invoice"] = draft["id"]
    if finalizes_in is not None:
        draft["automatically_finalizes_at"] = ledger.now + finalizes_in
    customer = ledger.get("customer", draft["customer"])
    if customer["currency"] is None:
        with ledger.change(customer, "customer.updated"):
            customer["currency"] = draft["currency"]
    return ledger.put(draft, "invoice.created")


def finalize(ledger: Ledger, invoice: Thing) -> None:
    """From draft to open, with number, pages and payment intent; what is nothing is paid at once."""
    if invoice["status"] != "draft":
        raise invalid(
            "This invoice is already finalized, you can't re-finalize it.", code="invoice_not_editable"
        )
    customer = ledger.get("customer", invoice["customer"])
    with ledger.change(customer, "customer.updated"):
        if invoice.get("_apart"):
            settled = amounts.Settled(invoice["total"], customer["balance"])
        else:
            settled = amounts.settle(invoice["total"], customer["balance"])
        invoice["starting_balance"], customer["balance"] = customer["balance"], settled.balance
        number = customer["next_invoice_sequence"]
        customer["next_invoice_sequence"] = number + 1
    page = f"{ledger.url}/i/{ledger.word(32)}"
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04}",
        amount_due=settled.due,
        amount_remaining=settled.due,
        ending_balance=settled.balance,
        hosted_invoice_url=page,
        invoice_pdf=f"{page}/pdf",
        effective_at=ledger.now,
        automatically_finalizes_at=None,
    )
    invoice["status_transitions"]["finalized_at"] = ledger.now
    if settled.due:
        given = {"customer": customer["id"], "description": _what(invoice), "_invoice": invoice["id"]}
        intent = payments.new_intent(ledger, settled.due, invoice["currency"], given)
        ledger.put(
            billing_shapes.invoice_payment(
                ledger.new_id("invoice_payment"), ledger.now, invoice, intent["id"]
            )
        )
    ledger.emit("invoice.finalized", invoice)
    if not settled.due:
        _paid(ledger, invoice)


def pay(ledger: Ledger, invoice: Thing, method: Thing | None, *, present: bool = False) -> str | None:
    """Tries to charge an open invoice; what is returned says why it stays open."""
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] != "open":
        raise invalid(f"This invoice is {invoice['status']} and cannot be paid.", code="invoice_not_editable")
    reason = payments.confirm(ledger, intent_of(ledger, invoice), method, present=present)
    return record_attempt(ledger, invoice, reason)


def record_attempt(ledger: Ledger, invoice: Thing, reason: str | None) -> str | None:
    with ledger.change(invoice, None):
        invoice["attempt_count"] += 1
        invoice["attempted"] = True
    if reason is None:
        _paid(ledger, invoice)
    else:
        ledger.emit("invoice.payment_failed", invoice)
        if reason == "action":
            ledger.emit("invoice.payment_action_required", invoice)
    return reason


def refuse(ledger: Ledger, invoice: Thing, reason: str) -> StripeError:
    """The error for a payment that was asked for and failed."""
    if reason == "missing":
        return invalid(
            "This customer has no attached payment source or default payment method.", code="resource_missing"
        )
    return declined("authentication_required" if reason == "action" else reason)


def void(ledger: Ledger, invoice: Thing) -> None:
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(
            f"This invoice is {invoice['status']} and cannot be voided.", code="invoice_not_editable"
        )
    if (intent := intent_of(ledger, invoice)) and intent["status"] != "succeeded":
        payments.cancel_intent(ledger, intent, "void_invoice")
    invoice.update(status="void", next_payment_attempt=None, auto_advance=False)
    invoice["status_transitions"]["voided_at"] = ledger.now
    ledger.emit("invoice.voided", invoice)


def payments_of(ledger: Ledger, invoice: Thing) -> list[Thing]:
    return [payment for payment in ledger.of("invoice_payment") if payment["invoice"] == invoice["id"]]


def intent_of(ledger: Ledger, invoice: Thing) -> Thing:
    """The payment intent of an open invoice; an empty one when there is nothing to pay."""
    for payment in payments_of(ledger, invoice):
        return ledger.get("payment_intent", payment["payment"]["payment_intent"])
    return {}


def of_intent(ledger: Ledger, intent: Thing) -> Thing | None:
    return ledger.find("invoice", intent.get("_invoice"))


def subscription_of(ledger: Ledger, invoice: Thing) -> Thing | None:
    details = invoice["parent"] and invoice["parent"]["subscription_details"]
    return ledger.find("subscription", details["subscription"]) if details else None


def pending(ledger: Ledger, customer: Thing, subscription: Thing | None) -> list[Thing]:
    """Lines for the invoice items that wait for the next invoice."""
    lines = []
    for item in ledger.of("invoiceitem"):
        of = item["parent"] and item["parent"]["subscription_details"]["subscription"]
        if (
            item["customer"] == customer["id"]
            and item["invoice"] is None
            and of in (None, subscription and subscription["id"])
        ):
            lines.append(item["_line"])
    return lines


def wait(ledger: Ledger, customer: Thing, line: Thing) -> Thing:
    """Makes a line an invoice item, which the next invoice takes."""
    item = billing_shapes.invoice_item(ledger.new_id("invoiceitem"), ledger.now, customer["id"], line)
    parent = line["parent"]
    if parent and parent["subscription_item_details"]:
        parent["subscription_item_details"]["invoice_item"] = item["id"]
    else:
        details = {
            "invoice_item": item["id"],
            "proration": False,
            "proration_details": None,
            "subscription": None,
        }
        line["parent"] = {
            "invoice_item_details": details,
            "subscription_item_details": None,
            "type": "invoice_item_details",
        }
    item["_line"] = line
    return ledger.put(item, "invoiceitem.created")


def _paid(ledger: Ledger, invoice: Thing) -> None:
    with ledger.change(invoice, "invoice.updated"):
        invoice.update(
            status="paid",
            amount_paid=invoice["amount_due"],
            amount_remaining=0,
            attempted=True,
            auto_advance=False,
            next_payment_attempt=None,
        )
        invoice["status_transitions"]["paid_at"] = ledger.now
    for payment in payments_of(ledger, invoice):
        payment.update(status="paid", amount_paid=payment["amount_requested"])
        payment["status_transitions"]["paid_at"] = ledger.now
        ledger.emit("invoice_payment.paid", payment)
    ledger.emit("invoice.paid", invoice)
    ledger.emit("invoice.payment_succeeded", invoice)


def _what(invoice: Thing) -> str:
    return {
        "subscription_create": "Subscription creation",
        "subscription_cycle": "Subscription update",
        "subscription_update": "Subscription update",
    }.get(invoice["billing_reason"], f"Payment for invoice {invoice['number']}")
