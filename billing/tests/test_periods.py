"""How long a price is for, and how that is said."""

from fractions import Fraction

import pytest
from django.utils import translation

from billing.figures.mrr import monthly
from billing.figures.tests.stripe_rows import at, price, subscription
from billing.periods import MONTHS, months_of
from billing.wording import period

NOW = at("2026-11-21")


def every(count: int, interval: str) -> dict:
    return price(amount=1200, recurring={"interval": interval, "interval_count": count})


@pytest.mark.parametrize(
    ("bought", "english", "russian"),
    [
        ({}, "once", "разово"),
        ({"recurring": None}, "once", "разово"),
        (every(1, "month"), "a month", "в месяц"),
        (every(3, "month"), "every 3 months", "раз в 3 месяца"),
        (every(12, "month"), "a year", "в год"),
        (every(2, "year"), "every 24 months", "раз в 24 месяца"),
        (every(1, "week"), "every 7 days", "раз в 7 дней"),
        (every(1, "day"), "every 1 day", "раз в 1 день"),
        (every(22, "day"), "every 22 days", "раз в 22 дня"),
    ],
)
def test_how_often_it_is_paid(bought, english, russian):
    said = {}
    for language in ("en", "ru"):
        with translation.override(language):
            said[language] = period(months_of(bought))
    assert said == {"en": english, "ru": russian}


@pytest.mark.parametrize("interval", MONTHS)
def test_figures_and_pages_mean_the_same_by_a_month(interval):
    bought = every(2, interval)
    paid = monthly(subscription(at("2026-06-01"), bought), [], NOW)
    assert paid * months_of(bought) == Fraction(1200)
