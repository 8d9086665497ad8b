from collections.abc import Iterator

import pytest
import stripe

from tests.fake_stripe.asking import START, ask
from tests.fakes.stripe import FakeStripe


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    """Frozen, and its events are kept."""
    with FakeStripe(automatic=False, seed_number=1) as running:
        running.freeze(START)
        yield running


@pytest.fixture
def client(fake: FakeStripe) -> stripe.StripeClient:
    return ask(fake)
