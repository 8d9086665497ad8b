"""Tries that can be taken back, counted in a window that moves: never more within any span as long as it.

Each try has a name of its own, so that taking one back leaves all others at their times. Counted in Redis, and in this
process while Redis is away.
"""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django_redis import get_redis_connection
from limits import RateLimitItem
from redis import RedisError

PREFIX: Final = "tt:tries:"
_COUNT: Final = """
redis.call('zremrangebyscore', KEYS[1], '-inf', '(' .. ARGV[5])
local counted = redis.call('zcard', KEYS[1])
if counted < tonumber(ARGV[3]) then
    redis.call('zadd', KEYS[1], ARGV[1], ARGV[4])
    redis.call('expire', KEYS[1], ARGV[2] + 1)
end
return {counted, redis.call('zrange', KEYS[1], 0, 0, 'WITHSCORES')[2]}
"""
"""Count a try unless the window is full: how many it held before, and the time of the first."""


@dataclass(frozen=True, slots=True)
class Try:
    """A try at something: whether it may be made, how many more may, and after how many seconds the next one may."""

    key: str
    name: str
    passes: bool
    remaining: int
    seconds: int


def count(limit: RateLimitItem, *, key: tuple[str, ...]) -> Try:
    """Count a try, unless as many were made as may be."""
    place, name, now, span = PREFIX + limit.key_for(*key), uuid4().hex, time.time(), limit.get_expiry()
    try:
        arguments = (repr(now), span, limit.amount, name, repr(now - span))
        counted, first = get_redis_connection("default").eval(_COUNT, 1, place, *arguments)
    except RedisError:
        counted, first = OWN.count(place, name, now, span=span, most=limit.amount)
    passes = counted < limit.amount
    seconds = max(1, round(float(first) + span - now))
    return Try(place, name, passes, limit.amount - counted - 1 if passes else 0, seconds)


def take_back(one: Try) -> None:
    """Uncount a try; of one that was not counted nothing happens."""
    OWN.take_back(one.key, one.name)
    try:
        get_redis_connection("default").zrem(one.key, one.name)
    except RedisError:
        return


def forget_tries(limit: RateLimitItem, *, key: tuple[str, ...]) -> None:
    """Count anew from nothing."""
    place = PREFIX + limit.key_for(*key)
    OWN.forget(place)
    try:
        get_redis_connection("default").delete(place)
    except RedisError:
        return


class _OwnTries:
    """What this process counts while Redis is away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._ends: dict[str, float] = {}

    def count(self, key: str, name: str, now: float, *, span: int, most: int) -> tuple[int, float]:
        with self._lock:
            for over in [other for other, end in self._ends.items() if end < now]:
                self._drop(over)
            times = self._times[key]
            for old in [other for other, at in times.items() if at < now - span]:
                del times[old]
            counted = len(times)
            if counted < most:
                times[name] = now
                self._ends[key] = now + span
            return counted, min(times.values())

    def take_back(self, key: str, name: str) -> None:
        with self._lock:
            if key in self._times:
                self._times[key].pop(name, None)

    def forget(self, key: str) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: str) -> None:
        self._times.pop(key, None)
        self._ends.pop(key, None)


OWN: Final = _OwnTries()
