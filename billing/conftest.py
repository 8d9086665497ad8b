import json
import re
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
import stripe as library
from celery import current_app
from django.test import Client

import billing.tasks  # noqa: F401 (as the worker registers them)
from accounts.models import User
from billing.from_stripe import prices
from outbox.models import OutboxEvent
from tests.fakes.stripe import KEY, FakeStripe

SECRET = "whsec_for_tests"
CARD, REFUSED_CARD, FAILING_CARD = "4242424242424242", "4000000000000002", "4000000000000341"


@pytest.fixture(scope="session")
def running_stripe() -> Iterator[FakeStripe]:
    with FakeStripe(automatic=False, seed_number=1) as fake:
        yield fake


@pytest.fixture
def stripe(db, running_stripe, settings, monkeypatch) -> FakeStripe:
    """Payments are on, at a fake Stripe that knows nobody yet; events wait until a test delivers them."""
    running_stripe.run()
    running_stripe.reset()
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    monkeypatch.setattr(library, "api_base", running_stripe.url)
    prices.sync_plans()
    return running_stripe


@pytest.fixture
def anna(db) -> User:
    return User.objects.create_user("anna@example.com", language="en")


@pytest.fixture
def her(anna) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(anna, "django.contrib.auth.backends.ModelBackend")
    return client


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def pay(address: str, card: str = CARD) -> str:
    """What a learner does on Stripe's page; where it sends her, or what it says."""
    fields = {"cardNumber": card, "cardExpiry": "12/40", "cardCvc": "123", "billingName": "Anna"}
    try:
        with build_opener(Stay).open(address, urlencode(fields).encode(), timeout=10) as page:
            return re.sub(r"<[^>]*>", " ", page.read().decode())
    except HTTPError as answer:
        return answer.headers["Location"] or str(answer.code)


def deliver(fake: FakeStripe, client: Client, *events: dict) -> list[int]:
    """Posts events to our webhook as Stripe signs them, all there are unless some are named; the statuses."""
    return [tell(client, event) for event in events or fake.events()]


def tell(client: Client, event: dict, *, secret: str = SECRET, at: float | None = None) -> int:
    body, when = as_sent(event), int(time.time() if at is None else at)
    return post(client, body, signature(body, secret, when))


def as_sent(event: dict) -> bytes:
    return json.dumps(event, indent=2).encode()


def signature(body: bytes, secret: str, when: int) -> str:
    signed = library.WebhookSignature._compute_signature(f"{when}.{body.decode()}", secret)
    return f"t={when},v1={signed}"


def post(client: Client, body: bytes, signed: str) -> int:
    headers = {"Stripe-Signature": signed} if signed else {}
    return client.post("/stripe/webhook/", body, content_type="application/json", headers=headers).status_code


def work() -> int:
    """Does what waits in the outbox, as the relay and the worker would; how many tasks."""
    done = 0
    while waiting := list(OutboxEvent.objects.filter(sent_at=None).order_by("id")):
        for event in waiting:
            current_app.tasks[event.task].apply(kwargs=event.payload, throw=True)
            event.delete()
            done += 1
    return done
