"""What a subscription pays for a month, and what it was at a moment."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.figures.mrr import monthly, paid_from, state_at
from billing.figures.tests.stripe_rows import at, coupon, discount, price, subscription

NOW = at("2026-11-21")
BEGUN = at("2026-06-01")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([price(amount=499)], 499),
        ([price(amount=3999, interval="year")], Fraction(3999, 12)),
        ([price(amount=1200, recurring={"interval": "month", "interval_count": 3})], 400),
        ([price(amount=84, interval="week")], 365),
        ([price(amount=12, interval="day")], 365),
        ([price(unit_amount=None, unit_amount_decimal="0.5")], Fraction(1, 2)),
        ([price(amount=100), price(amount=1200, interval="year")], 200),
    ],
)
def test_a_price_for_a_month(prices, expected):
    assert monthly(subscription(BEGUN, *prices), [], NOW) == expected


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        ([coupon(percent_off=20.0)], 960),
        ([coupon(percent_off=12.5)], 1050),
        ([coupon(amount_off=120, currency="eur")], 1190),
        ([coupon(percent_off=50), coupon(amount_off=1200)], 500),
        ([coupon(percent_off=20, duration="once")], 1200),
        ([coupon(amount_off=10**9)], 0),
        ([coupon(percent_off=100)], 0),
    ],
)
def test_standing_discounts_are_taken_off_a_yearly_price(off, expected):
    bought = subscription(BEGUN, price(amount=14_400, interval="year"))
    assert monthly(bought, [discount(one) for one in off], NOW) == expected


def test_a_repeating_discount_holds_until_it_ends():
    off = discount(coupon(percent_off=50, duration="repeating"), end=NOW)
    assert monthly(subscription(BEGUN, price(amount=100)), [off], NOW - SECOND) == 50
    assert monthly(subscription(BEGUN, price(amount=100)), [off], NOW) == 100


@given(
    amount=st.integers(0, 10**7),
    quantity=st.integers(0, 50),
    interval=st.sampled_from(["day", "week", "month", "year"]),
    percent=st.integers(0, 100),
)
def test_a_year_pays_twelve_months_whatever_the_interval(amount, quantity, interval, percent):
    bought = subscription(BEGUN, price(amount=amount, interval=interval))
    bought["items"]["data"][0]["quantity"] = quantity
    a_year = {"day": 365, "week": Fraction(365, 7), "month": 12, "year": 1}[interval]
    paid = monthly(bought, [discount(coupon(percent_off=percent))], NOW)
    assert paid * 12 == Fraction(amount * quantity * (100 - percent), 100) * a_year


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "active"),
        ({"status": "past_due"}, "past_due"),
        ({"status": "trialing", "trial_end": NOW + SECOND}, "trialing"),
        ({"trial_end": NOW - SECOND}, "active"),
        ({"trial_end": NOW}, "trialing"),
        ({"status": "unpaid"}, None),
        ({"status": "unpaid", "ended_at": NOW - SECOND}, None),
        ({"status": "unpaid", "ended_at": NOW}, "active"),
        ({"status": "paused"}, None),
        ({"status": "incomplete"}, None),
        ({"status": "incomplete_expired"}, None),
        ({"ended_at": NOW - SECOND}, None),
        ({"ended_at": NOW}, "active"),
        ({"ended_at": NOW + SECOND}, "active"),
        ({"ended_at": NOW - SECOND, "trial_end": NOW - SECOND}, None),
        ({"ended_at": NOW + SECOND, "trial_end": NOW + SECOND}, "trialing"),
        ({"cancel_at_period_end": True}, "active"),
    ],
)
def test_what_it_was_when_a_day_ended(fields, state):
    assert state_at(subscription(BEGUN, **fields), NOW) == state


def test_it_begins_within_the_day_that_ends():
    assert state_at(subscription(NOW), NOW) is None
    assert state_at(subscription(NOW - SECOND), NOW) == "active"


@given(
    trial=st.none() | st.integers(0, 60),
    end=st.none() | st.integers(0, 120),
    asked=st.lists(st.integers(-5, 130), min_size=2, max_size=2),
)
def test_once_paid_it_is_never_on_trial_again_and_once_over_never_live(trial, end, asked):
    moments = {
        "trial_end": trial and BEGUN + timedelta(days=trial),
        "ended_at": end and BEGUN + timedelta(days=end),
    }
    bought = subscription(BEGUN, **{name: when for name, when in moments.items() if when})
    order = {None: 0, "trialing": 1, "active": 2}
    earlier, later = (order[state_at(bought, BEGUN + timedelta(days=day))] for day in sorted(asked))
    assert earlier <= later or later == 0
    assert paid_from(bought) >= bought["start_date"]
