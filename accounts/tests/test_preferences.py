import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from accounts.preferences import language_of

CHOICES = {
    "name": "Аня",
    "language": "ru",
    "layout": "en-dvorak",
    "keyboard": "split",
    "unit": "wpm",
    "timezone": "Asia/Tokyo",
}
OPTION = re.compile(r'<select [^>]*name="timezone"[^>]*>\n<option value="([^"]*)" selected>([^<]*)</option>')


def test_a_learner_saves_their_choices(anna, boris, browser_of):
    client = browser_of(anna)
    page = client.post("/settings/", CHOICES, follow=True).content
    assert b'<html lang="ru">' in page and b'class="notice"' in page
    anna.refresh_from_db()
    assert {name: getattr(anna, name) for name in CHOICES} == CHOICES
    boris.refresh_from_db()
    assert boris.timezone == "UTC"


def test_a_stranger_who_saves_becomes_a_guest(db, client):
    client.post("/settings/", CHOICES)
    guest = User.objects.get()
    assert guest.is_guest and guest.unit == "wpm"
    assert client.get("/settings/").wsgi_request.user == guest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "fr"),
        ("layout", "dvorak"),
        ("keyboard", "round"),
        ("unit", "mph"),
        ("timezone", "Mars/Crater"),
    ],
)
def test_what_is_not_offered_is_refused(db, client, name, value):
    assert b'aria-invalid="true"' in client.post("/settings/", {**CHOICES, name: value}).content
    assert not User.objects.exists()


def test_looking_makes_no_guest(db, client):
    assert client.get("/settings/").status_code == 200
    assert not User.objects.exists()


def test_the_browsers_zone_is_chosen_for_strangers_alone(anna, client, browser_of):
    assert b"data-offer-timezone" in client.get("/settings/").content
    refused = client.post("/settings/", {**CHOICES, "timezone": "UTC", "layout": "none"}).content
    assert b'aria-invalid="true"' in refused and b"data-offer-timezone" not in refused
    client = browser_of(anna)
    client.post("/settings/", {**CHOICES, "timezone": "UTC"})
    page = client.get("/settings/").content
    assert b"data-offer-timezone" not in page and b'<option value="UTC" selected>' in page
    client.post("/settings/", CHOICES)
    page = client.get("/settings/").content
    assert b"data-offer-timezone" not in page
    assert OPTION.findall(page.decode()) == [("Asia/Tokyo", "Токио, UTC+9")]


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Etc/GMT+5", "UTC−5"),
        ("Europe/Kiev", "Kyiv, UTC+2"),
        ("CET", "Brussels, UTC+1"),
        ("Asia/Calcutta", "Kolkata, UTC+5:30"),
    ],
)
@time_machine.travel("2026-01-15T12:00Z")
def test_ones_own_zone_stands_first_by_whatever_name_and_is_kept(anna, browser_of, zone, label):
    User.objects.filter(pk=anna.pk).update(timezone=zone)
    client = browser_of(anna)
    page = client.get("/settings/").content.decode()
    assert OPTION.findall(page) == [(zone, label)]
    assert client.post("/settings/", {"timezone": OPTION.findall(page)[0][0]}).status_code == 302
    assert User.objects.get().timezone == zone


def test_one_there_is_not_is_refused_in_words(anna, browser_of):
    client = browser_of(anna)
    for language, sentence in (("en", "There is no such time zone."), ("ru", "Такого часового пояса нет.")):
        User.objects.filter(pk=anna.pk).update(language=language)
        page = client.post("/settings/", {**CHOICES, "timezone": "Mars/Crater"}).content.decode()
        assert sentence in page and OPTION.findall(page) == [("Mars/Crater", "Mars/Crater")]
    assert User.objects.get().timezone == "UTC"


def test_what_was_sent_is_no_markup(anna, browser_of):
    page = browser_of(anna).post("/settings/", {**CHOICES, "timezone": '"><script>'}).content.decode()
    assert '"><script>' not in page and 'aria-invalid="true"' in page


def test_wrong_method(db, client):
    assert client.delete("/settings/").status_code == 405


class TestLanguageSwitch:
    def switch(self, client, language="ru", to="/settings/"):
        return client.post("/language/", {"language": language, "next": to})

    def test_a_stranger_keeps_it_in_the_browser(self, db, client):
        assert self.switch(client).url == "/settings/"
        assert b'<html lang="ru">' in client.get("/settings/").content
        assert not User.objects.exists()

    @pytest.mark.parametrize("who", ["anna", "guest"])
    def test_it_wins_over_what_a_learner_chose_before(self, who, request, browser_of):
        user = request.getfixturevalue(who)
        client = browser_of(user)
        assert b'<html lang="en">' in client.get("/settings/").content
        self.switch(client)
        assert b'<html lang="ru">' in client.get("/settings/").content
        assert User.objects.get().language == "ru"

    def test_an_unknown_language_changes_nothing(self, anna, browser_of):
        self.switch(browser_of(anna), "xx")
        assert User.objects.get().language == "en"

    def test_it_leads_nowhere_else(self, client):
        assert self.switch(client, to="https://example.org/").url == "/"

    def test_only_by_post(self, client):
        assert client.get("/language/").status_code == 405


def test_last_seen_is_noted_once_a_day(anna, browser_of):
    client = browser_of(anna)
    before = User.objects.get().last_seen
    client.get("/settings/")
    assert User.objects.get().last_seen == before
    User.objects.update(last_seen=timezone.now() - timedelta(days=2))
    client.get("/settings/")
    assert timezone.now() - User.objects.get().last_seen < timedelta(minutes=1)


class TestLanguageOfMails:
    """Who left the language to the browser is written to in the language she last read in."""

    @pytest.fixture
    def undecided(self, anna):
        User.objects.update(language="")
        return anna

    @staticmethod
    def language():
        return language_of(User.objects.get())

    def test_is_that_of_the_browser(self, undecided, browser_of):
        assert self.language() == "en"
        browser_of(undecided).get("/settings/", headers={"accept-language": "ru-RU,ru;q=0.9"})
        assert self.language() == "ru"

    def test_is_that_of_another_client(self, undecided, client):
        pair = tokens.start_family(undecided, now=timezone.now())
        headers = {"authorization": f"Bearer {pair.access}", "accept-language": "ru"}
        assert client.get("/api/v1/users/me", headers=headers).status_code == 200
        assert self.language() == "ru"

    def test_stays_where_none_is_asked_for(self, undecided, browser_of):
        User.objects.update(seen_language="ru")
        browser_of(undecided).get("/settings/")
        assert self.language() == "ru"

    def test_is_the_chosen_one(self, anna, browser_of):
        browser_of(anna).get("/settings/", headers={"accept-language": "ru"})
        assert self.language() == "en"

    def test_is_noted_once(self, undecided, browser_of):
        client = browser_of(undecided)
        for is_noted in (True, False):
            with CaptureQueriesContext(connection) as queries:
                client.get("/settings/", headers={"accept-language": "ru"})
            assert any('seen_language" = ' in query["sql"] for query in queries) == is_noted
