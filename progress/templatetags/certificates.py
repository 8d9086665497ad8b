"""What certificates want, in words."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.units import CPM_PER_WPM, SpeedUnit, speed, unit_label
from progress.honours.certificates import LIMITS, Level, Limit

register = template.Library()


@register.filter
def wants(limit: Limit, unit: SpeedUnit) -> str:
    """What a level asks for, as a sentence."""
    sentence = {
        Level.BRONZE: _(
            "A bronze certificate needs %(speed)s\u00a0%(unit)s and an accuracy of %(accuracy)s%%."
        ),
        Level.SILVER: _(
            "A silver certificate needs %(speed)s\u00a0%(unit)s and an accuracy of %(accuracy)s%%."
        ),
        Level.GOLD: _("A gold certificate needs %(speed)s\u00a0%(unit)s and an accuracy of %(accuracy)s%%."),
        Level.PLATINUM: _(
            "A platinum certificate needs %(speed)s\u00a0%(unit)s and an accuracy of %(accuracy)s%%."
        ),
    }[limit.level]
    return sentence % {
        "speed": speed(limit.wpm * CPM_PER_WPM, unit),
        "unit": unit_label(unit),
        "accuracy": number_format(limit.accuracy, 0),
    }


@register.filter
def meaning(level: str, unit: SpeedUnit) -> str:
    """What a level on a certificate says: "at least 60 WPM with an accuracy of 93% or more"."""
    limit = next(limit for limit in LIMITS if limit.level == level)
    return _("at least %(speed)s\u00a0%(unit)s with an accuracy of %(accuracy)s%% or more") % {
        "speed": speed(limit.wpm * CPM_PER_WPM, unit),
        "unit": unit_label(unit),
        "accuracy": number_format(limit.accuracy, 0),
    }
