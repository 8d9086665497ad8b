"""What there is to buy, and buying it, through the API; against a fake Stripe over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone
from djstripe.models import Customer

from accounts import tokens
from billing.api.payments import plans_shown
from billing.api.tests.conftest import buy, done, held, refused
from billing.from_stripe import prices
from billing.models import Checkout, GiftCode, Plan
from tests.api_client import Api
from tests.factories import make_course


class TestPlans:
    def test_with_payments_off(self, db):
        free, premium = done(Api().get("payments/plans"))
        assert (free["id"], premium["id"]) == ("free", "premium")
        assert not free["canBeBought"] and not premium["canBeBought"]
        assert {premium[name] for name in ("kind", "amount", "currency", "price", "months")} == {None}

    def test_what_can_be_bought(self, stripe):
        free, *sold = done(Api().get("payments/plans"))
        assert (free["id"], free["canBeBought"], free["price"]) == ("free", False, None)
        told = [(one["id"], one["kind"], one["amount"], one["months"], one["savedPercent"]) for one in sold]
        assert told == [
            ("monthly", "subscription", 499, 1, 0),
            ("yearly", "subscription", 3999, 12, 33),
            ("lifetime", "lifetime", 9999, 0, 0),
            ("gift_year", "gift", 3999, 0, 0),
        ]
        assert all(one["canBeBought"] and one["currency"] == "eur" for one in sold)
        assert [one["trialDays"] for one in sold] == [0, 7, 0, 0]
        assert "365 days" in sold[3]["includes"] and "All lessons" in sold[1]["includes"]

    def test_in_both_languages(self, stripe):
        assert done(Api(language="en").get("payments/plans"))[1]["price"] == "€4.99"
        monthly = done(Api(language="ru").get("payments/plans"))[1]
        assert (monthly["name"], monthly["price"]) == ("На месяц", "4,99\xa0€")

    def test_what_is_not_offered_is_not_shown(self, stripe):
        Plan.objects.exclude(code="yearly").update(is_offered=False)
        assert [one["id"] for one in done(Api().get("payments/plans"))] == ["free", "yearly"]
        Plan.objects.update(is_offered=False)
        assert [one["id"] for one in done(Api().get("payments/plans"))] == ["free", "premium"]

    def test_a_price_without_an_amount_is_not_sold(self, stripe):
        with stripe.ledger.lock:
            stripe.ledger.get("price", "price_yearly")["unit_amount"] = None
        prices.sync_plans()
        assert "yearly" not in [one["id"] for one in done(Api().get("payments/plans"))]

    def test_a_shut_lesson_says_the_same(self, stripe, boris):
        course = make_course(lessons=3, free=2)
        status, error = Api(boris).get(f"lessons/{course.lessons.get(number=3).pk}/content")
        assert (status, error["code"]) == (402, "premium_needed")
        assert error["plans"] == done(Api().get("payments/plans"))

    def test_cost_two_queries(self, stripe, anna, django_assert_num_queries, settings):
        with django_assert_num_queries(1):
            plans_shown(AnonymousUser())
        with django_assert_num_queries(2):
            plans_shown(anna)
        settings.STRIPE_SECRET_KEY = ""
        with django_assert_num_queries(0):
            plans_shown(anna)

    def test_the_trial_is_for_who_gets_it(self, stripe, api, anna):
        buy(api, anna)
        yearly = done(api.get("payments/plans"))[2]
        assert (yearly["id"], yearly["trialDays"]) == ("yearly", 0)


class TestBuying:
    def test_a_subscription(self, stripe, anna, api):
        opened = done(api.post("payments/subscribe", {"plan": "monthly"}))
        assert opened["url"].startswith(stripe.url) and opened["session"].startswith("cs_")
        assert done(api.post("payments/subscribe", {"plan": "monthly"})) == opened
        assert done(api.get("subscription/status"))["subscriptions"] == []
        buy(api, anna)
        status = done(api.get("subscription/status"))
        assert status["isPremium"] and not status["isForGood"]
        one = status["subscriptions"][0]
        assert (one["plan"], one["status"], one["price"]) == ("monthly", "active", "€4.99")
        assert one["renews"] and one["cancelledTo"] is None
        assert status["endsAt"] == one["openUntil"] > one["paidUntil"]

    def test_a_trial(self, stripe, anna, api):
        buy(api, anna, "yearly")
        assert held(api)["status"] == "trialing"

    def test_premium_for_good(self, stripe, anna, api):
        buy(api, anna, "lifetime", how="create")
        assert done(api.get("subscription/status")) == {
            "isPremium": True,
            "endsAt": None,
            "isForGood": True,
            "subscriptions": [],
        }
        for path, plan in (("payments/create", "lifetime"), ("payments/subscribe", "monthly")):
            assert refused(api.post(path, {"plan": plan})) == (409, "for_good")
        done(api.post("payments/create", {"plan": "gift_year"}))

    def test_a_gift_is_entered_by_somebody_else(self, stripe, anna, boris, api):
        buy(api, anna, "gift_year", how="create")
        code = GiftCode.objects.get().code.lower()
        status = done(Api(boris).post("gifts/redeem", {"code": f" {code[:8]}-{code[8:]}"}))
        assert status["isPremium"] and status["subscriptions"] == []
        assert not done(api.get("subscription/status"))["isPremium"]

    def test_one_subscription_is_enough(self, stripe, anna, api):
        buy(api, anna)
        assert refused(api.post("payments/subscribe", {"plan": "yearly"})) == (409, "already_subscribed")

    @pytest.mark.parametrize(
        ("path", "plan"),
        [
            ("payments/subscribe", "lifetime"),
            ("payments/subscribe", "nothing"),
            ("payments/create", "monthly"),
            ("payments/create", "premium"),
        ],
    )
    def test_what_is_not_sold_there(self, stripe, api, path, plan):
        assert refused(api.post(path, {"plan": plan})) == (409, "not_offered")
        assert not Checkout.objects.exists()

    @pytest.mark.parametrize("body", [{}, {"plan": ""}, {"plan": 5, "card": 1}, {"plan": ["monthly"]}, []])
    def test_bodies_that_are_none(self, stripe, api, body):
        assert refused(api.post("payments/subscribe", body)) == (400, "invalid")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_customer_and_one_checkout(stripe, anna):
    token = tokens.start_family(anna, now=timezone.now()).access

    def subscribe(_number: int) -> tuple[int, str]:
        try:
            status, said = 503, {}
            while status == 503:  # Too many ask at once: come again.
                status, said = Api(token=token).post("payments/subscribe", {"plan": "monthly"})
            return status, said.get("session", said.get("code"))
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(subscribe, range(20)))
    [(status, session)] = answers
    assert status == 200
    assert len(stripe.objects("customer")) == Customer.objects.count() == 1
    assert [one["id"] for one in stripe.objects("checkout.session")] == [session]
    assert Checkout.objects.get().session == session
