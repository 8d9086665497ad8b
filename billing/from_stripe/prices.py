"""The plans at the prices Stripe has for them: a price belongs to the plan its lookup key names."""

from typing import Any, Final

import stripe
from djstripe.models import Price

from billing.models import Plan
from billing.stripe_api import asked

FIRST: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "monthly",
        "kind": Plan.Kind.SUBSCRIPTION,
        "name_ru": "На месяц",
        "name_en": "Monthly",
        "position": 1,
    },
    {
        "code": "yearly",
        "kind": Plan.Kind.SUBSCRIPTION,
        "name_ru": "На год",
        "name_en": "Yearly",
        "trial_days": 7,
        "position": 2,
    },
    {
        "code": "lifetime",
        "kind": Plan.Kind.LIFETIME,
        "name_ru": "Навсегда",
        "name_en": "For good",
        "position": 3,
    },
    {
        "code": "gift_year",
        "kind": Plan.Kind.GIFT,
        "name_ru": "Год в подарок",
        "name_en": "A year as a gift",
        "gift_days": 365,
        "position": 4,
    },
)
"""The plans there are when Stripe has a price for their code; editors of plans change them and add others."""


PERIODS: Final = ("month", "year")
"""In which subscriptions are sold."""


def sync_plans() -> list[Plan]:
    """Give each plan the active price of its code, or none; the plans with a price. Raises stripe.StripeError."""
    for fields in FIRST:
        Plan.objects.get_or_create(code=fields["code"], defaults=fields)
    plans = {plan.code: plan for plan in Plan.objects.all()}
    found = stripe.Price.list(active=True, limit=100, expand=["data.product"], **asked())
    priced = {
        price.lookup_key: price
        for price in found.auto_paging_iter()
        if price.lookup_key in plans and _fits(plan=plans[price.lookup_key], price=price)
    }
    for code, plan in plans.items():
        said = priced.get(code)
        stored = Price.sync_from_stripe_data(said, api_key=asked()["api_key"]) if said else None
        if plan.price != stored:
            plan.price = stored
            plan.save(update_fields=["price"])
    return [plan for plan in plans.values() if plan.price]


def _fits(*, plan: Plan, price: stripe.Price) -> bool:
    """Whether a price can be told and is of the plan's kind: so much, once or a month or a year."""
    if price.unit_amount is None:
        return False
    return bool(price.recurring and price.recurring.interval in PERIODS) == plan.is_subscription and (
        plan.is_subscription or not price.recurring
    )


def change_price(plan: Plan, amount: int) -> None:
    """Sell a plan for another amount from now on; who pays already goes on paying hers. Raises stripe.StripeError.

    Prices don't change at Stripe: a new one takes over the lookup key.
    """
    if plan.price is None:
        raise ValueError("a plan without a price")
    said = plan.price.stripe_data
    recurring = said.get("recurring")
    stripe.Price.create(
        product=said["product"] if isinstance(said["product"], str) else said["product"]["id"],
        currency=said["currency"],
        unit_amount=amount,
        lookup_key=plan.code,
        transfer_lookup_key=True,
        **(
            {"recurring": {name: recurring[name] for name in ("interval", "interval_count")}}
            if recurring
            else {}
        ),
        **asked(),
    )
    sync_plans()
    plan.refresh_from_db()
