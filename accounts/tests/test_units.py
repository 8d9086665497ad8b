import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from accounts.models import User
from accounts.preferences import unit
from accounts.units import speed, unit_label


@pytest.mark.parametrize(
    ("cpm", "in_unit", "shown"),
    [
        (193.4, "cpm", "193"),
        (192.5, "cpm", "192"),
        (193.4, "wpm", "38"),
        (195, "wpm", "39"),
        (0, "wpm", "0"),
        (192.5, "wpm", "38"),
    ],
)
def test_speed_is_a_whole_number_of_the_unit(cpm, in_unit, shown):
    assert speed(cpm, in_unit) == shown


def test_unit_label():
    with translation.override("en"):
        assert (unit_label("cpm"), unit_label("wpm")) == ("CPM", "WPM")


@pytest.mark.parametrize(
    ("user", "language", "expected"),
    [
        (AnonymousUser(), "ru", "cpm"),
        (AnonymousUser(), "en", "wpm"),
        (User(), "ru", "cpm"),
        (User(unit="wpm"), "ru", "wpm"),
        (User(unit="cpm"), "en", "cpm"),
    ],
)
def test_unit_is_the_learners_choice_else_the_languages(user, language, expected):
    request = RequestFactory().get("/")
    request.user = user
    with translation.override(language):
        assert unit(request) == expected
