"""The time zones a learner may have, the same at every door, and what people call them.

Cities are called as CLDR calls them. A zone that was renamed, as Europe/Kiev, stays as it was chosen, and is shown like
the one of today.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

DEFAULT_TIMEZONE: Final = "UTC"
WELL_KNOWN: Final = frozenset(
    f"{region}/{city}"
    for region, cities in {
        "Africa": "Johannesburg",
        "America": "Chicago Denver Halifax Los_Angeles Mexico_City New_York Phoenix Regina Sao_Paulo Toronto"
        " Vancouver",
        "Asia": "Almaty Bishkek Dubai Irkutsk Kamchatka Kolkata Magadan Novosibirsk Omsk Shanghai Singapore Tashkent"
        " Tbilisi Tokyo Vladivostok Yakutsk Yekaterinburg",
        "Australia": "Adelaide Brisbane Perth Sydney",
        "Europe": "Berlin Dublin Istanbul Kaliningrad Kyiv London Minsk Moscow Samara",
        "Pacific": "Auckland Honolulu",
    }.items()
    for city in cities.split()
)
"""What most learners choose from: every time of Russia; the times that a million people keep in the other countries
where mostly Russian or English is spoken, with Toronto and Vancouver beside New York and Los Angeles; some large cities
elsewhere."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A time zone to choose, and by what other names the same is known."""

    name: str
    label: str
    also: tuple[str, ...]


@cache
def known_timezones() -> frozenset[str]:
    """Every time zone a learner may have. What a machine calls its own is another one on the next machine."""
    return frozenset(available_timezones() - {"Factory", "localtime"})


def validate_timezone(name: str) -> None:
    """Raises ValidationError for a time zone there is not."""
    if name not in known_timezones():
        raise ValidationError(_("There is no such time zone."), code="no_such_timezone")


def offered(language: str, day: date) -> list[Offered]:
    """Each time zone once, by the offset of that day from west to east: the one of no city first, then by name."""
    zones = [Offered(name, label_of(name, language, day), others) for name, others in _names().items()]
    return sorted(
        zones, key=lambda zone: (offset_of(zone.name, day), "," in zone.label, zone.label.casefold())
    )


def label_of(name: str, language: str, day: date) -> str:
    """What people call a known time zone, by the offset of that day: "Москва, UTC+3"; "UTC−5" where no city has it."""
    city, offset = _city(_current(name), language), _utc(offset_of(name, day))
    return f"{city}, {offset}" if city else offset


def moment_in(name: str, when: datetime) -> str:
    """A moment by a zone's clock, saying which, in the language that is active: for who may be read to elsewhere."""
    there = when.astimezone(ZoneInfo(name))
    label = label_of(name, get_language() or "en", there.date())
    return f"{date_format(there, 'DATETIME_FORMAT')} ({label})"


def offset_of(name: str, day: date) -> timedelta:
    return datetime.combine(day, time(12), ZoneInfo(name)).utcoffset() or timedelta()


def _utc(offset: timedelta) -> str:
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{'−' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def _current(name: str) -> str:
    """The name of today of a time zone; the one of UTC for Greenwich's, too, where London is not meant."""
    current: str = get_global("zone_aliases").get(name, name)
    return DEFAULT_TIMEZONE if current in ("Etc/UTC", "Etc/GMT") else current


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """The other names of each time zone, by its name of today."""
    names: dict[str, list[str]] = {}
    for name in sorted(known_timezones()):
        others = names.setdefault(_current(name), [])
        if name != _current(name):
            others.append(name)
    return {name: tuple(others) for name, others in names.items()}


@cache
def _city(name: str, language: str) -> str:
    """What the language calls the city or island of a time zone, "" where there is none.

    CLDR has renamed zones under their old names. One that is newer than its tables is called as in its own name.
    """
    if "/" not in name or name.startswith("Etc/"):
        return ""
    called = Locale.parse(language, sep="-").time_zones
    cities = [called[one]["city"] for one in (name, *_names()[name]) if "city" in called.get(one, {})]
    return cities[0] if cities else name.rpartition("/")[2].replace("_", " ")
