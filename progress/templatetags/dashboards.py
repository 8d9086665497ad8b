"""The dashboard's figures in words and places."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons import keyboards
from lessons.models import localised

register = template.Library()


@register.filter
def hours(minutes: float) -> SafeString:
    """A long time, its numbers to be shown large: "48 min", "3 h 5 min"."""
    whole = round(minutes)
    if whole < 60:
        return format_html("<b>{}</b> {}", whole, _("min"))
    return format_html("<b>{}</b> {} <b>{}</b> {}", number_format(whole // 60), _("h"), whole % 60, _("min"))


@register.filter
def minutes(value: float) -> str:
    """The practice of a day."""
    whole = round(value)
    if value and not whole:
        return _("less than a minute")
    return ngettext("%(count)s minute", "%(count)s minutes", whole) % {"count": whole}


@register.filter
def layout_name(code: str) -> str:
    names = keyboards.layout(code).names
    return localised(names["ru"], names["en"])


@register.filter
def percent(share: float) -> str:
    """A share as a number of per cent."""
    return number_format(100 * share, 1)


@register.filter
def arrow(pair: str) -> str:
    return f"{pair[0]} → {pair[1]}"


@register.filter
def visible(typed: str) -> str:
    """Characters as they can be seen alone."""
    return typed.replace(" ", "␣").replace("\n", "⏎")
