"""A result in words."""

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.preferences import SpeedUnit
from accounts.templatetags.units import speed, unit_label
from progress.models import TypingSession
from progress.results import Result

register = template.Library()


@register.filter
def gain(result: Result, unit: SpeedUnit) -> str:
    """What changed in speed since the last session of the same lesson."""
    if result.gain is None:
        return _("the first run") if result.session.lesson_id else ""
    amount = speed(abs(result.gain), unit)
    if amount == "0":
        return _("as fast as last time")
    wording = (
        _("%(amount)s %(unit)s more than last time")
        if result.gain > 0
        else _("%(amount)s %(unit)s less than last time")
    )
    return wording % {"amount": amount, "unit": unit_label(unit)}


@register.filter
def duration(session: TypingSession) -> SafeString:
    """How long a session took: "58 seconds", "4:07 minutes"."""
    seconds = round(session.duration_ms / 1000)
    if seconds < 100:
        return format_html("<b>{}</b> {}", number_format(seconds), ngettext("second", "seconds", seconds))
    minutes, rest = divmod(seconds, 60)
    return format_html("<b>{}:{:02}</b> {}", number_format(minutes), rest, _("minutes"))


@register.filter
def again_url(session: TypingSession) -> str:
    """Where the same exercise is typed once more."""
    if session.lesson:
        return reverse("progress:practice", args=[session.lesson.course.slug, session.lesson.number])
    return reverse("coaching:drill", args=[session.text_id])
