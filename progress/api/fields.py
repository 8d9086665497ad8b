"""How the API shows figures."""

from collections.abc import Sized
from typing import Any

from rest_framework import serializers

from accounts.units import CPM_PER_WPM


class Rounded(serializers.FloatField):
    """To so many digits."""

    def __init__(self, *, digits: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.digits = digits

    def to_representation(self, value: float) -> float:
        return round(value, self.digits)


class Wpm(serializers.FloatField):
    """Characters per minute as words per minute, to one digit."""

    def to_representation(self, cpm: float) -> float:
        return round(cpm / CPM_PER_WPM, 1)


class Whole(serializers.IntegerField):
    """A float to the nearest integer."""

    def to_representation(self, value: float) -> int:
        return round(value)


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
