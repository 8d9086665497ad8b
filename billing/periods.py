"""How long what Stripe's prices are for lasts; without Django."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

MONTHS: Final = {
    "month": Fraction(1),
    "year": Fraction(12),
    "week": Fraction(7 * 12, 365),
    "day": Fraction(12, 365),
}
"""In each of the intervals that Stripe's prices recur by."""


def months_of(price: Mapping[str, Any]) -> Fraction:
    """How many months one payment of a price of Stripe's is for; 0 for what is paid once."""
    every = price.get("recurring")
    return MONTHS[every["interval"]] * every.get("interval_count", 1) if every else Fraction(0)
