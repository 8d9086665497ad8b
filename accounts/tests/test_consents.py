"""What learners agree to: asked once, added to only, and obeyed."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts import consents
from accounts.consents import TEXTS, Kind, TextChanged
from accounts.models import Consent, User
from tests.api_client import Api

PAGE = "/settings/consents/"
NOW = timezone.now()


def say(user, kind=Kind.MARKETING, is_given=True, *, version=1, place=Consent.Place.SETTINGS):
    consents.answer(user, {kind: (version, is_given)}, place=place, now=timezone.now())


def press(client, answer, /, **fields):
    versions = {f"version_{kind}": text.version for kind, text in TEXTS.items()}
    return client.post(PAGE, {"answer": answer, "place": "question", **versions} | fields)


@pytest.fixture
def newer_text(monkeypatch):
    """Another text for marketing."""
    monkeypatch.setitem(TEXTS, Kind.MARKETING, replace(TEXTS[Kind.MARKETING], version=2))


class TestTheRule:
    def test_silence_is_no_consent(self, anna):
        assert not any(consents.has(anna, kind) for kind in Kind)

    def test_it_can_be_given_and_taken_back(self, anna):
        say(anna)
        assert consents.has(anna, "marketing") and not consents.has(anna, "research")
        say(anna, is_given=False)
        assert not consents.has(anna, "marketing")
        assert [answer.is_given for answer in consents.history_of(anna)] == [False, True]

    def test_the_same_again_is_not_written(self, anna):
        say(anna)
        say(anna)
        assert Consent.objects.count() == 1

    def test_consent_to_an_older_text_is_none_to_the_new_one(self, anna, newer_text):
        Consent.objects.create(
            user=anna, kind="marketing", is_given=True, version=1, place="api", answered_at=NOW
        )
        assert not consents.has(anna, "marketing") and consents.waits_for_answers(anna)
        with pytest.raises(TextChanged):
            say(anna, version=1)
        say(anna, version=2)
        assert consents.has(anna, "marketing") and Consent.objects.count() == 2


class TestHistory(TestCase):
    @given(st.lists(st.tuples(st.sampled_from(Kind), st.booleans()), max_size=12))
    def test_the_last_answer_of_a_kind_holds_whatever_was_said_before(self, said):
        anna = User.objects.create_user("anna@example.com")
        for kind, is_given in said:
            say(anna, kind, is_given)
        last = dict(said)
        assert {kind: consents.has(anna, kind) for kind in Kind} == {
            kind: last.get(kind, False) for kind in Kind
        }
        assert {question.kind: question.is_given for question in consents.questions_for(anna)} == {
            kind: last.get(kind) for kind in Kind
        }


class TestAnswersStay:
    @pytest.mark.parametrize(
        "change", ["UPDATE accounts_consent SET is_given = NOT is_given", "DELETE FROM accounts_consent"]
    )
    def test_the_database_refuses_to_change_history(self, anna, change):
        say(anna)
        refused = pytest.raises(IntegrityError, match="consent")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert Consent.objects.get().is_given

    def test_they_go_with_the_account(self, anna):
        say(anna)
        anna.delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not Consent.objects.exists()


class TestThePage:
    def test_two_buttons_alike_for_each_and_none_is_chosen(self, anna, browser_of):
        page = browser_of(anna).get(PAGE).content.decode()
        for kind in Kind:
            assert page.count(f'value="{kind}:yes"') == page.count(f'value="{kind}:no"') == 1
        assert "aria-pressed" not in page and 'class="primary"' not in page and "checked" not in page

    def test_an_answer_is_shown_with_its_day_and_can_be_changed(self, anna, browser_of):
        client = browser_of(anna)
        press(client, "marketing:yes", place="settings")
        page = client.get(PAGE).content.decode()
        assert "You agreed: " in page and 'value="marketing:yes" aria-pressed="true"' in page
        press(client, "marketing:no")
        assert "You refused: " in client.get(PAGE).content.decode()

    def test_all_at_once_leads_home_and_all_can_be_refused_as_easily(self, anna, browser_of):
        assert press(browser_of(anna), "all:no").url == "/"
        assert {answer.is_given for answer in Consent.objects.all()} == {False}
        assert Consent.objects.count() == len(Kind) and not consents.waits_for_answers(anna)

    def test_one_answer_stays_on_the_page_until_all_are_given(self, anna, browser_of):
        client = browser_of(anna)
        assert press(client, "research:no").url == f"{PAGE}#consent-analytics"
        assert press(client, "analytics:yes").url == f"{PAGE}#consent-marketing"
        assert 'id="consent-marketing"' in client.get(PAGE).content.decode()
        assert press(client, "marketing:no").url == "/"
        assert press(client, "marketing:yes").url == f"{PAGE}#consent-marketing"

    def test_it_leads_back_to_a_page_of_ours_only(self, anna, browser_of):
        client = browser_of(anna)
        assert press(client, "all:no", next="/settings/").url == "/settings/#consent-all"
        assert press(client, "all:yes", next="https://evil.example/").url == f"{PAGE}#consent-all"

    def test_a_page_opened_before_the_text_changed_says_so_and_keeps_nothing(
        self, anna, browser_of, newer_text
    ):
        client = browser_of(anna)
        answer = client.post(
            PAGE, {"answer": "marketing:yes", "place": "question", "version_marketing": "1"}, follow=True
        )
        assert "please read it again" in answer.content.decode() and not Consent.objects.exists()

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"answer": "all"},
            {"answer": "x:yes"},
            {"answer": "all:maybe"},
            {"answer": "all:yes", "version_analytics": "\x00"},
            {"answer": "all:yes", "version_research": ""},
            {"answer": "all:yes", "place": "elsewhere"},
        ],
    )
    def test_a_form_of_somebody_else_s_making_is_refused(self, anna, browser_of, sent):
        assert press(browser_of(anna), "", **sent).status_code == 400
        assert not Consent.objects.exists()

    def test_strangers_and_guests_are_asked_nothing(self, client, guest, browser_of):
        assert client.get(PAGE).url.startswith(reverse("account_login"))
        assert browser_of(guest).get(PAGE).url.startswith(reverse("account_signup"))
        assert browser_of(guest).post(PAGE, {}).status_code == 302 and not Consent.objects.exists()

    def test_other_methods(self, anna, browser_of):
        assert browser_of(anna).put(PAGE).status_code == 405

    def test_three_queries_beside_the_sign_in(self, anna, browser_of, django_assert_num_queries):
        client = browser_of(anna)
        say(anna)
        with django_assert_num_queries(4):
            client.get(PAGE)


class TestAsking:
    def test_after_signing_up(self, db, client, mailoutbox):
        client.post(
            "/accounts/signup/",
            {"email": "new@example.com", "password1": "kettle-on-the-hob"},
            headers={"Accept-Language": "en"},
        )
        link = next(word for word in mailoutbox[0].body.split() if "/confirm-email/" in word)
        assert client.post(link.replace("http://testserver", "")).url == PAGE

    def test_signing_in_asks_again_only_who_answered_an_older_text(self, anna, client, monkeypatch):
        from .conftest import PASSWORD

        def sign_in():
            client.logout()
            return client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD}).url

        assert sign_in() == "/"
        consents.answer(
            anna, dict.fromkeys(Kind, (1, False)), place=Consent.Place.QUESTION, now=timezone.now()
        )
        assert sign_in() == "/"
        monkeypatch.setitem(TEXTS, Kind.RESEARCH, replace(TEXTS[Kind.RESEARCH], version=2))
        assert sign_in() == PAGE


class TestApi:
    def test_what_was_asked_and_answered(self, anna):
        api = Api(anna)
        status, shown = api.get("users/me/consents")
        assert status == 200 and [one["kind"] for one in shown] == ["analytics", "marketing", "research"]
        assert all(one["isGiven"] is None and one["answeredAt"] is None for one in shown)
        status, shown = api.put(
            "users/me/consents", {"answers": [{"kind": "research", "version": 1, "isGiven": False}]}
        )
        assert status == 200 and shown[2]["isGiven"] is False and shown[2]["answeredAt"]
        assert Consent.objects.get().place == "api"

    def test_a_text_that_is_not_the_present_one(self, anna):
        status, error = Api(anna).put(
            "users/me/consents", {"answers": [{"kind": "research", "version": 9, "isGiven": True}]}
        )
        assert (status, error["code"]) == (409, "text_changed") and not Consent.objects.exists()

    @pytest.mark.parametrize(
        "answers", [[], [{"kind": "x", "version": 1, "isGiven": True}], [{"kind": "research"}], "yes"]
    )
    def test_bad_bodies(self, anna, answers):
        status, error = Api(anna).put("users/me/consents", {"answers": answers})
        assert (status, error["code"]) == (400, "invalid")

    def test_guests_and_strangers(self, guest):
        assert Api(guest).get("users/me/consents")[0] == 403
        assert Api().put("users/me/consents", {})[0] == 401
