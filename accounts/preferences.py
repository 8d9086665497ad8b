"""What a learner prefers, with what holds when they chose nothing."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import get_language

from .models import User
from .units import SpeedUnit


def unit(request: HttpRequest) -> SpeedUnit:
    """The unit speeds are shown in to who asks."""
    return unit_of(getattr(request, "user", None))


def unit_of(user: User | AnonymousUser | None) -> SpeedUnit:
    """The learner's choice, else зн/мин in Russian and WPM elsewhere, by the language that is active."""
    if user is not None and user.is_authenticated and user.unit:
        return cast(SpeedUnit, user.unit)
    return "cpm" if (get_language() or "").startswith("ru") else "wpm"


def language_of(user: User) -> str:
    """The language to write to a learner in, where no browser names one."""
    return user.language or settings.LANGUAGE_CODE


def context(request: HttpRequest) -> dict[str, SpeedUnit]:
    """Template context processor: `unit`."""
    return {"unit": unit(request)}
