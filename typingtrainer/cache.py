"""Redis and what takes its place while it is away. Cache and limits share one pool, and so one memory of that."""

import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from threading import Lock
from typing import Any, Final

from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionPool
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import RedisError
from redis.retry import Retry

AWAY_FOR: Final = 2.0
"""Seconds for which Redis is not asked again after it did not answer."""
KEPT_MEANWHILE: Final = 10_000
"""Entries each process keeps itself while Redis is away."""

log = logging.getLogger(__name__)


class Pool(ConnectionPool):
    """Connections to Redis; once it did not answer, all threads go on without it.

    After `AWAY_FOR` seconds one of them asks again, and the others still don't until that one got an answer.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._turn = Lock()
        self._asked_again_at: float | None = None
        super().__init__(retry=Retry(NoBackoff(), 0), **kwargs)

    def get_connection(self, *args: Any, **kwargs: Any) -> Connection:
        with self._turn:
            if self._asked_again_at is not None:
                if time.monotonic() < self._asked_again_at:
                    raise AwayError("Redis did not answer a moment ago")
                self._asked_again_at = time.monotonic() + AWAY_FOR
        return super().get_connection(*args, **kwargs)

    def release(self, connection: Any) -> None:
        """Takes a connection back; what failed on it, or kept it from being made, has closed it."""
        self._note(answered=connection.is_connected)
        super().release(connection)

    def _note(self, *, answered: bool) -> None:
        was_away = self._asked_again_at is not None
        self._asked_again_at = None if answered else time.monotonic() + AWAY_FOR
        if was_away and answered:
            log.warning("Redis answers again")
        elif not (was_away or answered):
            log.warning("Redis does not answer; each process keeps and counts for itself")


def _or_own(name: str) -> Callable[..., Any]:
    """A method of the cache that asks Redis, and the process's own memory when Redis does not answer."""
    ask: Callable[..., Any] = getattr(RedisCache, name)

    @wraps(ask)
    def answer(self: "Cache", *args: Any, **kwargs: Any) -> Any:
        try:
            answered = ask(self, *args, **kwargs)
        except RedisError:
            if name.startswith("delete"):
                self.undone.append((ask, args, kwargs))
            return getattr(self.own, name)(*args, **kwargs)
        if self.undone:
            self.catch_up()
        return answered

    return answer


class Cache(RedisCache):
    """Redis; while it is away, each process's own memory: limits go on counting, and people still sign in.

    What is deleted meanwhile is deleted once Redis answers again, such as a lock that was asked for just before and
    that Redis gives, when it wakes, to nobody.
    """

    undone: deque[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = deque(maxlen=KEPT_MEANWHILE)

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = LocMemCache("while Redis is away", params | {"OPTIONS": {"MAX_ENTRIES": KEPT_MEANWHILE}})

    add = _or_own("add")
    get = _or_own("get")
    set = _or_own("set")
    touch = _or_own("touch")
    incr = _or_own("incr")
    delete = _or_own("delete")
    has_key = _or_own("has_key")
    get_many = _or_own("get_many")
    set_many = _or_own("set_many")
    delete_many = _or_own("delete_many")
    clear = _or_own("clear")

    def catch_up(self) -> None:
        """Delete what could not be deleted."""
        with suppress(IndexError, RedisError):  # another thread did the rest, or Redis is away again
            while True:
                delete, args, kwargs = self.undone.popleft()
                delete(self, *args, **kwargs)
