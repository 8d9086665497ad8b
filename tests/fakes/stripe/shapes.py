"""Objects in the shape of the pinned API version: catalogue, customers, payments. All times in seconds."""

from collections.abc import Mapping, Sequence
from typing import Any

Thing = dict[str, Any]


def blank(names: str, value: str | int | None = None) -> Thing:
    """Fields that are null, or `value`, until something says otherwise."""
    return dict.fromkeys(names.split(), value)


def listed(url: str, things: Sequence[Any], more: bool = False) -> Thing:
    return {"object": "list", "data": list(things), "has_more": more, "url": url}


def product(id_: str, created: int, name: str, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "product",
        **blank(
            "default_price description package_dimensions shippable statement_descriptor tax_code "
            "unit_label url"
        ),
        "active": True,
        "created": created,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "type": "service",
        "updated": created,
        **given,
    }


def price(
    id_: str, created: int, product_id: str, currency: str, amount: int, given: Mapping[str, Any]
) -> Thing:
    recurring = given.get("recurring")
    if recurring:
        recurring = {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": recurring.get("trial_period_days"),
            "usage_type": "licensed",
        }
    return {
        "id": id_,
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": given.get("metadata") or {},
        "nickname": given.get("nickname"),
        "product": product_id,
        "recurring": recurring,
        "tax_behavior": given.get("tax_behavior") or "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def plan(of: Thing) -> Thing:
    """The old form of a recurring price, which subscription items still carry."""
    return {
        "id": of["id"],
        "object": "plan",
        **blank("meter tiers_mode transform_usage trial_period_days"),
        "active": of["active"],
        "amount": of["unit_amount"],
        "amount_decimal": of["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": of["created"],
        "currency": of["currency"],
        "interval": of["recurring"]["interval"],
        "interval_count": of["recurring"]["interval_count"],
        "livemode": False,
        "metadata": of["metadata"],
        "nickname": of["nickname"],
        "product": of["product"],
        "usage_type": "licensed",
    }


def coupon(id_: str, created: int, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "coupon",
        **blank("amount_off currency duration_in_months max_redemptions name percent_off redeem_by"),
        "created": created,
        "duration": "once",
        "livemode": False,
        "metadata": {},
        "times_redeemed": 0,
        "valid": True,
        **given,
    }


def promotion_code(id_: str, created: int, code: str, coupon_id: str, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "promotion_code",
        **blank("customer customer_account expires_at max_redemptions"),
        "active": True,
        "code": code,
        "created": created,
        "livemode": False,
        "metadata": {},
        "promotion": {"coupon": coupon_id, "type": "coupon"},
        "restrictions": {
            "first_time_transaction": False,
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
        "times_redeemed": 0,
        **given,
    }


def discount(id_: str, start: int, end: int | None, coupon_id: str, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "discount",
        **blank(
            "checkout_session customer customer_account invoice invoice_item promotion_code "
            "subscription subscription_item"
        ),
        "end": end,
        "source": {"coupon": coupon_id, "type": "coupon"},
        "start": start,
        **given,
    }


def customer(id_: str, created: int, invoice_prefix: str, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "customer",
        **blank(
            "address currency customer_account default_source description discount email name phone "
            "shipping test_clock"
        ),
        "balance": 0,
        "created": created,
        "delinquent": False,
        "invoice_prefix": invoice_prefix,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        **given,
    }


NOBODY = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


def payment_method(id_: str, created: int, card: Thing, billing: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {**NOBODY, **billing},
        "card": card,
        "created": created,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def payment_intent(
    id_: str, created: int, amount: int, currency: str, secret: str, given: Mapping[str, Any]
) -> Thing:
    return {
        "id": id_,
        "object": "payment_intent",
        **blank(
            "application application_fee_amount automatic_payment_methods canceled_at "
            "cancellation_reason customer customer_account description excluded_payment_method_types "
            "last_payment_error latest_charge next_action on_behalf_of payment_method "
            "payment_method_configuration_details processing receipt_email review setup_future_usage "
            "shipping source statement_descriptor statement_descriptor_suffix transfer_data "
            "transfer_group"
        ),
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{id_}_secret_{secret}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        **given,
    }


def setup_intent(id_: str, created: int, secret: str, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "setup_intent",
        **blank(
            "application automatic_payment_methods cancellation_reason customer customer_account "
            "description excluded_payment_method_types flow_directions last_setup_error latest_attempt "
            "mandate next_action on_behalf_of payment_method payment_method_configuration_details "
            "single_use_mandate"
        ),
        "client_secret": f"{id_}_secret_{secret}",
        "created": created,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
        **given,
    }


def charge(
    id_: str, created: int, intent: Thing, method: Thing, decline: str | None, message: str | None
) -> Thing:
    """A try to take the money of `intent`; `decline` says why it failed."""
    good = decline is None
    amount = intent["amount"]
    return {
        "id": id_,
        "object": "charge",
        **blank(
            "application application_fee application_fee_amount balance_transaction "
            "failure_balance_transaction on_behalf_of receipt_email receipt_number receipt_url review "
            "shipping source source_transfer statement_descriptor statement_descriptor_suffix "
            "transfer_data transfer_group"
        ),
        "amount": amount,
        "amount_captured": amount if good else 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "TYPING TRAINER",
        "captured": good,
        "created": created,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None if good else "card_declined",
        "failure_message": message,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network" if good else "declined_by_network",
            "reason": decline,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "Payment complete." if good else message,
            "type": "authorized" if good else "issuer_declined",
        },
        "paid": good,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": {**method["card"], "amount_authorized": amount}, "type": "card"},
        "radar_options": {},
        "refunded": False,
        "status": "succeeded" if good else "failed",
    }


def balance_transaction(id_: str, created: int, source: Thing, type_: str, amount: int, fee: int) -> Thing:
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Fee",
            "type": "stripe_fee",
        }
    ]
    return {
        "id": id_,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created,
        "balance_type": "payments",
        "created": created,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": {"adjustment": "dispute"}.get(type_, type_),
        "source": source["id"],
        "status": "available",
        "type": type_,
    }


def refund(id_: str, created: int, of: Thing, amount: int, given: Mapping[str, Any]) -> Thing:
    return {
        "id": id_,
        "object": "refund",
        **blank("balance_transaction reason receipt_number source_transfer_reversal transfer_reversal"),
        "amount": amount,
        "charge": of["id"],
        "created": created,
        "currency": of["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "status": "succeeded",
        **given,
    }


def dispute(id_: str, created: int, of: Thing, reason: str, due_by: int) -> Thing:
    return {
        "id": id_,
        "object": "dispute",
        "amount": of["amount"] - of["amount_refunded"],
        "balance_transactions": [],
        "charge": of["id"],
        "created": created,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "83"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
