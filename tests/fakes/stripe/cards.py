"""The test cards: what each does when it is saved and when it is charged."""

import hashlib
from dataclasses import dataclass
from typing import Any

from tests.fakes.stripe.errors import StripeError, invalid

Thing = dict[str, Any]


@dataclass(frozen=True)
class CardKind:
    """`saving` and `charging` are why the bank declines; `asks` when it wants its owner: never, once or always."""

    brand: str = "visa"
    saving: str | None = None
    charging: str | None = None
    asks: str = "never"


def _declining(code: str) -> CardKind:
    return CardKind(saving=code, charging=code)


CARDS = {
    "4242424242424242": CardKind(),
    "5555555555554444": CardKind("mastercard"),
    "4000000000000002": _declining("generic_decline"),
    "4000000000009995": _declining("insufficient_funds"),
    "4000000000009987": _declining("lost_card"),
    "4000000000000069": _declining("expired_card"),
    "4000000000000127": _declining("incorrect_cvc"),
    "4000000000000119": _declining("processing_error"),
    "4000000000000341": CardKind(charging="generic_decline"),
    "4000002500003155": CardKind(asks="once"),
    "4000002760003184": CardKind(asks="always"),
}
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequired": "4000002760003184",
}
"""Payment methods that are always there, by the card they stand for."""


def digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdecimal())


def card_of(number: str, month: int, year: int, now_year: int) -> Thing:
    """The `card` of a payment method; raises the errors of a card that can't be."""
    number = digits(number)
    if number not in CARDS:
        raise StripeError(
            402, "card_error", "Your card number is incorrect.", code="incorrect_number", param="number"
        )
    year += 2000 if year < 100 else 0
    if not 1 <= month <= 12:
        raise invalid("Your card's expiration month is invalid.", "exp_month", "invalid_expiry_month", 402)
    if year < now_year:
        raise invalid("Your card's expiration year is invalid.", "exp_year", "invalid_expiry_year", 402)
    return {
        "brand": CARDS[number].brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "DE",
        "display_brand": CARDS[number].brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": hashlib.sha256(number.encode()).hexdigest()[:16],
        "funding": "credit",
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [CARDS[number].brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
        "_number": number,
    }


def kind_of(method: Thing) -> CardKind:
    return CARDS[method["card"]["_number"]]
