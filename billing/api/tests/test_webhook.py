"""What Stripe posts to the API."""

import json
import time

import pytest
from django.test import Client

from accounts import limits
from billing.api.tests.conftest import buy
from billing.conftest import SECRET, as_sent, post, signature
from billing.models import WebhookEvent


def test_is_kept_once(stripe, client, anna, api):
    buy(api, anna)
    event = as_sent(stripe.events("customer.subscription.created")[0])
    assert tell(client, event) == (200, {"success": True, "data": None})
    assert tell(client, event)[0] == 200
    assert post(client, event, signature(event, SECRET, int(time.time()))) == 200
    assert WebhookEvent.objects.count() == 1


def test_the_token_of_a_request_is_not_looked_at(stripe, client, anna, api):
    buy(api, anna)
    event = as_sent(stripe.events("invoice.paid")[0])
    assert tell(client, event, headers={"Authorization": "Bearer nonsense"})[0] == 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain", ""])
def test_whatever_it_calls_its_body(stripe, client, anna, api, kind):
    buy(api, anna)
    event = as_sent(stripe.events("invoice.paid")[0])
    assert tell(client, event, kind=kind)[0] == 200


def test_forged_edited_and_old(stripe, client, anna, api):
    buy(api, anna)
    event = as_sent(stripe.events("invoice.paid")[0])
    now = int(time.time())
    good = signature(event, SECRET, now)
    for body, signed in (
        (event, ""),
        (event, "t=1,v1=é"),
        (event, "nonsense"),
        (event, signature(event, "whsec_other", now)),
        (event, signature(event, SECRET, now - 301)),
        (event.replace(b"499", b"1"), good),
        (b"\xff\xfe", good),
        (b"", good),
        (b"[]", signature(b"[]", SECRET, now)),
        (b"{", signature(b"{", SECRET, now)),
    ):
        status, said = tell(client, body, signed=signed)
        assert (status, said["error"]["code"]) == (400, "bad_signature")
    assert not WebhookEvent.objects.exists()


def test_forms_are_no_events(stripe, client):
    answer = client.post("/api/v1/payments/webhook", {"a": "b"}, headers={"Stripe-Signature": "t=1,v1=x"})
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "bad_signature"


def test_too_large(stripe, client):
    body = json.dumps({"id": "evt_1", "padding": "x" * 5_000_000}).encode()
    assert tell(client, body)[0] == 413
    assert not WebhookEvent.objects.exists()


def test_without_payments_nobody_is_believed(client, db):
    assert tell(client, b'{"id": "evt_1"}')[0] == 400


def test_has_a_limit_of_its_own(stripe, client, monkeypatch):
    for _ in range(limits.CLIENT.amount + 1):
        assert tell(client, b"{}", signed="x")[0] == 400
    monkeypatch.setattr(limits, "WEBHOOKS", limits.parse("1/minute"))
    told = [tell(client, b"{}", signed="x")[0] for _ in range(2)]
    assert told == [400, 429]


def tell(client: Client, body: bytes, *, signed=None, kind="application/json", headers=None):
    signed = signature(body, SECRET, int(time.time())) if signed is None else signed
    answer = client.post(
        "/api/v1/payments/webhook",
        body,
        content_type=kind,
        headers={"Stripe-Signature": signed, **(headers or {})},
    )
    return answer.status_code, answer.json()
