"""Redis that is stopped, neither dead nor alive: takes connections and commands, and answers nothing."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django_redis.pool import ConnectionFactory

from bench.visitor import Answer, Visitor
from tests.everyday import EVERYDAY, LEARNER, PASSWORD, api_sign_in, sign_in
from tests.factories import make_course, make_learner
from typingtrainer.run.embedded import Valkey, socket_dir
from typingtrainer.run.supervisor import Supervisor

LONGER = 1.5
"""Seconds that a request may take longer than with Redis; the promise is two for all of it on a machine with room."""


class Redis:
    """A Valkey of our own."""

    def __init__(self, var_dir: Path) -> None:
        valkey = Valkey(var_dir, socket_dir(var_dir))
        self.url = valkey.cache_url
        self.supervisor = Supervisor(var_dir)
        self.supervisor.start(valkey.program())
        self.supervisor.wait_until_all_answer(60)

    @contextmanager
    def hung(self) -> Iterator[None]:
        assert Browser().request("GET", "/health/").body.count("true") == 2
        self._send(signal.SIGSTOP)
        try:
            yield
        finally:
            self._send(signal.SIGCONT)

    def end(self) -> None:
        self.supervisor.stop_all()

    def _send(self, number: signal.Signals) -> None:
        os.killpg(self.supervisor.children[0].process.pid, number)


class Browser(Visitor):
    """A visitor in this process; each from another address, as nobody's limits are tried here."""

    def __init__(self, number: int = 0) -> None:
        super().__init__(port=0, timeout=0)
        self.client = Client(raise_request_exception=False, REMOTE_ADDR=f"192.0.2.{number + 1}")

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = dict(headers or {})
        kind = sent.pop("Content-Type", "text/plain")
        answer = self.client.generic(method, path, body or b"", content_type=kind, headers=sent)
        named = {name.lower(): value for name, value in answer.items()}
        return Answer(answer.status_code, named, b"".join(answer).decode())


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    redis = Redis(tmp_path_factory.mktemp("redis"))
    yield redis
    redis.end()


@pytest.fixture(autouse=True)
def site(transactional_db, settings, redis: Redis) -> None:
    """A few lessons and a learner, and nobody who remembers an earlier time Redis hung."""
    ConnectionFactory._pools.clear()
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": redis.url}}
    cache.clear()
    for slug in ("ru", "en"):
        make_course(slug=slug)
    learner = make_learner(LEARNER)
    learner.set_password(PASSWORD)
    learner.save()
    learner.emailaddress_set.create(email=LEARNER, verified=True, primary=True)


def ask(name: str, number: int = 0) -> float:
    """How long one of the everyday requests took, all of whose answers are good."""
    began = time.monotonic()
    answers = EVERYDAY[name](Browser(number), PASSWORD)
    took = time.monotonic() - began
    assert {answer.status for answer in answers} <= {200, 201, 302}
    return took


def ask_at_once(*names: str, first: int) -> float:
    """The longest of these requests, sent at once."""

    def in_a_thread(name: str, number: int) -> float:
        try:
            return ask(name, number)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(names)) as threads:
        return max(threads.map(in_a_thread, names, range(first, first + len(names))))


@pytest.mark.parametrize("name", EVERYDAY)
def test_the_first_request_does_not_wait_long(redis: Redis, name: str) -> None:
    usual = ask(name, 1)
    with redis.hung():
        assert ask(name, 2) < usual + LONGER


def test_nor_do_eight_at_once(redis: Redis) -> None:
    names = ("home", "practice", "record", "sign in", "sign in by API", "sign up", "sign up by API", "record")
    usual = ask_at_once(*names, first=1)
    with redis.hung():
        assert ask_at_once(*names, first=1 + len(names)) < usual + LONGER


def test_the_next_does_not_wait_at_all(redis: Redis) -> None:
    with redis.hung():
        cache.get("a")
        began = time.monotonic()
        for number in range(50):
            cache.set(f"{number}", number)
        assert time.monotonic() - began < 0.4


def test_wrong_passwords_are_counted_all_the_same(redis: Redis) -> None:
    with redis.hung():
        pages = [sign_in(Browser(), "wrong")[-1].body for _ in range(6)]
        assert ["Too many attempts" in page for page in pages] == [False] * 5 + [True]


def test_the_health_page_says_so(redis: Redis) -> None:
    with redis.hung():
        assert '"cache": false' in Browser().request("GET", "/health/").body


def test_all_is_well_soon_after(redis: Redis) -> None:
    """A lock that Redis gave to somebody who had stopped waiting keeps nobody out."""
    with redis.hung():
        for request in (sign_in, api_sign_in):
            request(Browser(), PASSWORD)
        cache.set("kept", "by this process")
    time.sleep(2.5)
    assert '"cache": true' in Browser().request("GET", "/health/").body
    assert cache.get("kept") is None
    assert ask("sign in") < 1
    assert [answer.status for answer in api_sign_in(Browser(), PASSWORD)] == [200]
