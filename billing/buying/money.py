"""Amounts of money as a reader of the page's language writes them."""

from decimal import Decimal

from babel.numbers import format_currency
from django.utils.translation import get_language
from djstripe.settings import djstripe_settings


def money(amount: int, currency: str) -> str:
    """An amount in the currency's smallest unit, as in «4,99 €» and "€4.99"."""
    return format_currency(whole(amount, currency), currency.upper(), locale=get_language() or "en")


def whole(amount: int, currency: str) -> Decimal:
    """An amount in the currency's usual unit, exactly."""
    return Decimal(amount).scaleb(-decimals(currency))


def smallest(amount: Decimal, currency: str) -> int:
    """An amount of the currency's usual unit in its smallest one; the inverse of `whole`."""
    return int(amount.scaleb(decimals(currency)))


def decimals(currency: str) -> int:
    """How many decimals Stripe writes the currency with."""
    return 0 if currency in djstripe_settings.ZERO_DECIMAL_CURRENCIES else 2
