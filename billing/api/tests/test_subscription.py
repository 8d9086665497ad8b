"""What one has and changes, through the API; against a fake Stripe over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import stripe as library
import time_machine
from django.db import connection
from django.utils import timezone
from djstripe.models import Customer

from accounts import limits
from billing.api.tests.conftest import buy, done, held, refused
from billing.buying import subscribing
from billing.entitlement import gifts
from billing.from_stripe import prices
from billing.from_stripe.settling import settle
from billing.models import Plan
from billing.stripe_api import asked
from tests.api_client import Api


@pytest.fixture
def quarterly(stripe) -> Plan:
    """One more plan, that no trial begins with."""
    library.Price.create(
        product="prod_premium",
        currency="eur",
        unit_amount=1299,
        lookup_key="quarterly",
        recurring={"interval": "month", "interval_count": 3},
        **asked(),
    )
    made = Plan.objects.create(
        code="quarterly", kind=Plan.Kind.SUBSCRIPTION, name_ru="На квартал", name_en="Quarterly", position=5
    )
    prices.sync_plans()
    return made


class TestSubscription:
    def test_cancelled_and_resumed(self, stripe, anna, api):
        buy(api, anna)
        before = held(api)
        status = done(api.post("payments/cancel"))
        one = status["subscriptions"][0]
        assert not one["renews"]
        assert status["endsAt"] == one["cancelledTo"] == one["paidUntil"] == before["paidUntil"]
        assert refused(api.post("payments/cancel")) == (409, "no_subscription")
        assert done(api.post("subscription/resume"))["subscriptions"] == [before]
        assert refused(api.post("subscription/resume")) == (409, "no_subscription")

    def test_a_failing_card(self, stripe, anna, api):
        customer = buy(api, anna)
        stripe.card_fails(customer)
        stripe.advance(days=32)
        settle(customer, now=timezone.now())
        assert held(api)["status"] == "past_due"
        assert refused(api.post("subscription/upgrade", {"plan": "yearly"})) == (409, "no_change")
        assert done(api.get("payments/invoices"))[0]["status"] == "open"

    def test_a_change_costs_what_was_quoted(self, stripe, anna, api):
        buy(api, anna)
        before = held(api)
        with time_machine.travel(timezone.now() + timedelta(days=10)):
            api = Api(anna)
            quote = done(api.post("subscription/upgrade", {"plan": "yearly"}))
            assert (quote["plan"], quote["currency"], quote["credit"]) == ("yearly", "eur", 0)
            # Of 28 to 31 days 18 to 21 are left over.
            assert 3999 - 499 * 21 // 31 <= quote["amount"] <= 3999 - 499 * 18 // 28
            assert quote["price"] == f"€{quote['amount'] / 100:.2f}"
            assert held(api) == before
        with time_machine.travel(timezone.now() + timedelta(days=10, minutes=14)):
            after = done(api.post("subscription/upgrade", {"quote": quote["quote"]}))
            assert after["subscriptions"][0]["plan"] == "yearly"
            newest = done(api.get("payments/invoices"))[0]
            assert (newest["amount"], newest["status"]) == (quote["amount"], "paid")
            # Accepted once more, as by a client that heard no answer, it does nothing.
            assert done(api.post("subscription/upgrade", {"quote": quote["quote"]})) == after
            assert len(done(api.get("payments/invoices"))) == 2

    def test_a_smaller_plan_leaves_credit(self, stripe, anna, api):
        Plan.objects.update(trial_days=0)
        buy(api, anna, "yearly")
        quote = done(api.post("subscription/upgrade", {"plan": "monthly"}))
        assert (quote["amount"], quote["price"], quote["credit"]) == (0, "€0.00", 3999 - 499)
        done(api.post("subscription/upgrade", {"quote": quote["quote"]}))
        assert held(api)["plan"] == "monthly"

    def test_a_quote_holds_only_while_nothing_else_happened(self, stripe, anna, api, quarterly):
        buy(api, anna)
        yearly, quarterly = (
            done(api.post("subscription/upgrade", {"plan": plan}))["quote"]
            for plan in ("yearly", "quarterly")
        )
        done(api.post("subscription/upgrade", {"quote": quarterly}))
        assert refused(api.post("subscription/upgrade", {"quote": yearly})) == (409, "quote_gone")
        assert held(api)["plan"] == "quarterly"

    def test_a_quote_does_not_outlive_its_period(self, stripe, anna, api):
        buy(api, anna)
        end = datetime.fromisoformat(held(api)["paidUntil"])
        with time_machine.travel(end - timedelta(minutes=5)):
            quote = done(Api(anna).post("subscription/upgrade", {"plan": "yearly"}))["quote"]
        with time_machine.travel(end + timedelta(minutes=5)):
            api = Api(anna)
            stripe.advance(0)
            assert refused(api.post("subscription/upgrade", {"quote": quote})) == (409, "quote_gone")
            assert held(api)["plan"] == "monthly"

    def test_quotes_that_are_none(self, stripe, anna, boris, api, monkeypatch):
        buy(api, anna)
        others = Api(boris)
        buy(others, boris)
        quote = done(api.post("subscription/upgrade", {"plan": "yearly"}))["quote"]
        for forged in ("x", quote[:-1], f"{quote}é"):
            assert refused(api.post("subscription/upgrade", {"quote": forged})) == (409, "quote_gone")
        assert refused(others.post("subscription/upgrade", {"quote": quote})) == (409, "quote_gone")
        monkeypatch.setattr(subscribing, "QUOTED_FOR", -1)
        assert refused(api.post("subscription/upgrade", {"quote": quote})) == (409, "quote_gone")
        assert held(api)["plan"] == held(others)["plan"] == "monthly"

    def test_a_refused_card_changes_nothing(self, stripe, anna, api):
        stripe.card_fails(buy(api, anna))
        quote = done(api.post("subscription/upgrade", {"plan": "yearly"}))["quote"]
        status, error = api.post("subscription/upgrade", {"quote": quote})
        assert (status, error["code"]) == (402, "card_refused")
        assert error["message"] == "The card was refused. Your plan has not changed."
        settle(Customer.objects.get().id, now=timezone.now())
        assert held(api)["plan"] == "monthly"

    @pytest.mark.parametrize("plan", ["monthly", "lifetime", "nothing"])
    def test_there_is_no_change_to_that(self, stripe, anna, api, plan):
        buy(api, anna)
        assert refused(api.post("subscription/upgrade", {"plan": plan})) == (409, "no_change")

    @pytest.mark.parametrize(
        "body", [{}, {"plan": "yearly", "quote": "x"}, {"quote": ""}, {"plan": 7, "x": 1}]
    )
    def test_either_a_plan_or_a_quote(self, stripe, api, body):
        assert refused(api.post("subscription/upgrade", body)) == (400, "invalid")

    def test_stripes_page(self, stripe, anna, api):
        assert refused(api.post("subscription/portal")) == (409, "no_subscription")
        buy(api, anna)
        assert done(api.post("subscription/portal"))["url"].startswith(stripe.url)

    def test_invoices_have_addresses(self, stripe, anna, api):
        buy(api, anna)
        [invoice] = done(api.get("payments/invoices"))
        assert (invoice["amount"], invoice["price"], invoice["status"]) == (499, "€4.99", "paid")
        assert invoice["number"] and invoice["createdAt"].endswith("Z")
        assert invoice["page"].startswith(stripe.url) and invoice["pdf"].startswith(stripe.url)


@pytest.mark.django_db(transaction=True)
def test_of_many_changes_at_once_one_is_charged(stripe, anna, quarterly):
    """Each quoted twice, of two plans: whichever comes first is done, the other one's quote is gone."""
    api = Api(anna)
    buy(api, anna)
    quotes = [
        done(api.post("subscription/upgrade", {"plan": plan}))["quote"] for plan in ("yearly", "quarterly")
    ]

    def accept(quote: str) -> str:
        try:
            status, said = 503, {}
            while status == 503:  # Too many ask at once: come again.
                status, said = Api(token=api.token).post("subscription/upgrade", {"quote": quote})
            return said["subscriptions"][0]["plan"] if status == 200 else said["code"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(accept, quotes * 4))
    plan = held(api)["plan"]
    assert sorted(answers) == sorted([plan] * 4 + ["quote_gone"] * 4)
    assert len(stripe.objects("invoice")) == 2


class TestGifts:
    def test_codes_that_open_nothing(self, api, anna, boris):
        now = timezone.now()
        used, void, good = (gifts.make_code(days=30) for _ in range(3))
        gifts.redeem(used.code, boris, now=now)
        gifts.void(void, now=now)
        for code, why in ((used.code, "code_used"), (void.code, "code_void"), ("nothing", "code_unknown")):
            assert refused(api.post("gifts/redeem", {"code": code})) == (409, why)
        assert done(api.post("gifts/redeem", {"code": good.code}))["isPremium"]

    def test_are_not_wasted_on_who_has_premium(self, stripe, anna, api):
        buy(api, anna)
        gift = gifts.make_code(days=30)
        assert refused(api.post("gifts/redeem", {"code": gift.code})) == (409, "already_subscribed")
        buy(api, anna, "lifetime", how="create")
        assert refused(api.post("gifts/redeem", {"code": gift.code})) == (409, "for_good")

    def test_cannot_be_guessed(self, api):
        for _ in range(limits.GIFT_CODES.amount):
            assert refused(api.post("gifts/redeem", {"code": "AAAA"})) == (409, "code_unknown")
        gift = gifts.make_code(days=30)
        assert refused(api.post("gifts/redeem", {"code": gift.code})) == (429, "too_many_requests")
        assert int(api.headers["Retry-After"]) > 0

    @pytest.mark.parametrize("code", [None, "", "A" * 61, ["A"], "\0"])
    def test_bodies_that_are_none(self, api, code):
        assert api.post("gifts/redeem", {"code": code})[0] == 400
