"""How the reader's system switches keyboard layouts."""

import re
from typing import Any, Final

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

SWITCHED_BY: Final[tuple[tuple[str, Promise | str], ...]] = (
    (r"Android|iPhone|iPad", ""),
    (r"Windows", _("In Windows: Alt + Shift, or Windows + Space.")),
    (r"CrOS", _("On a Chromebook: Ctrl + Shift + Space.")),
    (r"Macintosh", _("On a Mac: Control + Space, or the key with the globe.")),
    (r"Linux|X11", _("In Linux, usually: Super (Windows) + Space.")),
)
"""By what stands in the header User-Agent; the first that fits. Telephones show how themselves."""


@register.simple_tag(takes_context=True)
def switching(context: dict[str, Any]) -> str:
    """The keys that switch layouts on the reader's system; "" where it is not known."""
    agent = context["request"].headers.get("User-Agent", "")
    return next((str(keys) for system, keys in SWITCHED_BY if re.search(system, agent)), "")
