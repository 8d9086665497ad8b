"""What a subscription of Stripe pays for a month, and what it was at a moment, by Stripe's fields; without Django.

https://docs.stripe.com/api/subscriptions/object, of the version in `STRIPE_API_VERSION`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, Literal

Object = Mapping[str, Any]
"""An object of Stripe as its API shows it; amounts are in the smallest unit of the currency."""
State = Literal["active", "past_due", "trialing"]
MONTHS: Final = {
    "month": Fraction(1),
    "year": Fraction(12),
    "week": Fraction(7 * 12, 365),
    "day": Fraction(12, 365),
}


def state_at(subscription: Object, moment: datetime) -> State | None:
    """What a subscription was at a moment by what is known of it now; None when it was not live, or never paid for.

    One that is unpaid or paused now is live no more, and one that ended on its trial was only ever trialing.
    """
    at, status = moment.timestamp(), subscription["status"]
    begun, ended = subscription["start_date"], ended_at(subscription)
    if status in ("incomplete", "incomplete_expired") or begun >= at or (ended is not None and ended < at):
        return None
    if paid_from(subscription) >= at:
        return "trialing"
    if status in ("unpaid", "paused"):
        return None
    return "past_due" if status == "past_due" else "active"


def paid_from(subscription: Object) -> int:
    """When it begins to be paid for, in s since the epoch: after its trial, if it has one."""
    return subscription.get("trial_end") or subscription["start_date"]


def ended_at(subscription: Object) -> int | None:
    """When it ended, in s since the epoch."""
    return subscription.get("ended_at") or None


def monthly(subscription: Object, discounts: Iterable[Object], moment: datetime) -> Fraction:
    """What it pays for a month: each item's price times its quantity, less standing discounts, over its months.

    `discounts`: its discounts, each with its coupon in `source`. One that holds once is none; an amount is taken off
    each payment. At least 0.
    """
    items: Sequence[Object] = subscription["items"]["data"]
    paid = sum((_unit(item) * (item.get("quantity") or 0) / months(item) for item in items), Fraction(0))
    for discount in discounts:
        coupon = discount["source"]["coupon"]
        if is_standing(discount, moment) and items:
            if coupon.get("percent_off"):
                paid *= 1 - Fraction(str(coupon["percent_off"])) / 100
            else:
                paid -= Fraction(coupon.get("amount_off") or 0) / months(items[0])
    return max(paid, Fraction(0))


def months(item: Object) -> Fraction:
    """Between one payment for an item and the next: a year has 12, a day 12/365."""
    every = item["price"]["recurring"]
    return MONTHS[every["interval"]] * every["interval_count"]


def is_standing(discount: Object, moment: datetime) -> bool:
    """Whether it will be taken off the payments to come."""
    end = discount.get("end")
    return discount["source"]["coupon"]["duration"] != "once" and (end is None or end > moment.timestamp())


def _unit(item: Object) -> Fraction:
    price = item["price"]
    exact = price.get("unit_amount_decimal")
    return Fraction(str(exact if exact is not None else price.get("unit_amount") or 0))
