"""Buttons that switch what may be chosen of the view, where it shows."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.choices import VIEW, to_text

register = template.Library()
BUTTON = '<button type="button" name="{}" value="{}" aria-pressed="{}">{}</button>\n'


@register.simple_tag(takes_context=True)
def toggle(context: dict[str, Any], name: str) -> SafeString:
    """A button that switches a choice; its value is what is not as usual, which <html> is told of."""
    choice = VIEW[name]
    is_on = context["view"][name]
    return format_html(BUTTON, name, to_text(not choice.default), "true" if is_on else "false", choice.label)
