"""What may be a name: the rule itself, and that it holds wherever a name is given."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.names import NameField, check_name, normal_name
from tests.api_client import Api

from .conftest import PASSWORD
from .test_preferences import CHOICES

GOOD = [
    "Анна",
    "O’Brien",
    "O'Brien",
    "Анна‑Мария",
    "Анна-Maria",
    "Mary Ann, Jr.",
    "Ёжик 2",
    "Anna 🌸",
    "हिन्दी",
    "श्री क्‍ष",
    "علی\u200cرضا",
    "ශ්\u200dරී",
    "佐々木ケン太郎さん",
    "ヤマダ タロー",
    "김철수",
    "မြန်မာ",
    "བསྒྲུབས",
    "ไทยนี้",
    "עִבְרִית",
    "Нгуен Nguyễn",
    "А́нна",
    "Мар'яна",
    "Марʼяна",
    "col·lega",
]
BAD = [
    "\u3164",
    "\u3164\u115f",
    "\u2800",
    "\u2800\u2800",
    "\u200d",
    "\ufe0f",
    "\U000e0101",
    "\u0301",
    "\u0301Анна",
    "Анна \u0301",
    "Aнна",
    "Аnna",
    "Аnна Иванова",
    "A1нна",
    "Αnna",
    "A\u0410",
    "кa漢",
    "ab\u200dcd",
    "ан\u200cна",
    "а\u00adнна",
    "\ufeffАнна",
    "Анна\u202e",
    "\u2066Анна\u2069",
    "Анна\u200f",
    "А\tнна",
    "А\nнна",
    "А\u2028нна",
    "А\0нна",
    "\ue000",
    "\U000e0041",
    "\U0010ffff",
    "\ud800",
    "A" + "\u0300" * 9,
    "А" + "\u0489",
    "क" + "\u093f" * 9,
    "a\u093f",
]


def accepted(name):
    check_name(normal_name(name))
    return normal_name(name)


@pytest.mark.parametrize("name", GOOD)
def test_a_name(name):
    assert accepted(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_no_name(name):
    with pytest.raises(ValidationError) as refused:
        accepted(name)
    assert all(isinstance(sentence, str) and sentence for sentence in refused.value.messages)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Анна\u00a0\u3000 К. ", "Анна К."),
        ("Ａｎｎａ", "Anna"),
        ("ｱﾝﾅ", "アンナ"),
        ("Зое\u0308", "Зоё"),
        ("ﬁ", "fi"),
        ("ﷺ", "صلى الله عليه وسلم"),
    ],
)
def test_one_form(typed, name):
    assert accepted(typed) == name


TRICKY = st.sampled_from("aAаΑ \u0301\u093fक्\u200d\u200cعｱﷺ\u3164'’‑-\u2800\ufe0f1")


@given(st.text(max_size=80) | st.text(TRICKY, max_size=80))
def test_whatever_is_taken_is_in_its_one_form_and_fits(typed):
    field = NameField(max_length=60)
    try:
        name = field.clean(typed)
    except ValidationError:
        return
    assert field.clean(name) == normal_name(name) == unicodedata.normalize("NFC", name) == name
    assert len(name) <= 60 and name.encode() and any(unicodedata.category(sign)[0] in "LNPS" for sign in name)


class TestDoors:
    """`ﷺ` is one letter that becomes eighteen."""

    @pytest.mark.parametrize("name", ["Aнна", "\u3164", "Анна\u202e", "ﷺ" * 4])
    def test_refused_in_words_and_nothing_changed(self, anna, browser_of, name):
        api = Api(anna)
        page = browser_of(anna).post("/settings/", CHOICES | {"name": name})
        assert page.status_code == 200 and b'aria-invalid="true"' in page.content
        assert api.put("users/me", {"name": name})[1]["fields"]["name"]
        assert api.post("users/me/tokens", {"name": name, "scopes": ["read"]})[0] == 400
        anna.refresh_from_db()
        assert (anna.name, anna.unit) == ("Anna", "")

    def test_taken_in_its_one_form(self, anna, browser_of):
        browser_of(anna).post("/settings/", CHOICES | {"name": "Зое\u0308"})
        anna.refresh_from_db()
        assert anna.name == "Зоё"
        assert Api(anna).put("users/me", {"name": "e\u0301" * 60})[1]["name"] == "é" * 60

    def test_a_name_from_before_the_rule_traps_nobody(self, anna, browser_of):
        User.objects.filter(pk=anna.pk).update(name="Aнна\u202e")
        browser_of(anna).post("/settings/", CHOICES | {"name": "Aнна\u202e"})
        assert Api(anna).put("users/me", {"name": "Aнна\u202e", "goalMinutes": 15})[0] == 200
        anna.refresh_from_db()
        assert (anna.name, anna.timezone, anna.goal_minutes) == ("Aнна\u202e", "Asia/Tokyo", 15)

    def test_the_admin(self, anna, browser_of):
        chief = User.objects.create_superuser("chief@example.com", PASSWORD, language="en")
        User.objects.filter(pk=anna.pk).update(name="Aнна")
        url, client = reverse("admin:accounts_user_change", args=[anna.pk]), browser_of(chief)
        fields = {"timezone": "Asia/Tokyo", "is_active": "on", "language": "", "layout": "", "unit": ""}
        refused = client.post(url, fields | {"name": "Mаша"}).content.decode()
        assert "mixes letters of two alphabets" in refused
        assert client.post(url, fields | {"name": "Aнна"}).status_code == 302
        anna.refresh_from_db()
        assert (anna.name, anna.timezone) == ("Aнна", "Asia/Tokyo")
