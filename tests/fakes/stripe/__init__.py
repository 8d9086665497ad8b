"""A stateful fake of Stripe over real HTTP, for tests and for `make run STRIPE=fake`.

    with FakeStripe() as stripe:
        stripe.url, stripe.key, stripe.advance(days=30), stripe.events(), …

`python -m tests.fakes.stripe --port 8412` starts the same. It answers by the documented behaviour of one version of
the API (`VERSION`), from the standard library alone. What is simpler than Stripe: there is one clock, so one test
clock at a time; all prices of a subscription have one interval; no taxes, quotes, schedules, metered prices or
connected accounts. A parameter it does not know is refused, never ignored.
"""

from tests.fakes.stripe.core import KEY, FakeStripe
from tests.fakes.stripe.ledger import VERSION

__all__ = ["KEY", "VERSION", "FakeStripe"]
