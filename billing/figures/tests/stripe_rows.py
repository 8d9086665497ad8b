"""Rows of dj-stripe as its webhooks leave them, of objects with the fields that the figures read."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from djstripe.models import Customer, Invoice, Subscription

from accounts.models import User

NUMBERS = count(1)


def at(day: str, clock: str = "12:00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


def seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def price(plan: str = "monthly", amount: int = 499, interval: str = "month", **fields: Any) -> dict[str, Any]:
    recurring = {"interval": interval, "interval_count": 1}
    values = {"id": f"price_{plan}", "lookup_key": plan, "currency": "eur", "unit_amount": amount}
    return values | {"unit_amount_decimal": str(amount), "recurring": recurring} | fields


def subscription(begun: datetime, *prices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A subscription as Stripe shows it; `trial_end` and `ended_at` are moments."""
    items = [{"price": one, "quantity": 1, "discounts": []} for one in prices or [price()]]
    moments = {name: seconds(fields.pop(name, None)) for name in ("trial_end", "ended_at")}
    status = "canceled" if moments["ended_at"] else "active"
    values = {"id": f"sub_{next(NUMBERS)}", "object": "subscription", "status": status, "discounts": []}
    return values | {"start_date": seconds(begun), "items": {"data": items}} | moments | fields


def coupon(**fields: Any) -> dict[str, Any]:
    return {
        "id": f"coupon_{next(NUMBERS)}",
        "duration": "forever",
        "percent_off": None,
        "amount_off": None,
    } | fields


def discount(of: dict[str, Any], *, end: datetime | None = None) -> dict[str, Any]:
    return {"id": f"di_{next(NUMBERS)}", "end": seconds(end), "source": {"type": "coupon", "coupon": of}}


def customer_of(user: User | None) -> Customer:
    number = next(NUMBERS)
    return Customer.objects.create(id=f"cus_{number}", subscriber=user, livemode=False, stripe_data={})


def store(data: dict[str, Any], user: User | None = None) -> Subscription:
    return Subscription.objects.create(
        id=data["id"], customer=customer_of(user), livemode=False, stripe_data=data
    )


def pay(user: User | None, when: datetime, amount: int = 499) -> Invoice:
    data = {"status": "paid", "amount_paid": amount, "status_transitions": {"paid_at": seconds(when)}}
    return Invoice.objects.create(
        id=f"in_{next(NUMBERS)}", customer=customer_of(user), livemode=False, stripe_data=data
    )
