"""How Stripe is asked: by its library, with this installation's key, one API version and short waits."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Final

import stripe
from django.conf import settings

TIMEOUT: Final = 5
"""Seconds for one try; there are two."""
RETRY_AFTER: Final = 30
"""Seconds after which Stripe may answer again."""


PATIENCE: Final = 4
"""Seconds one more request waits for its turn to ask."""
_ASKING: Final = BoundedSemaphore(3)
"""Of the four threads of a web process (gunicorn.conf.py)."""


def is_on() -> bool:
    """Whether this installation takes payments."""
    return bool(settings.STRIPE_SECRET_KEY)


@contextmanager
def few_at_once() -> Iterator[None]:
    """Let a few requests of a process ask Stripe, so that one that hangs leaves threads for the learners.

    Raises stripe.APIConnectionError when they all do for longer than PATIENCE.
    """
    if not _ASKING.acquire(timeout=PATIENCE):
        raise stripe.APIConnectionError("Enough requests wait for Stripe already.")
    try:
        yield
    finally:
        _ASKING.release()


def configure() -> None:
    """Set for the whole process what dj-stripe and we ask Stripe with."""
    stripe.api_version = settings.STRIPE_API_VERSION
    stripe.max_network_retries = 1
    stripe.default_http_client = stripe.RequestsClient(timeout=TIMEOUT)
    stripe.enable_telemetry = False


def asked() -> dict[str, Any]:
    """What every request to Stripe is made with."""
    return {
        "api_key": settings.STRIPE_SECRET_KEY,
        "stripe_version": settings.STRIPE_API_VERSION,
    }


def plain(said: Any) -> dict[str, Any]:
    """An object of Stripe's library as the JSON it came in; its own `to_dict` holds Decimals."""
    whole: dict[str, Any] = json.loads(str(said))
    return whole


def for_the_log(error: stripe.StripeError) -> str:
    """What may be logged of an error: Stripe's sentence may name the customer's email, its code never does."""
    return f"{type(error).__name__} {error.code or error.http_status or ''}".strip()
