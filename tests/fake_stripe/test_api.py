"""The fake Stripe's API, asked by Stripe's own library over HTTP: shapes, errors, pages of lists, keys that repeat."""

import threading
import time
import typing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.fake_stripe.asking import START, ask, customer, subscribe
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.params import decode

KINDS = {
    "account": stripe.Account,
    "balance_transaction": stripe.BalanceTransaction,
    "billing_portal.configuration": stripe.billing_portal.Configuration,
    "billing_portal.session": stripe.billing_portal.Session,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "coupon": stripe.Coupon,
    "customer": stripe.Customer,
    "discount": stripe.Discount,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "invoiceitem": stripe.InvoiceItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "price": stripe.Price,
    "product": stripe.Product,
    "promotion_code": stripe.PromotionCode,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "test_helpers.test_clock": stripe.test_helpers.TestClock,
    "webhook_endpoint": stripe.WebhookEndpoint,
    "line_item": stripe.InvoiceLineItem,
    "item": stripe.LineItem,
    "plan": stripe.Plan,
}


def all_within(thing) -> Iterator[dict]:
    """Every object that stands in an answer."""
    if isinstance(thing, dict):
        if str(thing.get("object")) in KINDS:
            yield thing
        for value in thing.values():
            yield from all_within(value)
    if isinstance(thing, list):
        for value in thing:
            yield from all_within(value)


def test_objects_have_the_fields_the_library_documents(fake, client):
    """None it doesn't know, and all that are never absent, of everything a lively month leaves behind."""
    live_a_month(fake, client)
    things = [thing for kind in fake.dump() for thing in fake.objects(kind)]
    things += [line for one in fake.dump()["checkout.session"].values() for line in one["_lines"]]
    seen, wrong = set(), set()
    for each in (one for thing in things for one in all_within(thing)):
        seen.add(each["object"])
        known, never_absent = fields_of(KINDS[each["object"]])
        own = {name for name in each if not name.startswith("_")}
        wrong |= {(each["object"], name) for name in (own - known) | (never_absent - own)}
    assert wrong == set()
    assert seen == set(KINDS)


def fields_of(cls) -> tuple[set[str], set[str]]:
    """The fields of a class of the library, and those that are never null."""
    known = {name for name in cls.__annotations__ if not name.startswith("_")} - {"OBJECT_NAME"}
    never_null = {name for name in known if type(None) not in typing.get_args(cls.__annotations__[name])}
    return known, never_null


def live_a_month(fake, client) -> None:
    her = customer(client)
    promo = client.v1.promotion_codes.list({"code": "WELCOME20"}).data[0].id
    subscription = subscribe(client, her, discounts=[{"promotion_code": promo}])
    item = subscription["items"].data[0].id
    client.v1.invoice_items.create({"customer": her.id, "amount": 100, "currency": "eur"})
    quantity = {"items": [{"id": item, "quantity": 2}]}
    client.v1.subscriptions.update(subscription.id, quantity)
    fake.advance(days=32)
    charge = client.v1.charges.list().data[-1]
    client.v1.refunds.create({"charge": charge.id, "amount": 100})
    client.v1.setup_intents.create({"customer": her.id})
    price = [{"price": "price_lifetime", "quantity": 1}]
    client.v1.checkout.sessions.create({"mode": "payment", "line_items": price, "success_url": "http://x/"})
    client.v1.billing_portal.sessions.create({"customer": her.id})
    endpoint = {"url": "http://127.0.0.1:9/", "enabled_events": ["*"]}
    client.v1.webhook_endpoints.create(endpoint)
    client.v1.test_helpers.test_clocks.create({"frozen_time": fake.now})
    fake.dispute(client.v1.charges.list().data[0].id)


@pytest.mark.parametrize(
    ("form", "decoded"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("items[0][price]=p&items[1][price]=q", {"items": [{"price": "p"}, {"price": "q"}]}),
        ("expand[]=a&expand[]=b", {"expand": ["a", "b"]}),
        ("metadata[one two]=x%26y", {"metadata": {"one two": "x&y"}}),
        ("a[10]=k&a[2]=b", {"a": ["b", "k"]}),
        ("a[b][c][d]=", {"a": {"b": {"c": {"d": ""}}}}),
    ],
)
def test_forms_are_nested(form, decoded):
    assert decode(form) == decoded


def test_a_wrong_key_is_refused(fake):
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        ask(fake, "sk_test_" + "x" * 24).v1.customers.list()


def test_another_version_of_the_api_is_refused(fake):
    other = stripe.StripeClient(
        fake.key, base_addresses={"api": fake.url}, stripe_version="2024-06-20", max_network_retries=0
    )
    with pytest.raises(stripe.InvalidRequestError, match="2024-06-20"):
        other.v1.customers.list()


@pytest.mark.parametrize(
    ("call", "status", "code", "param"),
    [
        (lambda c: c.v1.customers.retrieve("cus_none"), 404, "resource_missing", "id"),
        (lambda c: c.v1.subscriptions.create({"customer": "cus_none"}), 400, "resource_missing", "customer"),
        (lambda c: c.v1.prices.create({"currency": "eur"}), 400, "parameter_missing", "unit_amount"),
        (lambda c: c.v1.customers.create({"frobnicate": "1"}), 400, "parameter_unknown", "frobnicate"),
        (lambda c: c.v1.customers.list({"limit": 101}), 400, "parameter_invalid_integer", "limit"),
        (lambda c: c.v1.customers.create({"payment_method": "pm_card_chargeDeclined"}), 402, "card_declined", None),
    ],
)  # fmt: skip
def test_errors_have_stripes_shape(client, call, status, code, param):
    with pytest.raises(stripe.StripeError) as raised:
        call(client)
    error = raised.value
    assert (error.http_status, error.code, error.error.param if param else None) == (status, code, param)
    assert error.request_id.startswith("req_")


def test_lists_come_in_pages_the_newest_first(client):
    made = [customer(client, None, name=str(number)).id for number in range(5)]
    page = client.v1.customers.list({"limit": 2})
    assert ([one.id for one in page.data], page.has_more) == (made[:-3:-1], True)
    rest = client.v1.customers.list({"limit": 3, "starting_after": page.data[-1].id})
    assert ([one.id for one in rest.data], rest.has_more) == (made[2::-1], False)
    assert [one.id for one in client.v1.customers.list({"limit": 1}).auto_paging_iter()] == made[::-1]
    before = client.v1.customers.list({"limit": 2, "ending_before": made[1]})
    assert [one.id for one in before.data] == [made[3], made[2]]


def test_prices_are_found_by_their_lookup_key_and_it_moves_when_asked(client):
    (old,) = client.v1.prices.list({"lookup_keys": ["monthly"], "active": True}).data
    new = {"product": old.product, "currency": "eur", "unit_amount": 599, "lookup_key": "monthly",
           "recurring": {"interval": "month"}}  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        client.v1.prices.create(new)
    made = client.v1.prices.create({**new, "transfer_lookup_key": True})
    assert [one.id for one in client.v1.prices.list({"lookup_keys": ["monthly"]}).data] == [made.id]
    assert client.v1.prices.retrieve(old.id).lookup_key is None


def test_expand_puts_objects_in_the_places_of_their_ids(client):
    her = customer(client)
    made = subscribe(
        client, her, expand=["customer.sources", "latest_invoice.payments", "default_payment_method"]
    )
    assert (made.customer.email, made.customer.sources.data) == ("her@example.com", [])
    assert made.latest_invoice.payments.data[0].status == "paid"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.customers.list({"expand": ["data.email"]})
    listed = client.v1.prices.list({"lookup_keys": ["yearly"], "expand": ["data.product", "data.tiers"]})
    assert (listed.data[0].product.name, listed.data[0].tiers) == ("Premium", None)


def test_metadata_is_merged_and_unset(client):
    her = customer(client, None, metadata={"a": "1", "b": "2"})
    changed = client.v1.customers.update(her.id, {"metadata": {"b": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert client.v1.customers.search({"query": "metadata['c']:'3'"}).data[0].id == her.id


def test_a_deleted_customer_is_gone_with_her_subscriptions(fake, client):
    her = customer(client)
    made = subscribe(client, her)
    assert client.v1.customers.delete(her.id).deleted
    assert client.v1.customers.retrieve(her.id).deleted
    assert client.v1.subscriptions.retrieve(made.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        subscribe(client, her)


class TestKeys:
    """Idempotency keys."""

    def test_the_same_call_again_gets_the_same_answer(self, fake, client):
        first, again = (client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}) for _ in range(2))
        assert first.id == again.id
        assert again.last_response.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.last_response.headers
        assert len(fake.objects("customer")) == 1

    def test_another_call_with_a_key_is_refused(self, client):
        client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
        with pytest.raises(stripe.IdempotencyError):
            client.v1.customers.create({"name": "B"}, {"idempotency_key": "k"})

    def test_a_key_is_forgotten_after_a_day(self, fake, client):
        first = client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
        fake.advance(86_399)
        assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id == first.id
        fake.advance(1)
        assert client.v1.customers.create({"name": "B"}, {"idempotency_key": "k"}).id != first.id

    def test_a_refused_call_may_be_made_again(self, client):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.customers.create({"frobnicate": 1}, {"idempotency_key": "k"})
        assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).name == "A"

    def test_a_decline_is_repeated(self, client):
        her = customer(client, "pm_card_chargeCustomerFail")
        given = {
            "customer": her.id,
            "items": [{"price": "price_monthly"}],
            "payment_behavior": "error_if_incomplete",
        }
        for _ in range(2):
            with pytest.raises(stripe.CardError) as raised:
                client.v1.subscriptions.create(given, {"idempotency_key": "k"})
        assert raised.value.headers["Idempotent-Replayed"] == "true"

    def test_twenty_at_once_make_one(self, fake):
        """Who asks while the first is under way is told so, and asks again by itself."""
        fake.fail(hang=0.3, after=True)

        def create(_: int) -> str:
            patient = ask(fake, max_network_retries=10)
            return patient.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id

        with ThreadPoolExecutor(20) as pool:
            assert len(set(pool.map(create, range(20)))) == 1
        assert len(fake.objects("customer")) == 1

    def test_one_under_way_is_a_conflict(self, fake, client):
        fake.fail(hang=1, after=True)
        first = threading.Thread(
            target=client.v1.customers.create, args=({"name": "A"}, {"idempotency_key": "k"})
        )
        first.start()
        time.sleep(0.3)
        with pytest.raises(stripe.StripeError) as raised:
            ask(fake, max_network_retries=0).v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
        first.join()
        assert raised.value.http_status == 409
        assert raised.value.json_body["error"]["code"] == "idempotency_key_in_use"


def test_eight_clients_at_once_lose_nothing(fake):
    def work(number: int) -> None:
        mine = ask(fake)
        for _ in range(5):
            subscribe(mine, customer(mine, metadata={"who": str(number)}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(fake.objects("customer")) == len(fake.objects("subscription")) == 40
    assert {one["status"] for one in fake.objects("subscription")} == {"active"}
    numbers = [one["number"] for one in fake.objects("invoice")]
    assert len(set(numbers)) == 40


def test_calls_fail_as_told_before_or_after_their_work(fake):
    impatient = ask(fake, max_network_retries=0)
    fake.fail(status=429)
    with pytest.raises(stripe.RateLimitError):
        impatient.v1.customers.create({})
    fake.fail(status=500, path="/v1/customers")
    impatient.v1.prices.list()
    with pytest.raises(stripe.APIError):
        impatient.v1.customers.create({})
    assert fake.objects("customer") == []
    fake.fail(status=503, after=True)
    with pytest.raises(stripe.APIError):
        impatient.v1.customers.create({})
    assert len(fake.objects("customer")) == 1


def test_what_is_kept_in_a_file_survives(tmp_path):
    with FakeStripe(state=tmp_path / "state") as first:
        first.freeze(START)
        made = subscribe(ask(first), customer(ask(first)))
    with FakeStripe(state=tmp_path / "state") as second:
        assert second.now == START
        assert ask(second).v1.subscriptions.retrieve(made.id).status == "active"
        second.advance(days=32)
        assert len(second.events("invoice.paid")) == 2


def test_a_seed_makes_the_same_ids(fake):
    with FakeStripe(seed_number=1) as other:
        assert other.objects("account") == [{**fake.objects("account")[0]}]
