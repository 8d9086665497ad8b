"""What a learner prefers, with what holds when they chose nothing."""

from typing import Literal, cast

from django.http import HttpRequest
from django.utils.translation import get_language

SpeedUnit = Literal["cpm", "wpm"]


def unit(request: HttpRequest) -> SpeedUnit:
    """The unit speeds are shown in: the learner's choice, else зн/мин in Russian and WPM elsewhere."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.unit:
        return cast(SpeedUnit, user.unit)
    return "cpm" if (get_language() or "").startswith("ru") else "wpm"


def context(request: HttpRequest) -> dict[str, SpeedUnit]:
    """Template context processor: `unit`."""
    return {"unit": unit(request)}
