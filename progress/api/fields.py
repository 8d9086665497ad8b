"""How the API shows figures."""

from collections.abc import Sized
from typing import Any, Final

from rest_framework import serializers

from accounts.units import as_reached, in_unit, nearest

DIGITS: Final = 2
"""Of figures that something is judged by."""


def reached(value: float) -> float:
    """A figure that was reached, such as a speed, an accuracy or minutes, cut as on pages."""
    return float(as_reached(value, DIGITS))


def reached_wpm(cpm: float) -> float:
    """Characters per minute that were reached as words per minute."""
    return float(as_reached(in_unit(cpm, "wpm"), DIGITS))


class Reached(serializers.FloatField):
    """A figure that was reached, such as a speed, an accuracy or minutes, cut as on pages."""

    def to_representation(self, value: float) -> float:
        return reached(value)


class Wpm(serializers.FloatField):
    """Characters per minute that were reached as words per minute."""

    def to_representation(self, cpm: float) -> float:
        return reached_wpm(cpm)


class Rounded(serializers.FloatField):
    """A figure that nothing is judged by, to so many digits."""

    def __init__(self, *, digits: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.digits = digits

    def to_representation(self, value: float) -> float:
        return float(nearest(value, self.digits))


class Whole(serializers.IntegerField):
    """A float to the nearest integer."""

    def to_representation(self, value: float) -> int:
        return int(nearest(value))


class Count(serializers.IntegerField):
    """How many there are of a collection."""

    def to_representation(self, value: Sized) -> int:
        return len(value)


class Events(serializers.ListField):
    """Keystrokes as a log has them."""

    child = serializers.ListField()

    def to_representation(self, events: list[Any]) -> list[Any]:
        # As they are, as a session has thousands: 0.7 µs each by the fields.
        return events
