"""The arithmetic of billing, in cents: shares of a period, discounts, what an invoice comes to. Pure.

Source: https://docs.stripe.com/billing/subscriptions/prorations
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LEAST = 50
"""What is less is not charged but carried over to the customer's balance."""


def whole(amount: Decimal) -> int:
    """Cents, halves away from zero."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def share(amount: int, period: tuple[int, int], since: int) -> int:
    """What of the price of a period falls to the seconds from `since` to its end."""
    start, end = period
    left = min(max(end - since, 0), end - start)
    return whole(Decimal(amount) * left / (end - start))


def off(amount: int, coupon: dict[str, Any]) -> int:
    """What a coupon takes off an amount, never more than it."""
    if coupon["percent_off"] is not None:
        return whole(Decimal(amount) * Decimal(str(coupon["percent_off"])) / 100)
    return min(coupon["amount_off"], amount)


def discounted(amounts: Sequence[int], coupons: Sequence[dict[str, Any]]) -> list[list[int]]:
    """For each coupon what it takes off each amount; one after the other from what is left.

    A fixed amount is spread over the amounts in proportion, the last one taking what rounding leaves.
    """
    left = [max(amount, 0) for amount in amounts]
    taken = []
    for coupon in coupons:
        if coupon["percent_off"] is not None:
            cut = [off(amount, coupon) for amount in left]
        else:
            cut = _spread(min(coupon["amount_off"], sum(left)), left)
        taken.append(cut)
        left = [amount - part for amount, part in zip(left, cut, strict=True)]
    return taken


def _spread(total: int, over: Sequence[int]) -> list[int]:
    parts, spread, seen, everything = [], 0, 0, sum(over)
    for amount in over:
        seen += amount
        until = whole(Decimal(total) * seen / everything) if everything else 0
        parts.append(until - spread)
        spread = until
    return parts


@dataclass(frozen=True)
class Settled:
    """What is asked of a card for an invoice, and the balance the customer is left with (below 0: her credit)."""

    due: int
    balance: int


def settle(total: int, balance: int) -> Settled:
    owed = total + balance
    if owed >= LEAST:
        return Settled(owed, 0)
    return Settled(0, owed)
