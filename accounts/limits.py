"""How often one may ask. Exact to the request: a moving window in Redis, and in each process while Redis is away."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django_redis import get_redis_connection
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool

from .models import User

CLIENT: Final = parse("100/minute")
"""A learner, or an address nobody is signed in at."""
LEARNER: Final = parse("1000/hour")
CLASSROOM: Final = parse("3000/minute")
"""An address of CLASSROOM_NETWORKS: thirty learners share it."""
REGISTRATION: Final = parse("5/minute")
CLASSROOM_REGISTRATION: Final = parse("60/minute")
BATCH: Final = parse("10/minute")
"""Batches of up to 50 sessions typed offline, which do not count as requests."""
OWN: Final = MovingWindowRateLimiter(MemoryStorage())
"""What this process counts while Redis is away."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more request may pass, of how many in the window, and after how many seconds the next one may."""

    passes: bool
    limit: int
    remaining: int
    seconds: int


def hit(*limits: RateLimitItem, key: tuple[str, ...]) -> Verdict:
    """Count one request against each limit, up to the first that is used up: that one's verdict, else the first's."""
    try:
        return _hit(shared(get_redis_connection("default").connection_pool), limits, key)
    except StorageError:
        return _hit(OWN, limits, key)


def of_request(request: HttpRequest, user: User | None) -> Verdict:
    """Count one request to the API."""
    if user is None:
        address = address_of(request)
        return hit(CLASSROOM if is_classroom(address) else CLIENT, key=("address", address))
    return hit(CLIENT, LEARNER, key=("learner", str(user.pk)))


def of_registration(request: HttpRequest) -> Verdict:
    address = address_of(request)
    limit = CLASSROOM_REGISTRATION if is_classroom(address) else REGISTRATION
    return hit(limit, key=("registration", address))


def of_batch(user: User) -> Verdict:
    return hit(BATCH, key=("batch", str(user.pk)))


def address_of(request: HttpRequest) -> str:
    """The client's address: the last that a proxy of ours did not write itself, never what a client claims."""
    address: str = get_adapter().get_client_ip(request)
    return address


def is_classroom(address: str) -> bool:
    try:
        asked = ip_address(address)
    except ValueError:
        return False
    return any(asked in ip_network(network) for network in settings.CLASSROOM_NETWORKS)


def _hit(limiter: MovingWindowRateLimiter, limits: Sequence[RateLimitItem], key: tuple[str, ...]) -> Verdict:
    used_up = next((limit for limit in limits if not limiter.hit(limit, *key)), None)
    limit = used_up or limits[0]
    window = limiter.get_window_stats(limit, *key)
    seconds = max(1, round(window.reset_time - time.time()))
    return Verdict(used_up is None, limit.amount, 0 if used_up else window.remaining, seconds)


@cache
def shared(pool: ConnectionPool) -> MovingWindowRateLimiter:
    """What all processes count together, over the connections of the cache."""
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix="tt:limits", wrap_exceptions=True)
    return MovingWindowRateLimiter(storage)
