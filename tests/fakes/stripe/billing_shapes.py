"""Objects in the shape of the pinned API version: subscriptions, invoices, Checkout, portal, webhooks."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.stripe.shapes import Thing, blank, listed, plan

NO_TAX = {"disabled_reason": None, "enabled": False, "liability": None}
ISSUER = {"type": "self"}


def subscription_item(
    id_: str, created: int, subscription: str, price: Thing, quantity: int, period: tuple[int, int]
) -> Thing:
    return {
        "id": id_,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": created,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": {},
        "plan": plan(price),
        "price": price,
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def subscription(
    id_: str, created: int, customer: str, currency: str, items: list[Thing], given: Mapping[str, Any]
) -> Thing:
    return {
        "id": id_,
        "object": "subscription",
        **blank(
            "application application_fee_percent billing_cycle_anchor_config billing_thresholds "
            "cancel_at canceled_at customer_account days_until_due default_payment_method "
            "default_source description ended_at latest_invoice next_pending_invoice_item_invoice "
            "on_behalf_of pause_collection pending_invoice_item_interval pending_setup_intent "
            "pending_update schedule test_clock transfer_data trial_end trial_start"
        ),
        "automatic_tax": NO_TAX,
        "billing_cycle_anchor": created,
        "billing_mode": {
            "flexible": {"proration_discounts": "included"},
            "type": "flexible",
            "updated_at": created,
        },
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": created,
        "currency": currency,
        "customer": customer,
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": ISSUER},
        "items": listed(f"/v1/subscription_items?subscription={id_}", items),
        "livemode": False,
        "metadata": {},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "start_date": created,
        "status": "incomplete",
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        **given,
    }


def pricing(price: Thing) -> Thing:
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def line_item(
    id_: str, amount: int, price: Thing, description: str, period: tuple[int, int], given: Mapping[str, Any]
) -> Thing:
    """A line of an invoice; whose it is, `parent` in `given` says."""
    return {
        "id": id_,
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": None,
        "period": {"end": period[1], "start": period[0]},
        "pretax_credit_amounts": [],
        "pricing": pricing(price),
        "quantity": 1,
        "quantity_decimal": "1",
        "subscription": None,
        "subtotal": amount,
        "taxes": [],
        **given,
    }


def of_item(item: str, subscription: str, proration: bool = False, invoice_item: str | None = None) -> Thing:
    """The parent of a line that a subscription item causes."""
    details = {
        "invoice_item": invoice_item,
        "proration": proration,
        "proration_details": {"credited_items": None},
        "subscription": subscription,
        "subscription_item": item,
    }
    return {
        "invoice_item_details": None,
        "subscription_item_details": details,
        "type": "subscription_item_details",
    }


def invoice_item(id_: str, created: int, customer: str, line: Thing) -> Thing:
    """A line that waits for the next invoice."""
    parent = line["parent"]
    details = parent and (parent["subscription_item_details"] or parent["invoice_item_details"])
    return {
        "id": id_,
        "object": "invoiceitem",
        **blank("customer_account invoice proration_details test_clock"),
        "amount": line["amount"],
        "currency": line["currency"],
        "customer": customer,
        "date": created,
        "description": line["description"],
        "discountable": line["discountable"],
        "discounts": [],
        "livemode": False,
        "metadata": line["metadata"],
        "net_amount": line["amount"],
        "parent": details
        and {
            "subscription_details": {
                "subscription": details["subscription"],
                "subscription_item": details.get("subscription_item"),
            },
            "type": "subscription_details",
        },
        "period": line["period"],
        "pricing": line["pricing"],
        "proration": bool(details and details["proration"]),
        "quantity": line["quantity"],
        "quantity_decimal": line["quantity_decimal"],
        "tax_rates": [],
    }


def invoice(
    id_: str, created: int, customer: Thing, currency: str, reason: str, given: Mapping[str, Any]
) -> Thing:
    """A draft without lines."""
    return {
        "id": id_,
        "object": "invoice",
        **blank(
            "account_tax_ids application automatically_finalizes_at custom_fields customer_account "
            "customer_shipping default_payment_method default_source description due_date effective_at "
            "ending_balance footer from_invoice hosted_invoice_url invoice_pdf last_finalization_error "
            "latest_revision next_payment_attempt number on_behalf_of parent receipt_number rendering "
            "shipping_cost shipping_details statement_descriptor test_clock"
        ),
        **blank(
            "amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count "
            "post_payment_credit_notes_amount pre_payment_credit_notes_amount subtotal "
            "subtotal_excluding_tax total total_excluding_tax",
            0,
        ),
        **blank("created period_end period_start webhooks_delivered_at", created),
        "account_country": "DE",
        "account_name": "Typing Trainer",
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {**NO_TAX, "provider": None, "status": None},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "currency": currency,
        "customer": customer["id"],
        **{f"customer_{name}": customer[name] for name in ("address", "email", "name", "phone")},
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": ISSUER,
        "lines": listed(f"/v1/invoices/{id_}/lines", []),
        "livemode": False,
        "metadata": {},
        "payment_settings": blank("default_mandate payment_method_options payment_method_types"),
        "starting_balance": customer["balance"],
        "status": "draft",
        "status_transitions": blank("finalized_at marked_uncollectible_at paid_at voided_at"),
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        **given,
    }


def invoice_payment(id_: str, created: int, of: Thing, intent: str) -> Thing:
    return {
        "id": id_,
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": of["amount_due"],
        "created": created,
        "currency": of["currency"],
        "invoice": of["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }


def checkout_session(id_: str, created: int, mode: str, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "checkout.session",
        **blank(
            "after_expiration allow_promotion_codes billing_address_collection cancel_url "
            "client_reference_id client_secret collected_information consent consent_collection "
            "currency currency_conversion customer customer_account customer_creation customer_details "
            "customer_email invoice invoice_creation locale origin_context payment_intent payment_link "
            "payment_method_configuration_details permissions recovered_from "
            "saved_payment_method_options setup_intent shipping_address_collection shipping_cost "
            "submit_type subscription success_url url wallet_options"
        ),
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": 0,
        "amount_total": 0,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": created,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "discounts": [],
        "expires_at": created + 86400,
        "livemode": False,
        "metadata": {},
        "mode": mode,
        "payment_method_collection": "always" if mode == "subscription" else "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        **given,
    }


def webhook_endpoint(id_: str, created: int, url: str, events: list[str], given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": created,
        "description": None,
        "enabled_events": events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
        **given,
    }
