"""How the API shows figures and keystrokes."""

from collections.abc import Sized
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.units import as_reached, in_unit, nearest
from progress.keystrokes.logs import MAX_EVENTS
from progress.keystrokes.replay import BACKSPACE, DELETE_WORD, LONGEST_TEXT

DIGITS: Final = 2
"""Of figures that something is judged by."""
EVENTS: Final = {
    "type": "array",
    "minItems": 1,
    "maxItems": MAX_EVENTS,
    "description": "One for each press of a key that typed or deleted something, in order.",
    "items": {
        "type": "array",
        "title": "Event",
        "description": "[dt, text, hold]",
        "minItems": 3,
        "maxItems": 3,
        "prefixItems": [
            {
                "title": "dt",
                "type": "number",
                "description": "ms since the event before; that of the first, and one below 0, count as 0",
            },
            {
                "title": "text",
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST_TEXT,
                "description": "what was typed; `\\n` for Enter, `\\b` (U+0008) for Backspace, `\\u0017` for the "
                "deletion of a word. No other control characters",
                "examples": ["f", "\n", BACKSPACE, DELETE_WORD],
            },
            {
                "title": "hold",
                "type": ["number", "null"],
                "description": "ms until the key went up; null where that is not known",
            },
        ],
    },
}
SHOWN_EVENTS: Final = {name: value for name, value in EVENTS.items() if name != "minItems"}
MODE_TEXT: Final = "`stop`: a wrong key does not move on; `free`: it does, and is taken back by Backspace"


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


class Percent(Rounded):
    """A share from 0 to 1 in per cent."""

    def to_representation(self, value: float) -> float:
        return super().to_representation(100 * value)


class Whole(serializers.IntegerField):
    """A float to the nearest integer."""

    def to_representation(self, value: float) -> int:
        return int(nearest(value))


class Count(serializers.IntegerField):
    """How many there are of a collection."""

    def to_representation(self, value: Sized) -> int:
        return len(value)


@extend_schema_field(EVENTS)
class Events(serializers.ListField):
    """Keystrokes as a log has them."""

    child = serializers.ListField()

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=1, max_length=MAX_EVENTS, **options)


@extend_schema_field(SHOWN_EVENTS)
class ShownEvents(serializers.ListField):
    """The same as they are kept, of a run just begun none."""

    child = serializers.ListField()

    def to_representation(self, events: list[Any]) -> list[Any]:
        # As they are, as a session has thousands: 0.7 µs each by the fields.
        return events
