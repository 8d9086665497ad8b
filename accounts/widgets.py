"""Lists of choices, written at once: templates take two includes for each option."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .models import DEFAULT_TIMEZONE, known_timezones


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


@lru_cache(maxsize=2)
def timezones(day: date) -> list[tuple[str, str]]:
    """Every region's time zones from west to east, as `(UTC+3) Europe/Moscow` by the offset of that day."""
    noon = datetime.combine(day, time(12))
    names = [name for name in known_timezones() if "/" in name and not name.startswith("Etc/")]
    offsets = sorted((noon.replace(tzinfo=ZoneInfo(name)).utcoffset() or timedelta(), name) for name in names)
    zones = [(name, f"({_utc(offset)}) {name.replace('_', ' ')}") for offset, name in offsets]
    return [(DEFAULT_TIMEZONE, DEFAULT_TIMEZONE), *zones]


def _utc(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


@lru_cache(maxsize=2)
def zone_options(day: date) -> SafeString:
    """The options of those time zones: some hundred, which take twice as long to make as all else on the page."""
    return format_html_join("\n", '<option value="{}">{}</option>', timezones(day))


class ZoneSelect(forms.Select):
    """A select whose options are made once a day."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = zone_options(timezone.now().date())
        own = format_html('<option value="{}"', value or "")
        chosen = mark_safe(f"{own} selected")  # noqa: S308 (escaped above)
        if own in options:
            options = mark_safe(options.replace(own, chosen))  # noqa: S308
        elif value:
            options = format_html("{}\n{}>{}</option>", options, chosen, value)
        all_attrs = flatatt({**self.attrs, **(attrs or {}), "name": name})
        return format_html("<select{}>\n{}\n</select>", all_attrs, options)
