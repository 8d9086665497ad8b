"""The fake Stripe's billing: what is charged when, and that a preview shows what is billed. By hand, in cents."""

from datetime import UTC, datetime

import pytest
import stripe
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from tests.fake_stripe.asking import START, ask, customer, subscribe
from tests.fakes.stripe import FakeStripe, amounts, clock

DAY, HOUR = 86_400, 3600
MARCH = 31 * DAY


def at(year: int, month: int, day: int, hour: int = 12) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def of(fake, since: int = 0) -> list[str]:
    return [event["type"] for event in fake.events()[since:]]


def state(client, subscription) -> str:
    return client.v1.subscriptions.retrieve(subscription.id).status


def lines(invoice) -> list[int]:
    return [line.amount for line in invoice.lines.data]


@pytest.mark.parametrize(
    ("start", "interval", "count", "end"),
    [
        (at(2026, 1, 31), "month", 1, at(2026, 2, 28)),
        (at(2026, 1, 31), "month", 2, at(2026, 3, 31)),
        (at(2028, 2, 29), "year", 1, at(2029, 2, 28)),
        (at(2026, 12, 15), "month", 1, at(2027, 1, 15)),
        (at(2026, 3, 1), "week", 2, at(2026, 3, 15)),
    ],
)
def test_the_calendar(start, interval, count, end):
    assert clock.add(start, interval, count) == end


@for_all(
    anchor=st.integers(0, 4_000_000_000),
    after=st.integers(-1_000_000, 400_000_000),
    interval=st.sampled_from(["day", "week", "month", "year"]),
    count=st.integers(1, 6),
)
def test_the_next_boundary_is_the_first_after(anchor, after, interval, count):
    after += anchor
    found = clock.next_boundary(anchor, interval, count, after)
    assert found > after
    periods = 0
    step = 1 if after >= anchor else -1
    while (step > 0) == (clock.add(anchor, interval, periods * count) <= after) and abs(periods) < 6000:
        periods += step
    assert found == clock.add(anchor, interval, (periods if step > 0 else periods + 1) * count)


@pytest.mark.parametrize(
    ("amount", "period", "since", "left"),
    [
        (499, (0, MARCH), 0, 499),
        (499, (0, MARCH), MARCH, 0),
        (1000, (0, 30 * DAY), 15 * DAY, 500),
        (499, (0, MARCH), 10 * DAY, 338),  # 499 × 21 / 31 = 338.03
        (3999, (0, 365 * DAY), 100 * DAY, 2903),  # 3999 × 265 / 365 = 2903.38
        (1, (0, 2), 1, 1),  # a half goes up
        (-1, (0, 2), 1, -1),
    ],
)
def test_shares_of_a_period_by_seconds(amount, period, since, left):
    assert amounts.share(amount, period, since) == left


@for_all(
    amounts_=st.lists(st.integers(0, 100_000), min_size=1, max_size=6),
    coupons=st.lists(
        st.one_of(
            st.integers(1, 100).map(lambda n: {"percent_off": n, "amount_off": None}),
            st.integers(1, 200_000).map(lambda n: {"percent_off": None, "amount_off": n}),
        ),
        max_size=3,
    ),
)
def test_discounts_take_off_what_they_say_and_never_more_than_there_is(amounts_, coupons):
    taken = amounts.discounted(amounts_, coupons)
    left = list(amounts_)
    for coupon, cut in zip(coupons, taken, strict=True):
        if coupon["amount_off"]:
            assert sum(cut) == min(coupon["amount_off"], sum(left))
        left = [amount - part for amount, part in zip(left, cut, strict=True)]
        assert all(amount >= 0 for amount in left)


class TestRenewals:
    def test_a_month(self, fake, client):
        made = subscribe(client, customer(client))
        assert (made.status, made["items"].data[0].current_period_end) == ("active", at(2026, 4, 1))
        before = len(fake.events())
        fake.advance(to=at(2026, 4, 1) - 1)
        assert of(fake, before) == []
        fake.advance(1)
        assert of(fake, before) == ["invoice.created", "customer.subscription.updated"]
        draft = client.v1.invoices.list({"limit": 1}).data[0]
        assert (draft.status, draft.billing_reason, draft.total) == ("draft", "subscription_cycle", 499)
        before = len(fake.events())
        fake.advance(HOUR - 1)
        assert of(fake, before) == []
        fake.advance(1)
        assert [type_ for type_ in of(fake, before) if type_ != "customer.updated"] == [
            "payment_intent.created", "invoice.finalized", "charge.succeeded", "payment_intent.succeeded",
            "invoice.updated", "invoice_payment.paid", "invoice.paid", "invoice.payment_succeeded",
        ]  # fmt: skip

    def test_two_years_in_one_leap(self, fake, client):
        """Each renewal happens at its own time, from the 31st to the 31st."""
        fake.advance(to=at(2026, 3, 31))
        subscribe(client, customer(client))
        fake.advance(to=at(2028, 4, 1))
        paid = [event["created"] for event in fake.events("invoice.paid")]
        assert len(paid) == 25
        assert paid[1:4] == [at(2026, 4, 30) + HOUR, at(2026, 5, 31) + HOUR, at(2026, 6, 30) + HOUR]
        assert paid[23] == at(2028, 2, 29) + HOUR
        times = [event["created"] for event in fake.events()]
        assert times == sorted(times)

    def test_cancelled_at_the_end_of_the_period(self, fake, client):
        made = subscribe(client, customer(client))
        changed = client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
        assert (changed.status, changed.cancel_at) == ("active", at(2026, 4, 1))
        assert fake.events()[-1]["data"]["previous_attributes"]["cancel_at_period_end"] is False
        fake.advance(to=at(2026, 4, 1) - 1)
        assert state(client, made) == "active"
        fake.advance(1)
        ended = client.v1.subscriptions.retrieve(made.id)
        assert (ended.status, ended.ended_at, ended.canceled_at) == ("canceled", at(2026, 4, 1), START)
        assert of(fake)[-1] == "customer.subscription.deleted"
        assert len(fake.objects("invoice")) == 1

    def test_a_cancellation_taken_back(self, fake, client):
        made = subscribe(client, customer(client))
        client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
        back = client.v1.subscriptions.update(made.id, {"cancel_at_period_end": False})
        assert (back.cancel_at, back.cancel_at_period_end, back.canceled_at) == (None, False, None)
        fake.advance(to=at(2026, 4, 2))
        assert state(client, made) == "active"

    def test_ended_at_once_with_credit_for_the_rest(self, fake, client):
        her = customer(client)
        made = subscribe(client, her)
        fake.advance(days=10)
        ended = client.v1.subscriptions.cancel(made.id, {"prorate": True, "invoice_now": True})
        assert ended.status == "canceled"
        assert client.v1.customers.retrieve(her.id).balance == -338
        with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
            client.v1.subscriptions.cancel(made.id)


class TestTrials:
    def test_a_trial_of_a_week(self, fake, client):
        made = subscribe(client, customer(client), trial_period_days=7)
        assert (made.status, made.trial_end) == ("trialing", START + 7 * DAY)
        assert lines(client.v1.invoices.retrieve(made.latest_invoice)) == [0]
        fake.advance(to=START + 4 * DAY - 1)
        assert "customer.subscription.trial_will_end" not in of(fake)
        fake.advance(1)
        assert of(fake)[-1] == "customer.subscription.trial_will_end"
        fake.advance(to=START + 7 * DAY)
        assert state(client, made) == "active"
        assert (
            fake.events("customer.subscription.updated")[-1]["data"]["previous_attributes"]["status"]
            == "trialing"
        )
        assert fake.objects("charge") == []
        fake.advance(HOUR)
        assert fake.objects("charge")[0]["amount"] == 499

    def test_a_short_trial_warns_at_once(self, fake, client):
        subscribe(client, customer(client), trial_period_days=2)
        assert len(fake.events("customer.subscription.trial_will_end")) == 1

    def test_a_trial_without_a_card(self, fake, client):
        end = {"end_behavior": {"missing_payment_method": "cancel"}}
        made = subscribe(client, customer(client, None), trial_period_days=7, trial_settings=end)
        fake.advance(days=7)
        assert state(client, made) == "canceled"

    def test_a_trial_ended_early(self, fake, client):
        made = subscribe(client, customer(client), trial_period_days=7)
        fake.advance(days=1)
        changed = client.v1.subscriptions.update(made.id, {"trial_end": "now"})
        assert (changed.status, fake.objects("charge")[0]["amount"]) == ("active", 499)


class TestChanges:
    """Of plan, midway."""

    def change(self, client, made, price, **given):
        """What a preview says and what is then billed."""
        items = [{"id": made["items"].data[0].id, "price": price}]
        details = {"items": items, **given}
        shown = client.v1.invoices.create_preview({"subscription": made.id, "subscription_details": details})
        changed = client.v1.subscriptions.update(
            made.id, {"items": items, **given, "expand": ["latest_invoice"]}
        )
        return shown, changed

    def test_from_monthly_to_yearly(self, fake, client):
        her = customer(client)
        made = subscribe(client, her)
        fake.advance(days=10)
        shown, changed = self.change(client, made, "price_yearly", proration_date=fake.now)
        # 3999 - 499 × 21 / 31
        assert (lines(shown), shown.amount_due) == ([-338, 3999], 3661)
        bill = changed.latest_invoice
        assert (lines(bill), bill.amount_paid, bill.status) == ([-338, 3999], 3661, "paid")
        assert bill.billing_reason == "subscription_update"
        assert changed["items"].data[0].current_period_end == at(2027, 3, 11)
        assert shown.lines.data[0].parent.subscription_item_details.proration

    def test_from_yearly_to_monthly_leaves_credit(self, fake, client):
        her = customer(client)
        made = subscribe(client, her, "price_yearly")
        fake.advance(days=100)
        shown, changed = self.change(client, made, "price_monthly")
        # 499 - 3999 × 265 / 365
        assert (lines(shown), shown.amount_due, shown.ending_balance) == ([-2903, 499], 0, None)
        assert (changed.latest_invoice.total, changed.latest_invoice.status) == (-2404, "paid")
        assert client.v1.customers.retrieve(her.id).balance == -2404
        fake.advance(days=32)
        assert client.v1.customers.retrieve(her.id).balance == -2404 + 499
        assert [charge["amount"] for charge in fake.objects("charge")] == [3999]

    def dearer(self, client, amount=999):
        return client.v1.prices.create(
            {
                "product": "prod_premium",
                "currency": "eur",
                "unit_amount": amount,
                "recurring": {"interval": "month"},
            }
        ).id

    def test_within_a_month_it_waits_for_the_next_invoice(self, fake, client):
        made = subscribe(client, customer(client))
        fake.advance(days=10)
        shown, _ = self.change(client, made, self.dearer(client))
        # 999 × 21 / 31 = 676.74
        assert (lines(shown), shown.amount_due) == ([-338, 677, 999], 1338)
        assert len(fake.objects("charge")) == 1
        fake.advance(to=at(2026, 4, 1, 13))
        assert [charge["amount"] for charge in fake.objects("charge")] == [499, 1338]

    def test_within_a_month_at_once(self, fake, client):
        made = subscribe(client, customer(client))
        fake.advance(days=10)
        shown, changed = self.change(client, made, self.dearer(client), proration_behavior="always_invoice")
        assert (lines(shown), shown.amount_due) == ([-338, 677], 339)
        assert changed.latest_invoice.amount_paid == 339
        assert changed["items"].data[0].current_period_end == at(2026, 4, 1)

    def test_within_a_month_for_nothing(self, fake, client):
        made = subscribe(client, customer(client))
        fake.advance(days=10)
        _, _ = self.change(client, made, self.dearer(client), proration_behavior="none")
        fake.advance(to=at(2026, 4, 1, 13))
        assert [charge["amount"] for charge in fake.objects("charge")] == [499, 999]

    def test_what_is_too_little_to_charge_is_carried_over(self, fake, client):
        her = customer(client)
        made = subscribe(client, her)
        fake.advance(days=10)
        shown, changed = self.change(
            client, made, self.dearer(client, 549), proration_behavior="always_invoice"
        )
        # 549 × 21 / 31 = 371.9: 34 cents more.
        assert (shown.total, shown.amount_due, changed.latest_invoice.status) == (34, 0, "paid")
        assert client.v1.customers.retrieve(her.id).balance == 34

    def test_credit_is_of_what_was_paid_not_of_the_price(self, fake, client):
        promo = client.v1.promotion_codes.list({"code": "WELCOME20"}).data[0].id
        made = subscribe(client, customer(client), discounts=[{"promotion_code": promo}])
        fake.advance(days=10)
        shown, changed = self.change(client, made, "price_yearly")
        # 399 × 21 / 31 = 270.29
        assert lines(shown) == lines(changed.latest_invoice) == [-270, 3999]

    def test_the_date_of_the_preview_holds(self, fake, client):
        made = subscribe(client, customer(client))
        fake.advance(days=10)
        shown_at = fake.now
        items = [{"id": made["items"].data[0].id, "price": "price_yearly"}]
        details = {"items": items, "proration_date": shown_at}
        shown = client.v1.invoices.create_preview({"subscription": made.id, "subscription_details": details})
        fake.advance(2 * DAY)
        changed = client.v1.subscriptions.update(
            made.id, {"items": items, "proration_date": shown_at, "expand": ["latest_invoice"]}
        )
        assert changed.latest_invoice.amount_paid == shown.amount_due == 3661
        with pytest.raises(stripe.InvalidRequestError, match="proration_date"):
            client.v1.subscriptions.update(made.id, {"items": items, "proration_date": shown_at})

    def test_a_preview_changes_nothing(self, fake, client):
        made = subscribe(client, customer(client))
        fake.advance(days=10)
        before = fake.dump()
        items = [{"id": made["items"].data[0].id, "price": "price_yearly"}]
        for details in ({"items": items}, {}, {"items": items, "proration_behavior": "none"}):
            client.v1.invoices.create_preview({"subscription": made.id, "subscription_details": details})
        assert fake.dump() == before

    def test_nothing_is_upcoming_for_who_has_cancelled(self, client):
        made = subscribe(client, customer(client))
        client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
        with pytest.raises(stripe.InvalidRequestError) as raised:
            client.v1.invoices.create_preview({"subscription": made.id})
        assert raised.value.code == "invoice_upcoming_none"

    @settings(max_examples=25, deadline=None)
    @for_all(data=st.data())
    def test_whatever_was_shown_is_billed(self, data):
        """Any plan to any other at any second, with any coupon, credit and way to prorate."""
        with FakeStripe(automatic=False) as fake:
            fake.freeze(START)
            client = ask(fake)
            prices = ["price_monthly", "price_yearly", self.dearer(client, 999), self.dearer(client, 50)]
            her = customer(client, balance=data.draw(st.sampled_from([0, -500, 30])))
            coupon = data.draw(
                st.sampled_from([None, {"percent_off": 33}, {"amount_off": 123, "currency": "eur"}])
            )
            duration = data.draw(st.sampled_from(["once", "forever"]))
            cuts = (
                [{"coupon": client.v1.coupons.create({**coupon, "duration": duration}).id}] if coupon else []
            )
            made = subscribe(client, her, data.draw(st.sampled_from(prices)), discounts=cuts)
            fake.advance(data.draw(st.integers(0, 27 * DAY)))
            wanted = data.draw(st.sampled_from(prices))
            quantity = data.draw(st.integers(1, 3))
            behavior = data.draw(st.sampled_from(["create_prorations", "always_invoice", "none"]))
            items = [{"id": made["items"].data[0].id, "price": wanted, "quantity": quantity}]
            details = {"items": items, "proration_behavior": behavior}
            shown = client.v1.invoices.create_preview(
                {"subscription": made.id, "subscription_details": details}
            )
            changed = client.v1.subscriptions.update(made.id, {**details})
            if changed.latest_invoice == made.latest_invoice:
                fake.advance(to=changed["items"].data[0].current_period_end + 2 * HOUR)
            bill = client.v1.invoices.list({"subscription": made.id, "limit": 1}).data[0]
            assert bill.id != made.latest_invoice
            assert (lines(bill), bill.total, bill.amount_due) == (lines(shown), shown.total, shown.amount_due)
            assert bill.status == "paid"
            assert bill.amount_paid == bill.amount_due
