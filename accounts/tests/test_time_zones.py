"""What time zones are called, at what offset, and that none is without a name."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
import time_machine
from babel.core import get_global

from accounts.models import InterfaceLanguage, User
from accounts.time_zones import WELL_KNOWN, known_timezones, label_of, offered

WINTER, SUMMER = date(2026, 1, 15), date(2026, 7, 15)


@pytest.mark.parametrize(
    ("name", "russian", "english"),
    [
        ("Europe/Moscow", "Москва, UTC+3", "Moscow, UTC+3"),
        ("America/New_York", "Нью-Йорк, UTC−5", "New York, UTC−5"),
        ("America/St_Johns", "Сент-Джонс, UTC−3:30", "St. John’s, UTC−3:30"),
        ("America/Argentina/Buenos_Aires", "Буэнос-Айрес, UTC−3", "Buenos Aires, UTC−3"),
        ("Asia/Kolkata", "Калькутта, UTC+5:30", "Kolkata, UTC+5:30"),
        ("Europe/London", "Лондон, UTC", "London, UTC"),
        ("UTC", "UTC", "UTC"),
        ("GMT", "UTC", "UTC"),
        ("Etc/GMT-3", "UTC+3", "UTC+3"),
        # By names that are no longer those of today.
        ("Asia/Calcutta", "Калькутта, UTC+5:30", "Kolkata, UTC+5:30"),
        ("Europe/Kiev", "Киев, UTC+2", "Kyiv, UTC+2"),
        ("CET", "Брюссель, UTC+1", "Brussels, UTC+1"),
        ("EST5EDT", "Нью-Йорк, UTC−5", "New York, UTC−5"),
    ],
)
def test_they_are_called_as_people_call_them(name, russian, english):
    assert (label_of(name, "ru", WINTER), label_of(name, "en", WINTER)) == (russian, english)


@pytest.mark.parametrize("language", InterfaceLanguage.values)
def test_every_one_is_offered_once_by_a_name_of_its_own(language):
    zones = offered(language, WINTER)
    names = [name for zone in zones for name in (zone.name, *zone.also)]
    assert sorted(names) == sorted(known_timezones())
    assert len({zone.label for zone in zones}) == len(zones)
    assert all(re.fullmatch(r"(.+, )?UTC([+−]\d{1,2}(:\d\d)?)?", zone.label) for zone in zones)


def test_russian_ones_have_russian_names():
    latin = {zone.name for zone in offered("ru", WINTER) if re.match(r"(?!UTC)[A-Za-z]", zone.label)}
    assert not latin & set(get_global("zone_territories")), "CLDR has a name that is not found"


def test_they_stand_from_west_to_east_and_then_by_name():
    labels = [zone.label for zone in offered("ru", WINTER)]
    at = labels.index
    assert (
        at("Нью-Йорк, UTC−5")
        < at("UTC")
        < at("Лондон, UTC")
        < at("Москва, UTC+3")
        < at("Калькутта, UTC+5:30")
    )
    assert at("UTC+3") < at("Минск, UTC+3") < at("Москва, UTC+3") < at("о-в Сахалин, UTC+11")
    assert at("Магадан, UTC+11") < at("о-в Сахалин, UTC+11") < at("Среднеколымск, UTC+11")


def test_the_short_list_is_short_and_holds_every_time_of_russia():
    assert len(WELL_KNOWN) < 50 and {zone.name for zone in offered("en", WINTER)} > WELL_KNOWN
    well_known = {label_of(name, "en", WINTER).rpartition(", ")[2] for name in WELL_KNOWN}
    assert well_known >= {f"UTC+{hours}" for hours in range(2, 13)}


def test_what_a_machine_calls_its_own_is_none():
    assert known_timezones() == available_timezones() - {"Factory", "localtime"}


@pytest.mark.django_db
class TestOfToday:
    def page(self, client, moment):
        with time_machine.travel(moment, tick=False):
            return client.get("/settings/").content.decode()

    def test_the_offset_is_the_days(self, client):
        before, change = "2026-03-07T12:00Z", "2026-03-08T12:00Z"
        assert ">New York, UTC−5</option>" in self.page(client, before)
        assert ">New York, UTC−4</option>" in self.page(client, change)
        assert ">Berlin, UTC+1</option>" in self.page(client, change)
        assert ">Sydney, UTC+11</option>" in self.page(client, change)
        assert ">Berlin, UTC+2</option>" in self.page(client, "2026-03-29T12:00Z")
        assert ">Sydney, UTC+10</option>" in self.page(client, "2026-07-01T12:00Z")

    def test_languages_are_told_apart(self, client):
        moment = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=12)
        assert ">New York, UTC−4</option>" in self.page(client, moment)
        client.post("/language/", {"language": "ru", "next": "/"})
        page = self.page(client, moment)
        assert ">Нью-Йорк, UTC−4</option>" in page and ">New York" not in page
        assert 'label="Основные города"' in page and 'label="Все часовые пояса"' in page
        assert not User.objects.exists()
