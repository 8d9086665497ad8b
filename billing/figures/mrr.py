"""What a subscription of Stripe pays for a month, and what it was at a moment, by Stripe's fields; without Django.

https://docs.stripe.com/api/subscriptions/object, of the version in `STRIPE_API_VERSION`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from billing.periods import months_of

Object = Mapping[str, Any]
"""An object of Stripe as its API shows it; amounts are in the smallest unit of the currency."""
State = Literal["active", "past_due", "trialing"]


def state_at(subscription: Object, moment: datetime) -> State | None:
    """What a subscription was at a moment by what is known of it now; None when it was not live, or never paid for.

    One that ended on its trial, or is paused, was only ever trialing. One that is unpaid now was paid for until
    `ended_at`, which must be given for it, as Stripe only sets it once a subscription is cancelled.
    """
    at, status = moment.timestamp(), subscription["status"]
    begun, ended = subscription["start_date"], ended_at(subscription)
    if status in ("incomplete", "incomplete_expired") or begun >= at or (ended is not None and ended < at):
        return None
    if paid_from(subscription) >= at:
        return "trialing"
    if status == "paused" or (status == "unpaid" and ended is None):
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
    paid = sum(
        (_unit(item) * (item.get("quantity") or 0) / months_of(item["price"]) for item in items), Fraction(0)
    )
    for discount in discounts:
        coupon = discount["source"]["coupon"]
        if is_standing(discount, moment) and items:
            if coupon.get("percent_off"):
                paid *= 1 - Fraction(str(coupon["percent_off"])) / 100
            else:
                paid -= Fraction(coupon.get("amount_off") or 0) / months_of(items[0]["price"])
    return max(paid, Fraction(0))


def is_standing(discount: Object, moment: datetime) -> bool:
    """Whether it will be taken off the payments to come."""
    end = discount.get("end")
    return discount["source"]["coupon"]["duration"] != "once" and (end is None or end > moment.timestamp())


def _unit(item: Object) -> Fraction:
    price = item["price"]
    exact = price.get("unit_amount_decimal")
    return Fraction(str(exact if exact is not None else price.get("unit_amount") or 0))
