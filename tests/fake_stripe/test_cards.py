"""Cards that do not pay: at the start, at a renewal, and what is tried after that; refunds and disputes."""

import pytest
import stripe

from tests.fake_stripe.asking import START, customer, subscribe

DAY, HOUR = 86_400, 3600


def state(client, subscription) -> str:
    return client.v1.subscriptions.retrieve(subscription.id).status


def types(fake, since: int = 0) -> list[str]:
    return [event["type"] for event in fake.events()[since:]]


class TestFirstPayment:
    def test_a_declined_card_is_not_saved(self, client):
        with pytest.raises(stripe.CardError) as raised:
            customer(client, "pm_card_chargeDeclinedInsufficientFunds")
        assert raised.value.error.decline_code == "insufficient_funds"

    def test_what_is_not_paid_is_incomplete_and_expires(self, fake, client):
        made = subscribe(client, customer(client, "pm_card_chargeCustomerFail"))
        assert made.status == "incomplete"
        assert {"charge.failed", "payment_intent.payment_failed", "invoice.payment_failed"} <= set(
            types(fake)
        )
        fake.advance(23 * HOUR - 1)
        assert state(client, made) == "incomplete"
        fake.advance(1)
        assert state(client, made) == "incomplete_expired"
        assert client.v1.invoices.retrieve(made.latest_invoice).status == "void"

    def test_paid_in_time_it_begins(self, fake, client):
        her = customer(client, "pm_card_chargeCustomerFail")
        made = subscribe(client, her)
        good = client.v1.payment_methods.attach("pm_card_visa", {"customer": her.id})
        paid = client.v1.invoices.pay(made.latest_invoice, {"payment_method": good.id})
        assert (paid.status, state(client, made)) == ("paid", "active")
        assert fake.events("customer.subscription.updated")[-1]["data"]["previous_attributes"] == {
            "status": "incomplete"
        }

    def test_or_nothing_is_made_at_all(self, fake, client):
        her = customer(client, "pm_card_chargeCustomerFail")
        with pytest.raises(stripe.CardError):
            subscribe(client, her, payment_behavior="error_if_incomplete")
        assert fake.objects("subscription") == []

    def test_no_card(self, client):
        made = subscribe(client, customer(client, None))
        assert made.status == "incomplete"
        with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
            client.v1.invoices.pay(made.latest_invoice)

    def test_a_bank_that_asks(self, client):
        made = subscribe(client, customer(client, "pm_card_authenticationRequired"))
        assert made.status == "incomplete"
        invoice = client.v1.invoices.retrieve(
            made.latest_invoice, {"expand": ["payments", "confirmation_secret"]}
        )
        intent = client.v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)
        assert intent.status == "requires_action"
        assert invoice.confirmation_secret.client_secret == intent.client_secret


class TestDunning:
    """A renewal that fails, is tried again on the days 3, 5 and 7, and then given up."""

    @pytest.fixture
    def made(self, fake, client):
        """Renewed and past due, with the clock at the first failure."""
        her = customer(client)
        made = subscribe(client, her)
        fake.card_fails(her.id)
        fake.advance(to=made["items"].data[0].current_period_end + HOUR)
        return made

    def test_past_due(self, fake, client, made):
        renewed = client.v1.subscriptions.retrieve(made.id, {"expand": ["latest_invoice", "customer"]})
        assert (renewed.status, renewed.customer.delinquent) == ("past_due", True)
        invoice = renewed.latest_invoice
        assert (invoice.status, invoice.attempt_count) == ("open", 1)
        assert invoice.next_payment_attempt == fake.now + 3 * DAY
        assert [type_ for type_ in types(fake)[-7:] if type_ != "customer.updated"] == [
            "invoice.finalized", "charge.failed", "payment_intent.payment_failed", "invoice.payment_failed",
            "invoice.updated", "customer.subscription.updated",
        ]  # fmt: skip

    def test_given_up(self, fake, client, made):
        failed = fake.now
        fake.advance(days=7, seconds=-1)
        assert (state(client, made), len(fake.events("invoice.payment_failed"))) == ("past_due", 3)
        fake.advance(1)
        ended = client.v1.subscriptions.retrieve(made.id, {"expand": ["latest_invoice"]})
        assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
        assert (ended.latest_invoice.status, ended.latest_invoice.next_payment_attempt) == ("open", None)
        at = [event["created"] - failed for event in fake.events("invoice.payment_failed")]
        assert at == [0, 3 * DAY, 5 * DAY, 7 * DAY]
        fake.advance(days=90)
        assert len(fake.objects("invoice")) == 2

    @pytest.mark.parametrize("then", ["unpaid", "past_due"])
    def test_or_kept(self, fake, client, made, then):
        fake.ledger.dunning["then"] = then
        fake.advance(days=8)
        assert state(client, made) == then
        fake.advance(days=31)
        drafts = [one for one in fake.objects("invoice") if one["status"] == "draft"]
        assert len(drafts) == (1 if then == "unpaid" else 0)

    def test_a_better_card_in_between(self, fake, client, made):
        fake.card_fails(made.customer, None)
        fake.advance(days=3)
        assert state(client, made) == "active"
        assert fake.object("customer", made.customer)["delinquent"] is False
        assert (
            fake.object("invoice", fake.object("subscription", made.id)["latest_invoice"])["attempt_count"]
            == 2
        )

    def test_paid_by_hand(self, fake, client, made):
        fake.card_fails(made.customer, None)
        latest = client.v1.subscriptions.retrieve(made.id).latest_invoice
        assert client.v1.invoices.pay(latest).status == "paid"
        assert state(client, made) == "active"


class TestChangeThatIsNotPaid:
    @pytest.fixture
    def made(self, fake, client):
        her = customer(client)
        made = subscribe(client, her)
        fake.card_fails(her.id)
        fake.advance(days=10)
        return made

    def change(self, client, made, behavior):
        items = [{"id": made["items"].data[0].id, "price": "price_yearly"}]
        return client.v1.subscriptions.update(made.id, {"items": items, "payment_behavior": behavior})

    def test_is_refused(self, fake, client, made):
        before = fake.dump()
        with pytest.raises(stripe.CardError):
            self.change(client, made, "error_if_incomplete")
        assert fake.dump() == before

    def test_is_made_and_past_due(self, client, made):
        changed = self.change(client, made, "allow_incomplete")
        assert (changed.status, changed["items"].data[0].price.id) == ("past_due", "price_yearly")

    def test_waits_until_it_is_paid(self, fake, client, made):
        changed = self.change(client, made, "pending_if_incomplete")
        assert (changed.status, changed["items"].data[0].price.id) == ("active", "price_monthly")
        assert changed.pending_update.subscription_items[0].price.id == "price_yearly"
        fake.card_fails(made.customer, None)
        client.v1.invoices.pay(changed.latest_invoice)
        changed = client.v1.subscriptions.retrieve(made.id)
        assert (changed.pending_update, changed["items"].data[0].price.id) == (None, "price_yearly")
        assert len(fake.events("customer.subscription.pending_update_applied")) == 1

    def test_waits_no_longer_than_23_hours(self, fake, client, made):
        invoice = self.change(client, made, "pending_if_incomplete").latest_invoice
        fake.advance(23 * HOUR)
        after = client.v1.subscriptions.retrieve(made.id)
        assert (after.status, after.pending_update, after["items"].data[0].price.id) == (
            "active", None, "price_monthly",
        )  # fmt: skip
        assert fake.object("invoice", invoice)["status"] == "void"


class TestMoneyBack:
    @pytest.fixture
    def charge(self, fake, client):
        subscribe(client, customer(client))
        return fake.objects("charge")[0]["id"]

    def test_in_parts_and_no_more_than_was_paid(self, fake, client, charge):
        part = client.v1.refunds.create({"charge": charge, "amount": 200, "metadata": {"why": "kind"}})
        assert (part.status, part.metadata["why"]) == ("succeeded", "kind")
        assert fake.object("charge", charge)["refunded"] is False
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
            client.v1.refunds.create({"charge": charge, "amount": 300})
        intent = fake.object("charge", charge)["payment_intent"]
        assert client.v1.refunds.create({"payment_intent": intent}).amount == 299
        assert fake.object("charge", charge)["refunded"] is True
        with pytest.raises(stripe.InvalidRequestError) as raised:
            client.v1.refunds.create({"charge": charge})
        assert raised.value.code == "charge_already_refunded"
        assert types(fake)[-4:] == ["charge.refunded", "refund.created"] * 2
        shown = client.v1.charges.retrieve(charge, {"expand": ["refunds", "balance_transaction"]})
        assert (len(shown.refunds.data), shown.balance_transaction.net) == (
            2,
            499 - shown.balance_transaction.fee,
        )

    @pytest.mark.parametrize("status", ["won", "lost"])
    def test_disputed(self, fake, client, charge, status):
        dispute = fake.dispute(charge)
        with pytest.raises(stripe.InvalidRequestError) as raised:
            client.v1.refunds.create({"charge": charge})
        assert raised.value.code == "charge_disputed"
        fake.close_dispute(dispute["id"], status)
        shown = client.v1.disputes.retrieve(dispute["id"])
        assert shown.status == status
        assert sum(entry.net for entry in shown.balance_transactions) == (0 if status == "won" else -2499)
        told = types(fake)[types(fake).index("charge.dispute.created") :]
        assert told == [
            "charge.dispute.created",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.closed",
        ] + (["charge.dispute.funds_reinstated"] if status == "won" else [])


class TestCoupons:
    def paid(self, fake) -> list[int]:
        return [invoice["amount_paid"] for invoice in fake.objects("invoice")]

    @pytest.mark.parametrize(
        ("coupon", "paid"),
        [
            ({"percent_off": 20, "duration": "once"}, [399, 499, 499]),
            ({"percent_off": 20, "duration": "repeating", "duration_in_months": 2}, [399, 399, 499]),
            ({"amount_off": 99, "currency": "eur", "duration": "forever"}, [400, 400, 400]),
            ({"percent_off": 100, "duration": "once"}, [0, 499, 499]),
        ],
    )
    def test_how_long_one_holds(self, fake, client, coupon, paid):
        made = client.v1.coupons.create(coupon)
        subscribe(client, customer(client), discounts=[{"coupon": made.id}])
        fake.advance(days=63)
        assert self.paid(fake) == paid

    def test_used_up(self, fake, client):
        coupon = client.v1.coupons.create({"percent_off": 50, "duration": "once", "max_redemptions": 1})
        promotion = {"type": "coupon", "coupon": coupon.id}
        code = client.v1.promotion_codes.create({"promotion": promotion, "code": "HALF"})
        subscribe(client, customer(client), discounts=[{"promotion_code": code.id}])
        with pytest.raises(stripe.InvalidRequestError, match="used up"):
            subscribe(client, customer(client), discounts=[{"promotion_code": code.id}])
        after = client.v1.coupons.retrieve(coupon.id)
        assert (after.valid, after.times_redeemed) == (False, 1)

    def test_not_for_everybody_nor_for_ever(self, fake, client):
        her, other = customer(client), customer(client)
        promotion = {"type": "coupon", "coupon": "welcome"}
        hers = client.v1.promotion_codes.create({"promotion": promotion, "customer": her.id})
        brief = client.v1.promotion_codes.create({"promotion": promotion, "expires_at": START + 10})
        first = {"promotion": promotion, "restrictions": {"first_time_transaction": True}}
        first = client.v1.promotion_codes.create(first)
        subscribe(client, other)
        fake.advance(11)
        for code, whose in ((hers, other), (brief, her), (first, other)):
            with pytest.raises(stripe.InvalidRequestError):
                subscribe(client, whose, discounts=[{"promotion_code": code.id}])
        assert subscribe(client, her, discounts=[{"promotion_code": hers.id}]).status == "active"
