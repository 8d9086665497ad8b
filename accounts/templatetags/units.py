"""Speeds in the learner's unit: `{{ session.cpm|speed:unit }} {{ unit|unit_label }}`."""

import math

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext

from accounts.preferences import SpeedUnit

register = template.Library()

CPM_PER_WPM = 5


@register.filter
def speed(cpm: float, unit: SpeedUnit) -> str:
    """Characters per minute as a whole number of `unit`, halves rounded up as browsers do."""
    value = cpm if unit == "cpm" else cpm / CPM_PER_WPM
    return number_format(math.floor(value + 0.5), decimal_pos=0)


@register.filter
def unit_label(unit: SpeedUnit) -> str:
    return gettext("CPM") if unit == "cpm" else gettext("WPM")
