"""How it looks, sounds and types: kept for whom it was chosen, said by the server from the first byte on."""

import re
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from accounts import guests
from accounts.choices import VIEW
from accounts.merging import merge
from accounts.models import User
from tests.api_client import Api

PAGE, CHOOSE = "/settings/view/", "/settings/view/choose/"
DARK = {"theme": "dark"}
ALL_SHOWN = {name: "on" for name in VIEW if name.startswith("show_")}


def said(client) -> str:
    """The tag of <html> and what stands before the content."""
    return client.get(PAGE).text.partition("<body")[0]


class TestPage:
    def test_a_learner_saves_what_she_likes_and_her_other_devices_have_it(self, anna, boris, browser_of):
        client = browser_of(anna)
        answer = client.post(PAGE, {**ALL_SHOWN, **DARK, "text_size": "40", "one_line": "on"}, follow=True)
        assert 'class="notice"' in answer.text and answer.redirect_chain == [(PAGE, 302)]
        anna.refresh_from_db()
        assert anna.view == {"theme": "dark", "text_size": 40, "one_line": True}
        elsewhere = said(browser_of(anna))
        tag = re.search("<html lang=.*>", elsewhere)[0]
        assert set(tag[:-1].split()[2:]) == {'data-theme="dark"', 'data-text-size="40"', 'data-one-line="on"'}
        assert '<meta name="color-scheme" content="dark">' in elsewhere
        boris.refresh_from_db()
        assert boris.view == {} and "data-theme" not in said(browser_of(boris))

    def test_a_strangers_browser_keeps_it_and_nobody_is_made(self, db, client):
        assert client.post(PAGE, {**ALL_SHOWN, **DARK}).url == PAGE
        assert client.cookies["view"].value == "theme:dark" and 'data-theme="dark"' in said(client)
        client.post(PAGE, ALL_SHOWN)
        assert "data-theme" not in said(client)
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("name", "value"), [("theme", "pink"), ("text_size", "41"), ("text_size", "x"), ("volume", "-1")]
    )
    def test_what_there_is_not_is_refused_in_words_and_the_rest_stands_there(
        self, anna, browser_of, name, value
    ):
        answer = browser_of(anna).post(PAGE, {**ALL_SHOWN, "font": "readable", name: value})
        assert (
            answer.status_code == 200
            and 'aria-invalid="true"' in answer.text
            and 'role="alert"' in answer.text
        )
        assert '<option value="readable" selected>' in answer.text
        anna.refresh_from_db()
        assert anna.view == {}

    def test_it_leads_back_to_where_one_came_from_on_this_site(self, anna, browser_of):
        client = browser_of(anna)
        assert 'name="next" value="/practice/ru/1/"' in client.get(PAGE, {"next": "/practice/ru/1/"}).text
        assert client.post(PAGE, {**ALL_SHOWN, "next": "/practice/ru/1/"}).url == "/practice/ru/1/"
        for bad in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
            assert client.get(PAGE, {"next": bad}).context["next_url"] == ""
            assert client.post(PAGE, {**ALL_SHOWN, "next": bad}).url == PAGE

    def test_wrong_method(self, client):
        assert client.delete(PAGE).status_code == 405 and client.get(CHOOSE).status_code == 405

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_the_line_shows_a_letter_done_wrong_and_next(self, db, client, language):
        preview = client.get(PAGE, headers={"Accept-Language": language}).context["preview"]
        assert all(preview[part].isalpha() for part in ("mistake", "typed", "now"))
        assert preview["typed"] != preview["mistake"]

    def test_queries(self, anna, browser_of, django_assert_num_queries):
        client = browser_of(anna)
        client.get(PAGE)
        with django_assert_num_queries(2):
            client.get(PAGE)


class TestChoosing:
    def test_one_choice_leaves_the_others(self, anna, browser_of):
        client = browser_of(anna)
        for sent in (DARK, {"show_speed": "off"}, {"volume": "7"}):
            assert client.post(CHOOSE, sent).status_code == 204
        anna.refresh_from_db()
        assert anna.view == {"theme": "dark", "show_speed": False, "volume": 7}
        client.post(CHOOSE, {"show_speed": "on", "theme": ""})
        anna.refresh_from_db()
        assert anna.view == {"volume": 7}

    def test_a_stranger_and_a_guest(self, guest, client, browser_of):
        for sent in (DARK, {"caret": "line"}):
            client.post(CHOOSE, sent)
        assert client.cookies["view"].value == "theme:dark.caret:line"
        browser_of(guest).post(CHOOSE, DARK)
        guest.refresh_from_db()
        assert guest.view == DARK

    @pytest.mark.parametrize(
        "sent",
        [{"theme": "pink"}, {"volume": "101"}, {"volume": "²"}, {"is_staff": "on"}, {"one_line": "yes"}],
    )
    def test_what_there_is_not_is_refused_whole(self, anna, browser_of, sent):
        assert browser_of(anna).post(CHOOSE, {**DARK, **sent}).status_code == 400
        anna.refresh_from_db()
        assert anna.view == {}

    def test_without_a_token_it_is_no_choice(self, db):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(CHOOSE, DARK).status_code == 403


class TestApi:
    def test_what_is_left_out_stays(self, anna):
        api = Api(anna)
        api.put("users/me", {"view": {"theme": "dark", "textSize": 24}})
        status, me = api.put("users/me", {"view": {"textSize": 0}})
        assert status == 200 and me["view"]["theme"] == "dark" and me["view"]["textSize"] == 0
        anna.refresh_from_db()
        assert anna.view == DARK

    @pytest.mark.parametrize(
        "view",
        [{"textSize": 15}, {"textSize": "x"}, {"theme": None}, {"oneLine": "perhaps"}, {"nothing": 1}, [], 1],
    )
    def test_what_there_is_not_is_refused(self, anna, view):
        assert Api(anna).put("users/me", {"view": view})[0] == 400
        anna.refresh_from_db()
        assert anna.view == {}

    @pytest.mark.parametrize(("size", "code", "bound"), [(41, "max_value", "40"), (15, "min_value", "16")])
    def test_the_bound_that_was_crossed_is_said(self, anna, size, code, bound):
        status, error = Api(anna).put("users/me", {"view": {"textSize": size}})
        assert status == 400 and code in str(error) and bound in str(error)


class TestBecomingKnown:
    def test_who_becomes_a_guest_takes_it_along(self, db, client):
        client.cookies["view"] = "theme:dark.nonsense:on"
        client.post("/settings/", {"timezone": "UTC"})
        assert User.objects.get().view == DARK and 'data-theme="dark"' in said(client)

    def test_who_signs_up_takes_it_along(self, db, client):
        client.cookies["view"] = "font:readable"
        client.post("/accounts/signup/", {"email": "new@example.com", "password1": "kettle-on-the-hob"})
        assert User.objects.get().view == {"font": "readable"}

    def test_the_cookie_is_nothing_to_who_is_known(self, anna, browser_of):
        client = browser_of(anna)
        client.cookies["view"] = "theme:dark"
        assert "data-theme" not in said(client)

    def test_merged_a_guests_choices_hold_where_the_account_made_none(self, anna, guest):
        User.objects.filter(pk=anna.pk).update(view={"theme": "sepia"}, unit="cpm", timezone="Europe/Moscow")
        User.objects.filter(pk=guest.pk).update(
            view={"theme": "dark", "caret": "line"},
            unit="wpm",
            keyboard="split",
            goal_minutes=7,
            timezone="Asia/Tokyo",
            language="ru",
        )
        assert merge(guest, anna, now=timezone.now())
        anna.refresh_from_db()
        assert anna.view == {"theme": "sepia", "caret": "line"}
        assert (anna.unit, anna.keyboard, anna.goal_minutes) == ("cpm", "split", 7)
        assert (anna.timezone, anna.language) == ("Europe/Moscow", "en")


class TestZone:
    """A guest's clock is her browser's from the first session on."""

    def claimed(self, user, zone: str) -> User:
        request = SimpleNamespace(user=user, COOKIES={})
        return guests.claim(request, learner_id=uuid.uuid4(), minted=True, now=timezone.now(), zone=zone)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("zone", "is_kept"),
        [
            ("Europe/Moscow", True),
            ("CET", True),
            ("Asia/Calcutta", True),
            ("Mars/Crater", False),
            ("", False),
        ],
    )
    def test_a_new_guest_has_the_zone_if_there_is_such_a_one(self, db, zone, is_kept):
        assert self.claimed(AnonymousUser(), zone).timezone == (zone if is_kept else "UTC")

    def test_an_account_keeps_its_own(self, anna):
        assert self.claimed(anna, "Asia/Tokyo") == anna
        anna.refresh_from_db()
        assert anna.timezone == "UTC"
