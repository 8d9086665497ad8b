"""What one door accepts, all others keep: the settings' pages, the API, the cookie of a stranger."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import (
    PROFILE,
    VIEW,
    Choice,
    Number,
    OneOf,
    Switch,
    chosen_of,
    from_cookie,
    to_cookie,
    to_text,
)
from accounts.models import User
from accounts.preferences import View
from accounts.time_zones import known_timezones
from tests.api_client import Api


def values_of(choice: Choice) -> st.SearchStrategy:
    """All that a choice accepts."""
    if isinstance(choice, OneOf):
        return st.sampled_from(list(choice.values))
    if isinstance(choice, Number):
        return st.integers(choice.least, choice.most) | st.just(choice.default)
    return st.booleans() if isinstance(choice, Switch) else st.sampled_from(sorted(known_timezones()))


profiles = st.fixed_dictionaries({name: values_of(choice) for name, choice in PROFILE.items()})
views = st.fixed_dictionaries({name: values_of(choice) for name, choice in VIEW.items()})
anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just([]) | st.just({})
)


def camel(name: str) -> str:
    first, *words = name.split("_")
    return first + "".join(word.title() for word in words)


def held_by(user: User) -> tuple[dict, dict]:
    user.refresh_from_db()
    view = View(user.view)
    return {name: getattr(user, name) for name in PROFILE}, {name: view[name] for name in VIEW}


def fields(page) -> dict[str, str]:
    """What a browser would send of a form that it was shown."""
    form, sent = page.context["form"], {}
    for bound in form:
        value = bound.value()
        if bound.widget_type == "checkbox":
            sent |= {bound.name: "on"} if value else {}
        else:
            sent[bound.name] = "" if value is None else str(value)
    return sent


class TestDoors:
    @pytest.fixture
    def pages(self, anna) -> Client:
        client = Client()
        client.force_login(anna)
        return client

    @pytest.fixture
    def api(self, anna) -> Api:
        return Api(anna)

    @settings(max_examples=8)
    @given(profile=profiles, view=views)
    def test_the_api_accepts_all_of_it_and_the_pages_keep_it(self, anna, pages, api, profile, view):
        cache.clear()
        body = {camel(name): value for name, value in profile.items()}
        body["view"] = {camel(name): value for name, value in view.items()}
        status, answer = api.put("users/me", body)
        assert status == 200, answer
        assert {name: answer[name] for name in body} == body
        assert held_by(anna) == (profile, view)
        for address in ("/settings/", "/settings/view/"):
            saved = pages.post(address, fields(pages.get(address)))
            assert saved.status_code == 302, saved.context["form"].errors
        assert held_by(anna) == (profile, view)

    @settings(max_examples=8)
    @given(profile=profiles, view=views)
    def test_the_pages_accept_all_of_it_and_the_api_shows_it(self, anna, pages, api, profile, view):
        cache.clear()
        sent = {name: str(value) for name, value in profile.items()}
        assert pages.post("/settings/", sent).status_code == 302
        page = {name: to_text(value) for name, value in view.items() if value is not False}
        if view["text_size"] == 0:
            page["text_size"] = ""
        assert pages.post("/settings/view/", page).status_code == 302
        assert held_by(anna) == (profile, view)
        _status, shown = api.get("users/me")
        assert {name: shown[camel(name)] for name in profile} == profile
        assert {name: shown["view"][camel(name)] for name in view} == view
        name = next(iter(view))
        assert pages.post("/settings/view/choose/", {name: to_text(view[name])}).status_code == 204
        assert held_by(anna) == (profile, view)


@given(views)
def test_a_cookie_holds_all_that_can_be_chosen(view):
    chosen = chosen_of(view)
    cookie = to_cookie(chosen)
    assert from_cookie(cookie) == chosen and {name: View(chosen)[name] for name in VIEW} == view
    assert json.dumps(cookie) == f'"{cookie}"' and len(cookie) < 800


@given(
    st.text(max_size=300) | st.lists(st.sampled_from([*VIEW, ":on", ":dark", ":40", ".", "-"])).map("".join)
)
def test_of_any_cookie_only_what_is_valid_counts(cookie):
    assert all(VIEW[name].accepts(value) for name, value in from_cookie(cookie).items())


@pytest.mark.parametrize("size", ["16.5", "16.", "16.x", ".16", "1e1"])
def test_a_cookie_holds_whole_values(size):
    assert from_cookie(f"theme:dark.text_size:{size}.motion:x") == {"theme": "dark"}
    assert from_cookie("text_size:16.theme:dark") == {"text_size": 16, "theme": "dark"}


@given(st.dictionaries(st.sampled_from([*VIEW, "else"]), anything))
def test_of_any_row_only_what_is_valid_counts(row):
    chosen = chosen_of(row)
    assert all(VIEW[name].accepts(value) for name, value in chosen.items())
    assert str(View(chosen).attributes).count("=") == len(chosen)


@pytest.mark.parametrize("choice", [*PROFILE.values(), *VIEW.values()], ids=lambda choice: choice.name)
def test_the_default_is_valid_and_what_is_not_is_refused(choice):
    assert choice.accepts(choice.default)
    for wrong in (None, "nothing", -1, 10_000, 1.5, [], {}, "<b>"):
        assert not choice.accepts(wrong)
