"""Stripe's errors: what the API answers instead of an object, and what the hosted pages say."""

from typing import Any

DECLINES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}
"""Messages by decline code."""
OWN_CODES = ("expired_card", "incorrect_cvc", "processing_error", "authentication_required")


class StripeError(Exception):
    """An answer of 4xx or 5xx; `fields` are further fields of the error, such as `param` or `payment_intent`."""

    def __init__(self, status: int, type: str, message: str, **fields: Any) -> None:  # noqa: A002
        super().__init__(message)
        self.status = status
        self.error = {"type": type, "message": message, **{k: v for k, v in fields.items() if v is not None}}

    @property
    def message(self) -> str:
        return self.error["message"]


def invalid(
    message: str, param: str | None = None, code: str | None = None, status: int = 400
) -> StripeError:
    return StripeError(status, "invalid_request_error", message, param=param, code=code)


def missing(kind: str, id_: str, param: str = "id", status: int = 404) -> StripeError:
    """404 for the object of the address; 400 for one that a parameter names."""
    return invalid(f"No such {kind.split('.')[-1]}: '{id_}'", param, "resource_missing", status)


def required(param: str) -> StripeError:
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def declined(decline_code: str, **fields: Any) -> StripeError:
    code = decline_code if decline_code in OWN_CODES else "card_declined"
    return StripeError(
        402, "card_error", DECLINES[decline_code], code=code, decline_code=decline_code, **fields
    )
