"""Lists of choices, written at once: templates take two includes for each option."""

from datetime import date
from functools import lru_cache
from typing import Any, Final

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .choices import InterfaceLanguage
from .time_zones import WELL_KNOWN, known_timezones, label_of, offered


class PlainSelect(forms.Select):
    """A select without groups of options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        selected = mark_safe(" selected")
        choices = ((str(one), label) for one, label in self.choices)
        options = ((one, selected if one == chosen else "", label) for one, label in choices)
        all_attrs = flatatt({**self.attrs, **(attrs or {}), "name": name})
        drawn = format_html_join("\n", '<option value="{}"{}>{}</option>', options)
        return format_html("<select{}>\n{}\n</select>", all_attrs, drawn)


@lru_cache(maxsize=2 * len(InterfaceLanguage))
def zone_options(language: str, day: date) -> SafeString:
    """The options of all time zones, well-known cities apart: some hundred, more work than all else on the page."""
    zones = offered(language, day)
    cities = ((zone.name, "", zone.label) for zone in zones if zone.name in WELL_KNOWN)
    every = ((zone.name, flatatt({"data-also": " ".join(zone.also) or False}), zone.label) for zone in zones)
    groups = ((_("Well-known cities"), cities), (_("All time zones"), every))
    option = '<option value="{}"{}>{}</option>'
    drawn = ((label, format_html_join("\n", option, options)) for label, options in groups)
    return format_html_join("\n", '<optgroup label="{}">\n{}\n</optgroup>', drawn)


class ZoneSelect(forms.Select):
    """A select of time zones, the learner's own first. Its script offers the browser's and searches, if it runs."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        language, day = get_language() or settings.LANGUAGE_CODE, timezone.now().date()
        own = str(value or "")
        all_attrs = {**self.attrs, **(attrs or {}), "name": name}
        return format_html(
            ZONE_SELECT,
            attrs=flatatt(all_attrs),
            own=own,
            label=label_of(own, language, day) if own in known_timezones() else own,
            options=zone_options(language, day),
            search=f"{all_attrs.get('id', name)}_search",
            find=_("Find another city"),
            refusal=_(
                "Choose a city from the list. A place that is not in it has the time of a larger city nearby."
            ),
        )


ZONE_SELECT: Final = """<select{attrs}>
<option value="{own}" selected>{label}</option>
{options}
</select>
<div class="zone-search" hidden>
<label for="{search}">{find}</label>
<input type="search" id="{search}" list="{search}_list" autocomplete="off" data-refusal="{refusal}">
<datalist id="{search}_list"></datalist>
</div>"""
