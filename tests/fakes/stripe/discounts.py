"""Coupons and promotion codes: who may use one, and what becomes of it on a subscription or an invoice."""

from typing import Any

from tests.fakes.stripe import shapes
from tests.fakes.stripe.clock import add
from tests.fakes.stripe.errors import invalid, missing
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]


def still_valid(ledger: Ledger, coupon: Thing) -> bool:
    used_up = coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]
    return not used_up and (coupon["redeem_by"] is None or ledger.now <= coupon["redeem_by"])


def by_code(ledger: Ledger, code: str) -> Thing:
    """The active promotion code that a customer types."""
    for promotion in ledger.of("promotion_code"):
        if promotion["code"].lower() == code.strip().lower() and promotion["active"]:
            return promotion
    raise missing("promotion_code", code, "promotion_code", 400)


def chosen(ledger: Ledger, given: list[Thing], customer: Thing | None) -> list[tuple[Thing, Thing | None]]:
    """Coupons with their promotion codes, by [{"coupon": …}] or [{"promotion_code": …}]; raises for unusable ones."""
    found = []
    for entry in given:
        if entry.get("promotion_code"):
            promotion = ledger.get("promotion_code", entry["promotion_code"], "discounts")
            check(ledger, promotion, customer)
            found.append((ledger.get("coupon", promotion["promotion"]["coupon"]), promotion))
        elif entry.get("coupon"):
            coupon = ledger.get("coupon", entry["coupon"], "discounts")
            if not still_valid(ledger, coupon):
                raise invalid(
                    f"Coupon {coupon['id']} is used up and cannot be applied.", "coupon", "coupon_expired"
                )
            found.append((coupon, None))
    return found


def check(ledger: Ledger, promotion: Thing, customer: Thing | None) -> None:
    """Raises for a promotion code this customer cannot use now."""
    coupon = ledger.get("coupon", promotion["promotion"]["coupon"])
    limit, expires = promotion["max_redemptions"], promotion["expires_at"]
    spent = (limit is not None and promotion["times_redeemed"] >= limit) or not still_valid(ledger, coupon)
    if spent or not promotion["active"] or (expires is not None and ledger.now > expires):
        raise invalid(
            "This promotion code is expired or used up.", "promotion_code", "promotion_code_expired"
        )
    if promotion["customer"] and (customer is None or promotion["customer"] != customer["id"]):
        raise invalid("This promotion code is for another customer.", "promotion_code", "resource_missing")
    if promotion["restrictions"]["first_time_transaction"] and customer and _has_paid(ledger, customer):
        raise invalid("This promotion code is for first-time customers.", "promotion_code")


def redeem(ledger: Ledger, coupon: Thing, promotion: Thing | None, **whose: str | None) -> Thing:
    """A new discount; once: it has no end, and `spent` takes it away after one invoice."""
    end = None
    if coupon["duration"] == "repeating":
        end = add(ledger.now, "month", coupon["duration_in_months"])
    given = {**whose, "promotion_code": promotion and promotion["id"]}
    made = shapes.discount(ledger.new_id("discount"), ledger.now, end, coupon["id"], given)
    with ledger.change(coupon, "coupon.updated"):
        coupon["times_redeemed"] += 1
        coupon["valid"] = still_valid(ledger, coupon)
    if promotion:
        with ledger.change(promotion, "promotion_code.updated"):
            promotion["times_redeemed"] += 1
            limit = promotion["max_redemptions"]
            promotion["active"] = promotion["active"] and (
                limit is None or promotion["times_redeemed"] < limit
            )
    return ledger.put(made)


def in_force(ledger: Ledger, subscription: Thing, at: int) -> list[Thing]:
    """The discounts a subscription's invoice of that time gets."""
    found = [ledger.get("discount", id_) for id_ in subscription["discounts"]]
    return [discount for discount in found if discount["end"] is None or at < discount["end"]]


def coupons_of(ledger: Ledger, discounts: list[Thing]) -> list[Thing]:
    return [ledger.get("coupon", discount["source"]["coupon"]) for discount in discounts]


def spent(ledger: Ledger, subscription: Thing) -> None:
    """After an invoice: takes off the subscription what held once, or has ended."""
    for discount in [ledger.get("discount", id_) for id_ in subscription["discounts"]]:
        once = ledger.get("coupon", discount["source"]["coupon"])["duration"] == "once"
        if once or (discount["end"] is not None and discount["end"] <= ledger.now):
            subscription["discounts"].remove(discount["id"])
            ledger.emit("customer.discount.deleted", discount)


def _has_paid(ledger: Ledger, customer: Thing) -> bool:
    return any(charge["paid"] for charge in ledger.of("charge") if charge["customer"] == customer["id"])
