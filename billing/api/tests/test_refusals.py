"""Who may not buy, and what is told while nobody can."""

import logging
from datetime import timedelta

import pytest
import stripe as library
from django.utils import timezone

from accounts import tokens
from billing.api.tests.conftest import ASKING, ONLY_ACCOUNTS, buy, done, held, refused
from billing.entitlement import gifts
from billing.entitlement.grants import grant
from billing.models import Checkout
from billing.stripe_api import RETRY_AFTER
from tests.api_client import Api

NOBODY = "http://127.0.0.1:9"
"""Where no Stripe answers."""


class TestWhoMay:
    @pytest.mark.parametrize(("path", "body"), ONLY_ACCOUNTS)
    def test_not_strangers_nor_guests(self, stripe, path, body, guest):
        assert refused(Api().post(path, body)) == (401, "unauthenticated")
        assert refused(Api(guest).post(path, body)) == (403, "account_needed")
        assert not Checkout.objects.exists() and not stripe.objects("customer")

    def test_what_is_only_read(self, db, guest):
        assert refused(Api().get("payments/invoices")) == (401, "unauthenticated")
        assert refused(Api(guest).get("payments/invoices")) == (403, "account_needed")
        assert not done(Api(guest).get("subscription/status"))["isPremium"]

    @pytest.mark.parametrize(("path", "body"), ONLY_ACCOUNTS)
    def test_a_token_that_reads_does_not_buy(self, stripe, anna, path, body):
        reader = Api(token=tokens.create_personal(anna, "reader", ["read"], now=timezone.now()))
        assert refused(reader.post(path, body)) == (403, "insufficient_scope")
        assert done(reader.get("payments/invoices")) == []

    def test_a_token_that_writes_buys(self, stripe, anna):
        writer = Api(token=tokens.create_personal(anna, "writer", ["read", "write"], now=timezone.now()))
        done(writer.post("payments/subscribe", {"plan": "monthly"}))

    def test_another_has_nothing_of_hers(self, stripe, anna, boris, api):
        buy(api, anna)
        other = Api(boris)
        assert done(other.get("payments/invoices")) == []
        assert done(other.get("subscription/status"))["subscriptions"] == []
        for path in ("payments/cancel", "subscription/resume", "subscription/portal"):
            assert refused(other.post(path)) == (409, "no_subscription")
        assert refused(other.post("subscription/upgrade", {"plan": "yearly"})) == (409, "no_subscription")
        assert held(api)["renews"]

    @pytest.mark.parametrize("path", [path for path, _body in ONLY_ACCOUNTS] + ["payments/webhook"])
    def test_only_posts(self, api, path):
        assert refused(api.get(path)) == (405, "method_not_allowed")

    @pytest.mark.parametrize("path", ["payments/plans", "payments/invoices", "subscription/status"])
    def test_only_gets(self, api, path):
        assert refused(api.post(path)) == (405, "method_not_allowed")


class TestWithoutStripe:
    @pytest.mark.parametrize(("path", "body"), ASKING)
    def test_payments_are_off(self, api, path, body):
        status, error = api.post(path, body)
        assert (status, error["code"]) == (409, "payments_off")
        assert error["message"] == "Payments are not set up here."

    def test_the_rest_works_with_payments_off(self, api, anna, boris):
        now = timezone.now()
        assert done(api.get("payments/invoices")) == []
        grant(user=anna, ends_at=now + timedelta(days=1), reason="x", granted_by=boris, now=now)
        assert done(api.get("subscription/status"))["isPremium"]
        assert done(api.post("gifts/redeem", {"code": gifts.make_code(days=30).code}))["isPremium"]

    @pytest.mark.parametrize(("path", "body"), ASKING)
    def test_stripe_away(self, stripe, anna, api, path, body, monkeypatch):
        if path == "subscription/resume":
            buy(api, anna)
            done(api.post("payments/cancel"))
        elif not path.endswith(("subscribe", "create")):
            buy(api, anna)
        before = done(api.get("subscription/status"))
        monkeypatch.setattr(library, "api_base", NOBODY)
        monkeypatch.setattr(library, "max_network_retries", 0)
        assert refused(api.post(path, body)) == (503, "stripe_away")
        assert api.headers["Retry-After"] == str(RETRY_AFTER)
        assert done(api.get("subscription/status")) == before
        assert not Checkout.objects.filter(status=Checkout.Status.OPEN).exists()

    def test_a_change_whose_answer_was_lost_is_not_charged_twice(self, stripe, anna, api):
        buy(api, anna)
        quote = {"quote": done(api.post("subscription/upgrade", {"plan": "yearly"}))["quote"]}
        stripe.fail(2, status=500, after=True, path="/v1/subscriptions/")
        assert refused(api.post("subscription/upgrade", quote)) == (503, "stripe_away")
        assert done(api.post("subscription/upgrade", quote))["subscriptions"][0]["plan"] == "yearly"
        assert len(stripe.objects("invoice")) == 2

    def test_what_is_held_is_told_while_stripe_is_away(self, stripe, anna, api, monkeypatch):
        buy(api, anna)
        monkeypatch.setattr(library, "api_base", NOBODY)
        assert held(api)["plan"] == "monthly"
        assert len(done(api.get("payments/invoices"))) == 1

    def test_its_sentences_are_kept_from_answers_and_logs(self, stripe, anna, api, caplog):
        caplog.set_level(logging.DEBUG)
        buy(api, anna)
        stripe.fail(status=400, path="/v1/billing_portal")
        status, error = api.post("subscription/portal")
        assert (status, error["code"]) == (503, "stripe_away")
        [line] = [record.getMessage() for record in caplog.records if record.name.startswith("billing.api")]
        assert line.startswith("Stripe: InvalidRequestError")
        assert not [record for record in caplog.records if anna.email in record.getMessage()]
