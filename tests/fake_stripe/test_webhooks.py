"""The fake Stripe's webhooks: signed, repeated until taken, or kept for a test to send as it likes."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from tests.fake_stripe.asking import START, ask, customer, subscribe
from tests.fakes.stripe import FakeStripe

SECRET = "whsec_for_tests"


@dataclass
class Shop:
    """Takes webhooks; `answers` are the statuses of the next ones, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[bytes, str]] = field(default_factory=list)

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.got]


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            shop.got.append((body, self.headers["Stripe-Signature"]))
            status = shop.answers.pop(0) if shop.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop.url = f"http://127.0.0.1:{server.server_address[1]}/webhook/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield shop
        server.shutdown()
        thread.join()


def control(fake: FakeStripe, path: str, given: dict | None = None):
    data = None if given is None else json.dumps(given).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{fake.url}/_fake/{path}", data)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_every_event_is_delivered_and_signed(shop):
    with FakeStripe() as fake:
        fake.endpoint(shop.url, SECRET)
        subscribe(ask(fake), customer(ask(fake)))
        assert fake.webhooks.wait_until_idle()
        assert shop.types() == [event["type"] for event in fake.events()]
        for body, signature in shop.got:
            event = stripe.Webhook.construct_event(body, signature, SECRET)
            assert ask(fake).v1.events.retrieve(event.id).type == event.type
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, signature, "whsec_other")
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body + b" ", signature, SECRET)
        assert {event["pending_webhooks"] for event in fake.events()} == {0}


def test_what_is_not_taken_is_sent_again(shop):
    shop.answers += [500, 302, 404]
    with FakeStripe() as fake:
        fake.webhooks.pauses = (0.05, 0.1, 0.2)
        fake.endpoint(shop.url, SECRET)
        ask(fake).v1.customers.create({})
        until = time.monotonic() + 10
        while len((event := control(fake, "events")[1][0])["deliveries"]) < 4 and time.monotonic() < until:
            time.sleep(0.02)
        assert len({body for body, _ in shop.got}) == 1
        assert [tried["status"] for tried in event["deliveries"]] == [500, 302, 404, 200]


def test_an_endpoint_gets_what_it_asked_for(shop, fake, client):
    made = client.v1.webhook_endpoints.create({"url": shop.url, "enabled_events": ["customer.created"]})
    assert made.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(made.id).to_dict()
    subscribe(client, customer(client))
    for event in fake.events():
        fake.deliver(event["id"])
    assert shop.types() == ["customer.created"]
    assert stripe.Webhook.construct_event(*shop.got[0], made.secret)
    client.v1.webhook_endpoints.delete(made.id)
    assert fake.deliver(fake.events()[0]["id"]) == []


def test_a_test_sends_them_as_it_likes(shop, fake, client):
    fake.endpoint(shop.url, SECRET)
    subscribe(client, customer(client))
    assert shop.got == []
    ids = [event["id"] for event in fake.events()]
    shop.answers.append(503)
    assert [fake.deliver(id_) for id_ in (ids[-1], ids[0], ids[-1])] == [[503], [200], [200]]
    old = int(time.time()) - 301
    fake.deliver(ids[0], at=old)
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(*shop.got[-1], SECRET)


def test_nobody_there(fake, client):
    fake.endpoint("http://127.0.0.1:9/", SECRET)
    client.v1.customers.create({})
    assert fake.deliver(fake.events()[0]["id"]) == [0]


def test_an_event_tells_its_call_and_shows_the_object_as_it_was(fake, client):
    made = client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    client.v1.customers.update(made.id, {"name": "B"})
    created, updated = client.v1.events.list({"types": ["customer.created", "customer.updated"]}).data[::-1]
    assert created["request"].to_dict() == {"id": made.last_response.request_id, "idempotency_key": "k"}
    assert (created.data.object.name, updated.data.object.name) == ("A", "B")
    assert updated.data.previous_attributes.to_dict() == {"name": "A"}
    assert client.v1.events.list({"type": "customer.*", "limit": 1}).data[0].id == updated.id
    subscribe(client, customer(client))
    fake.advance(days=32)
    assert fake.events()[-1]["request"] == {"id": None, "idempotency_key": None}


class TestDoor:
    """The control door, as a program outside would use it."""

    def test_clock(self, fake, client):
        subscribe(client, customer(client))
        assert control(fake, "clock", {"advance": 32 * 86_400})[1]["now"] == START + 32 * 86_400
        assert len(fake.events("invoice.paid")) == 2
        assert control(fake, "clock", {"run": True})[1]["frozen"] is False
        assert control(fake, "clock", {"freeze": START + 99 * 86_400})[1]["frozen"] is True
        assert len(fake.events("invoice.paid")) == 4
        assert control(fake, "clock", {"to": START})[0] == 400

    def test_money(self, fake, client):
        her = customer(client)
        subscribe(client, her)
        charge = fake.objects("charge")[0]["id"]
        assert control(fake, f"charges/{charge}/refund", {"amount": 99})[1]["amount"] == 99
        dispute = control(fake, f"charges/{charge}/dispute", {})[1]
        assert control(fake, f"disputes/{dispute['id']}/close", {"status": "won"})[1]["status"] == "won"
        assert control(fake, f"disputes/{dispute['id']}/close", {"status": "won"})[0] == 400
        assert control(fake, f"customers/{her.id}/card", {"decline": "lost_card"})[0] == 200
        assert subscribe(client, her).status == "incomplete"
        assert control(fake, f"customers/{her.id}/card", {"decline": None})[0] == 200
        assert subscribe(client, her).status == "active"

    def test_events_faults_and_all_the_rest(self, shop, fake, client):
        assert control(fake, "endpoints", {"url": shop.url, "secret": SECRET})[1]["secret"] == SECRET
        client.v1.customers.create({})
        (event,) = control(fake, "events")[1]
        assert control(fake, f"events/{event['id']}/deliver", {})[1] == {"statuses": [200]}
        assert control(fake, "delivery", {"automatic": True})[1]["automatic"] is True
        control(fake, "faults", {"status": 503, "path": "/v1/prices"})
        with pytest.raises(stripe.APIError):
            ask(fake, max_network_retries=0).v1.prices.list()
        assert (
            control(fake, "dunning", {"then": "unpaid", "retry_days": [1]})[1]["dunning"]["then"] == "unpaid"
        )
        assert control(fake, "dunning", {"then": "whatever"})[0] == 400
        assert list(control(fake, "state")[1]["customer"])
        assert control(fake, "reset", {})[1]["events"] == 0
        assert client.v1.prices.list({"lookup_keys": ["monthly"]}).data[0].unit_amount == 499
        assert client.v1.webhook_endpoints.list().data[0].url == shop.url

    @pytest.mark.parametrize("path", ["nothing", "charges/ch_none/refund", "delivery"])
    def test_nonsense(self, fake, path):
        assert control(fake, path, {})[0] in (400, 404)


def test_one_test_clock_is_the_clock(fake, client):
    made = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    subscribe(client, customer(client, test_clock=made.id))
    client.v1.test_helpers.test_clocks.advance(made.id, {"frozen_time": START + 32 * 86_400})
    assert len(fake.events("invoice.paid")) == 2
    with pytest.raises(stripe.InvalidRequestError, match="one clock"):
        client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    client.v1.test_helpers.test_clocks.delete(made.id)
    assert abs(fake.now - time.time()) < 60


def test_a_running_clock_brings_what_is_due_by_itself(client, fake):
    made = subscribe(client, customer(client))
    fake.advance(to=made["items"].data[0].current_period_end - 1)
    fake.run()
    until = time.monotonic() + 10
    while not fake.events("invoice.created")[1:] and time.monotonic() < until:
        time.sleep(0.05)
    assert len(fake.events("invoice.created")) == 2
