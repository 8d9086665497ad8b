"""To which countries text messages go: those of SMS_COUNTRIES, and nowhere to numbers made to cost the sender."""

from typing import Final

from django.conf import settings

COSTLY: Final = ("1900", "1976", "870", "878", "881", "882", "883", "979")
"""Calling codes of satellites, of networks of no country, and of numbers whose owner earns from being called."""


def is_served(number: str) -> bool:
    """Whether text messages go to a number in the form of E.164."""
    digits = number.removeprefix("+")
    return digits.startswith(tuple(settings.SMS_COUNTRIES)) and not digits.startswith(COSTLY)
